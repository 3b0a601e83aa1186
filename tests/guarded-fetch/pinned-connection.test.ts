import {
  AddressRefusedError,
  guardedFetch,
  isSpecialUseAddress,
  type GuardedFetchOptions,
  type GuardedFetchProblem,
} from "@oauth-dcr/core/guarded-fetch";
import { pinnedConnection, type PinnedConnectionOptions } from "@oauth-dcr/node";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { connectionTo } from "../../packages/adapter-node/src/pinned-connection/pinned-connection.js";
import { hostileServer, type HostilePath, type HostileServer } from "./support/hostile-server.js";

const HERE = "127.0.0.1";

let server: HostileServer;
beforeAll(async () => {
  server = await hostileServer(["app.example", "localhost", "127.0.0.1"]);
});
let anyHost: HostileServer;
beforeAll(async () => {
  anyHost = await hostileServer(["tarpit.test", "app.example", "a.example.org", "b.example.com"]);
});
afterAll(async () => Promise.all([server.close(), anyHost.close()]));
afterEach(() => vi.unstubAllEnvs());

/** To the server under any name: its address counts as a public one here, and no other special-use address does. */
const toServer = (options: PinnedConnectionOptions = {}) =>
  connectionTo(
    { ca: server.certificate, resolve: () => Promise.resolve([HERE]), ...options },
    (address) => address !== HERE && isSpecialUseAddress(address),
  );

async function get(
  path: HostilePath,
  options: Partial<GuardedFetchOptions> = {},
  host = `app.example:${server.port}`,
) {
  return guardedFetch({ connection: toServer(), ...options })(`https://${host}${path}`, ["application/json"]);
}

async function problem(...parameters: Parameters<typeof get>): Promise<GuardedFetchProblem | undefined> {
  const result = await get(...parameters);
  return result.ok ? undefined : result.error;
}

