import { execFile } from "node:child_process";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { arrived, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";

const BENCH = fileURLToPath(new URL("../../bench/floods.mjs", import.meta.url));
const OPEN = ["--database", "memory:", "--rate-limit", "off", "--quota", "off"];
const OTHER_ADDRESS = "127.0.0.2";

const sockets: Socket[] = [];
let server: ServerProcess | undefined;
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.end();
  server = undefined;
});

const start = async (...args: string[]): Promise<ServerProcess> =>
  (server = await startServer([...OPEN, ...args]));

/** A connection to the server, what came back on it, and whether the server closed it. */
async function open({ origin }: ServerProcess, localAddress = "127.0.0.1") {
  const { hostname, port } = new URL(origin);
  const socket = connect({ port: Number(port), host: hostname, localAddress });
  const seen = { received: "", isClosed: false };
  socket.on("data", (chunk: Buffer) => (seen.received += chunk.toString()));
  socket.on("error", () => undefined).on("close", () => (seen.isClosed = true));
  sockets.push(socket);
  await once(socket, "connect");
  return { socket, seen };
}

/** The status that `/healthz` has for an address. */
async function health({ origin }: ServerProcess, localAddress: string): Promise<number | undefined> {
  const request = get(`${origin}/healthz`, { localAddress, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  await once(response, "end");
  return response.statusCode;
}

const HEALTH = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
const registration = (body: string): string =>
  `POST /register HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const statuses = (received: string): readonly string[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = ""]) => status);

interface Measured {
  readonly megabytes: number;
  readonly longestMs: number;
}

describe("a flood", () => {
  it.each([
    "pipelined requests",
    "pipelined registrations",
    "idle connections",
    "slow headers",
    "slow bodies",
    "huge headers",
    "connections that are reset",
    "bodies that are too large",
  ])("of %s leaves the memory flat, and /healthz answers", async (name) => {
    const { stdout } = await promisify(execFile)(process.execPath, [BENCH, "--json", "4", name]);
    const [{ megabytes, longestMs }] = JSON.parse(stdout) as [Measured];
    // Before there was a bound, pipelined requests took 424 MB in some seconds, and had no answer within 20 seconds.
    expect(megabytes).toBeLessThan(400);
    expect(longestMs).toBeLessThan(15_000);
  });
});

describe("a request to /healthz with a body", () => {
  it("is the last one of its connection, as a body would be read without end", async () => {
    const { socket, seen } = await open(await start());
    const closed = once(socket, "close");
    socket.write("POST /healthz HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n");
    await closed;
    expect(statuses(seen.received)).toEqual(["200"]);
    expect(seen.received).toMatch(/^connection: close\r$/im);
  });
});

describe("an expectation that nobody knows", () => {
  const EXPECTING = "GET /healthz HTTP/1.1\r\nhost: a\r\nexpect: foo\r\n\r\n";

  it("is answered 417, and is the last request of its connection", async () => {
    const { socket, seen } = await open(await start());
    socket.write(EXPECTING + HEALTH);
    await arrived(() => seen.isClosed);
    expect(statuses(seen.received)).toEqual(["417"]);
    expect(seen.received.toLowerCase()).toContain("connection: close");
  });

  it("counts among the requests that a connection may send ahead", async () => {
    const { socket, seen } = await open(await start());
    socket.pause();
    socket.write(EXPECTING.repeat(100));
    socket.resume();
    await arrived(() => seen.isClosed);
    expect(statuses(seen.received).length).toBeLessThanOrEqual(1);
  });

  it("is served where it is 100-continue", async () => {
    const { socket, seen } = await open(await start());
    socket.write("GET /healthz HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n\r\n");
    await arrived(() => seen.received.includes('"ok"'));
    expect(statuses(seen.received)).toEqual(["100", "200"]);
  });
});

describe("connections", () => {
  it("400 idle holders on 512 descriptors do not stop the others", async () => {
    const running = (server = await startServer(OPEN, {}, undefined, { descriptors: 512 }));
    expect(running.stdout()).toContain("--max-connections 256, --max-connections-per-address 128");
    const held = await Promise.all(Array.from({ length: 400 }, () => open(running)));
    await arrived(() => held.filter(({ seen }) => seen.isClosed).length >= 272);
    expect(await health(running, OTHER_ADDRESS)).toBe(200);
    expect(held.filter(({ seen }) => seen.isClosed)).toHaveLength(272);
  });

  it("have no larger limit for an address than for all, where descriptors are few", async () => {
    const few = ["--max-connections-per-address", "900"];
    server = await startServer([...OPEN, ...few], {}, undefined, { descriptors: 512 });
    expect(server.stdout()).toContain("--max-connections 256, --max-connections-per-address 256");
  });

  it("beyond --max-connections-per-address are closed, until one of the address ends", async () => {
    const running = await start("--max-connections-per-address", "2");
    const [first] = [await open(running), await open(running)];
    const third = await open(running);
    await arrived(() => third.seen.isClosed);
    expect(await health(running, OTHER_ADDRESS)).toBe(200);
    first.socket.end();
    await arrived(() => first.seen.isClosed);
    const next = await open(running);
    next.socket.write(HEALTH);
    await arrived(() => next.seen.received.includes('"ok"'));
  });

  it("beyond --max-connections are closed, of whichever address", async () => {
    const running = await start("--max-connections", "2");
    expect(running.stdout()).toContain("--max-connections 2, --max-connections-per-address 1");
    const [first] = [await open(running), await open(running, OTHER_ADDRESS)];
    const third = await open(running, "127.0.0.3");
    await arrived(() => third.seen.isClosed);
    first.socket.write(HEALTH);
    await arrived(() => first.seen.received.includes('"ok"'));
  });

  it.each([
    ["--trusted-proxies", "1"],
    ["--max-connections-per-address", "off"],
  ])("are not counted by address with %s %s", async (...args) => {
    const running = await start(...args, "--max-connections", "4");
    expect(running.stdout()).toContain("--max-connections-per-address off");
    const held = await Promise.all(Array.from({ length: 4 }, () => open(running)));
    for (const { socket } of held) socket.write(HEALTH);
    await arrived(() => held.every(({ seen }) => seen.received.includes('"ok"')));
  });
});

describe("a connection that sends requests ahead of their answers", () => {
  it("has 16 answered one after the other, in their order", async () => {
    const { socket, seen } = await open(await start());
    const bodies = Array.from({ length: 15 }, (_, i) =>
      // Longer than what is parsed at once.
      JSON.stringify({ client_name: `Client ${i}`, redirect_uris: ["https://app.example/callback"] }).padEnd(
        3000,
      ),
    );
    socket.write(bodies.map(registration).join("") + HEALTH);
    await arrived(() => seen.received.includes('"ok"'));
    expect(statuses(seen.received)).toEqual([...Array.from({ length: 15 }, () => "201"), "200"]);
    const names = [...seen.received.matchAll(/"client_name":"Client (\d+)"/g)].map(([, i]) => Number(i));
    expect(names).toEqual(bodies.map((_, i) => i));
    expect(seen.isClosed).toBe(false);
  });

  it("is closed when they are more, and nothing behind the first is stored", async () => {
    const running = await start();
    const { socket, seen } = await open(running);
    const body = JSON.stringify({ redirect_uris: ["https://app.example/callback"] });
    socket.write(registration(body).repeat(300));
    await arrived(() => seen.isClosed);
    expect(await health(running, OTHER_ADDRESS)).toBe(200);
    expect(statuses(seen.received).length).toBeLessThan(17);
    expect(running.stdout().split('"client_registered"').length - 1).toBeLessThan(2);
  });
});