describe("a hostile server", () => {
  const soon = { timeoutSeconds: 0.2 };

  it.each<[HostilePath, Partial<GuardedFetchProblem>, Partial<GuardedFetchOptions>?]>([
    ["/redirect", { kind: "redirected", status: 302 }],
    ["/redirect-without-place", { kind: "redirected", status: 301 }],
    ["/missing", { kind: "status", status: 404 }],
    ["/no-body", { kind: "status", status: 204 }],
    ["/html", { kind: "media_type" }],
    ["/two-types", { kind: "media_type" }],
    ["/latin-1", { kind: "media_type" }],
    ["/bomb", { kind: "media_type" }],
    ["/hidden-bomb", { kind: "media_type" }],
    ["/endless-body", { kind: "too_large" }],
    ["/endless-chunks", { kind: "too_large" }],
    ["/says-too-long", { kind: "too_large" }],
    ["/no-head", { kind: "timed_out" }, soon],
    ["/half-head", { kind: "timed_out" }, soon],
    ["/slow-head", { kind: "timed_out" }, soon],
    ["/half-body", { kind: "timed_out" }, soon],
    ["/slow-body", { kind: "timed_out" }, soon],
    ["/endless-hints", { kind: "timed_out" }, soon],
    ["/endless-header", { kind: "unreachable" }],
    ["/endless-headers", { kind: "unreachable" }],
    ["/shorter-than-said", { kind: "unreachable" }],
    ["/two-lengths", { kind: "unreachable" }],
    ["/length-and-chunks", { kind: "unreachable" }],
    ["/broken-chunks", { kind: "unreachable" }],
    ["/reset", { kind: "unreachable" }],
    ["/reset-in-head", { kind: "unreachable" }],
    ["/reset-in-body", { kind: "unreachable" }],
    ["/upgrade", { kind: "unreachable" }],
    ["/status-600", { kind: "unreachable" }],
    ["/status-099", { kind: "unreachable" }],
    ["/no-http", { kind: "unreachable" }],
  ])("CIMD-2 %s is answered %j, and its connection is closed", async (path, expected, options) => {
    const before = server.connections.length;
    expect(await problem(path, options)).toMatchObject(expected);
    expect(server.connections.length).toBeLessThanOrEqual(before + 1);
    await Promise.all(server.connections.map(({ closed }) => closed));
  });

  it.each<[string, (socket: Socket) => void, GuardedFetchProblem["kind"]]>([
    ["never shakes hands", () => undefined, "timed_out"],
    [
      "speaks no TLS",
      (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
      "unreachable",
    ],
  ])("that %s is given up, and its connection is closed", async (_name, behave, kind) => {
    const closed: Promise<unknown>[] = [];
    const plain = createServer((socket) => {
      closed.push(new Promise((resolve) => socket.on("error", () => undefined).once("close", resolve)));
      socket.resume();
      behave(socket);
    });
    await once(plain.listen(0, HERE), "listening");
    const { port } = plain.address() as AddressInfo;
    const options = kind === "timed_out" ? soon : {};
    expect(await problem("/good", options, `app.example:${port}`)).toMatchObject({ kind });
    await Promise.all(closed);
    await new Promise((resolve) => plain.close(resolve));
  });

  it("that goes on behind the length that it told is heard no longer", async () => {
    const before = server.connections.length;
    const result = await get("/longer-than-said");
    expect(result.ok && result.value.text).toBe("{}");
    await server.connections[before]!.closed;
  });

  it("that answers well is asked once, by name, without a cookie, a referrer or a body", async () => {
    const before = server.connections.length;
    const result = await get("/echo");
    if (!result.ok) throw new Error(result.error.kind);
    const { servername, headers, to } = JSON.parse(result.value.text) as Record<string, unknown>;
    expect({ servername, to }).toEqual({ servername: "app.example", to: HERE });
    const sent = headers as string[];
    const names = sent.filter((_text, i) => i % 2 === 0).map((name) => name.toLowerCase());
    expect(names.sort()).toEqual(["accept", "accept-encoding", "connection", "host", "user-agent"]);
    expect(sent).toContain(`app.example:${server.port}`);
    expect(sent[sent.findIndex((text) => text.toLowerCase() === "connection") + 1]).toBe("close");
    expect(server.connections).toHaveLength(before + 1);
  });

  it("is left at once where there is nothing to read, or nobody to read it", async () => {
    const before = server.connections.length;
    const ask = (path: HostilePath) => {
      const url = new URL(`https://app.example:${server.port}${path}`);
      return toServer()({ url, headers: {}, signal: new AbortController().signal });
    };
    await expect(ask("/status-600")).rejects.toThrow(RangeError);
    expect((await ask("/no-body")).body).toBeNull();
    await (await ask("/half-body")).body!.cancel();
    expect(server.connections).toHaveLength(before + 3);
    await Promise.all(server.connections.map(({ closed }) => closed));
  });

  it("has a connection for every request: none is used again", async () => {
    const before = server.connections.length;
    const fetchDocument = guardedFetch({ connection: toServer() });
    for (let i = 0; i < 3; i++) {
      const result = await fetchDocument(`https://app.example:${server.port}/good`, ["application/json"]);
      expect(result.ok && result.value.text).toBe('{"keys":[]}');
    }
    expect(server.connections).toHaveLength(before + 3);
  });

  it("that lets everybody wait holds up two requests, and no other host", async () => {
    const connection = toServer({ ca: anyHost.certificate });
    const fetchDocument = guardedFetch({ connection, timeoutSeconds: 0.5 });
    const ask = async (host: string, path: HostilePath) => {
      const result = await fetchDocument(`https://${host}:${anyHost.port}${path}`, ["application/json"]);
      return result.ok ? "ok" : result.error.kind;
    };
    const held = Array.from({ length: 72 }, () => ask("tarpit.test", "/no-head"));
    const honest = ["app.example", "a.example.org", "b.example.com"];
    for (const host of honest) expect(await ask(host, "/good")).toBe("ok");
    const answers = await Promise.all(held);
    expect(answers.filter((answer) => answer === "timed_out")).toHaveLength(2);
    expect(answers.filter((answer) => answer === "busy")).toHaveLength(70);
    expect(await ask("tarpit.test", "/good")).toBe("busy");
    expect(await ask("app.example", "/good")).toBe("ok");
  });
});

describe("a name", () => {
  it("CIMD-7 is resolved once, so that its second answer counts for nothing (DNS rebinding)", async () => {
    const asked: string[] = [];
    const answers = [[HERE], ["127.0.0.2"]];
    const resolve = (hostname: string) => {
      asked.push(hostname);
      return Promise.resolve(answers.shift() ?? []);
    };
    const connection = toServer({ resolve });
    const first = await get("/echo", { connection });
    expect(first.ok && JSON.parse(first.value.text)).toMatchObject({ to: HERE });
    expect(asked).toEqual(["app.example"]);
    const before = server.connections.length;
    expect(await problem("/echo", { connection })).toMatchObject({ kind: "address_refused" });
    expect(asked).toEqual(["app.example", "app.example"]);
    expect(server.connections).toHaveLength(before);
  });

  it.each([
    [[HERE, "10.0.0.1"]],
    [["10.0.0.1", HERE]],
    [[HERE, HERE, "::1"]],
    [["169.254.169.254"]],
    [["::ffff:127.0.0.1"]],
    [["fe80::1%lo"]],
    [["not an address"]],
  ])("CIMD-7 with the addresses %j is refused, and nobody connects", async (addresses) => {
    const before = server.connections.length;
    const connection = toServer({ resolve: () => Promise.resolve(addresses) });
    const found = await problem("/good", { connection });
    expect(found).toMatchObject({
      kind: "address_refused",
      cause: expect.any(AddressRefusedError) as unknown,
    });
    expect(server.connections).toHaveLength(before);
  });

  it.each([[[HERE]], [[HERE, HERE]]])("with the addresses %j is reached", async (addresses) => {
    const connection = toServer({ resolve: () => Promise.resolve(addresses) });
    expect(await problem("/good", { connection })).toBeUndefined();
  });

  it("is asked of name servers unless told, and not looked up in the hosts file", async () => {
    const url = new URL(`https://localhost:${server.port}/good`);
    const request = { url, headers: {}, signal: AbortSignal.timeout(10_000) };
    const before = server.connections.length;
    const connection = connectionTo({ ca: server.certificate }, () => false);
    await expect(connection(request)).rejects.toThrow("The name has no address.");
    expect(server.connections).toHaveLength(before);
  });

  it("without an address, or whose resolver fails, is unreachable", async () => {
    expect(
      await problem("/good", { connection: toServer({ resolve: () => Promise.resolve([]) }) }),
    ).toMatchObject({
      kind: "unreachable",
    });
    const cause = new Error("ENOTFOUND");
    const connection = toServer({ resolve: () => Promise.reject(cause) });
    expect(await problem("/good", { connection })).toEqual({ kind: "unreachable", cause });
  });

  it("whose resolver answers never, or too late, leads to no connection", async () => {
    const before = server.connections.length;
    const never = toServer({ resolve: () => new Promise(() => undefined) });
    expect(await problem("/good", { connection: never, timeoutSeconds: 0.02 })).toEqual({
      kind: "timed_out",
    });
    const abort = new AbortController();
    const late = toServer({
      resolve: () => {
        abort.abort();
        return Promise.resolve([HERE]);
      },
    });
    const url = new URL(`https://app.example:${server.port}/good`);
    await expect(late({ url, headers: {}, signal: abort.signal })).rejects.toThrow(/abort/);
    // One that had set out before would have come before.
    await get("/good");
    expect(server.connections).toHaveLength(before + 1);
  });
});

describe("a host that is an address", () => {
  it("CIMD-7 is checked without a resolver", async () => {
    const resolve = vi.fn(() => Promise.resolve([HERE]));
    const request = (host: string) => ({
      url: new URL(`https://${host}:${server.port}/good`),
      headers: {},
      signal: AbortSignal.timeout(10_000),
    });
    for (const host of ["127.0.0.1", "[::1]", "10.0.0.1", "[fd00:ec2::254]", "[::ffff:127.0.0.1]"]) {
      await expect(pinnedConnection({ resolve })(request(host))).rejects.toBeInstanceOf(AddressRefusedError);
    }
    const answer = await toServer({ resolve })(request(HERE));
    expect(await answer.text()).toBe('{"keys":[]}');
    expect(resolve).not.toHaveBeenCalled();
  });
});

describe("CIMD-7 a URL in a private network that the operator exempts", () => {
  const path = (name: HostilePath) => `https://localhost:${server.port}${name}`;
  const exempting = (addresses: readonly string[], url = path("/good")) =>
    guardedFetch({
      connection: pinnedConnection({
        ca: server.certificate,
        resolve: () => Promise.resolve(addresses),
      }),
      privateUrls: [url],
    });

  it("is reached at its private address, and no other URL of its host is", async () => {
    const fetchDocument = exempting([HERE]);
    const before = server.connections.length;
    expect(await fetchDocument(path("/good"), ["application/json"])).toMatchObject({ ok: true });
    expect(server.connections).toHaveLength(before + 1);
    for (const url of [path("/echo"), `https://app.example:${server.port}/good`]) {
      const found = await fetchDocument(url, ["application/json"]);
      expect(found).toMatchObject({ ok: false });
    }
    expect(server.connections).toHaveLength(before + 1);
    const byAddress = exempting([], `https://127.0.0.1:${server.port}/good`);
    expect(await byAddress(`https://127.0.0.1:${server.port}/good`, ["application/json"])).toMatchObject({
      ok: true,
    });
  });

  it.each([
    [["169.254.169.254"]],
    [[HERE, "169.254.169.254"]],
    [["100.100.100.200"]],
    [["::ffff:127.0.0.1"]],
  ])("is not reached where its name leads to %j", async (addresses) => {
    const before = server.connections.length;
    expect(await exempting(addresses)(path("/good"), ["application/json"])).toMatchObject({
      error: { kind: "address_refused" },
    });
    expect(server.connections).toHaveLength(before);
  });

  it("has to have a certificate for its name, and is followed nowhere", async () => {
    const other = `https://other.internal:${server.port}/good`;
    expect(await exempting([HERE], other)(other, ["application/json"])).toMatchObject({
      error: { kind: "unreachable", cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } },
    });
    const url = path("/redirect");
    expect(await exempting([HERE], url)(url, ["application/json"])).toMatchObject({
      error: { kind: "redirected" },
    });
  });
});

describe("a certificate", () => {
  it("must be for the name and not for the address", async () => {
    const found = await problem("/good", {}, `other.example:${server.port}`);
    expect(found).toMatchObject({ kind: "unreachable", cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } });
  });

  it("must come from a trusted authority, whatever the environment says", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const connection = connectionTo({ resolve: () => Promise.resolve([HERE]) }, () => false);
    const found = await problem("/good", { connection });
    expect(found).toMatchObject({ kind: "unreachable", cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" } });
  });
});
