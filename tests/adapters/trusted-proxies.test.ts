import { MisuseError } from "@oauth-dcr/core";
import type { FetchHandler } from "@oauth-dcr/core/http";
import { toHonoHandler } from "@oauth-dcr/hono";
import { toRouteHandlers } from "@oauth-dcr/next";
import { toNodeHandler } from "@oauth-dcr/node";
import { Hono } from "hono";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listening } from "./support/targets.js";

/** Keeps the address that the adapter answered. */
class Recorder {
  address: string | undefined = "not called";
  readonly fetch: FetchHandler = (_, context) => {
    this.address = context?.clientAddress;
    return Promise.resolve(new Response(null, { status: 204 }));
  };
}

interface Adapter {
  readonly name: string;
  /** Who is calling when no proxy is trusted. */
  readonly peer: string | undefined;
  create(registration: Recorder, trustedProxies: number): unknown;
  call(registration: Recorder, trustedProxies: number, headers: Record<string, string>): Promise<unknown>;
}

const ADAPTERS: readonly Adapter[] = [
  {
    name: "toNodeHandler",
    peer: "127.0.0.1",
    create: (registration, trustedProxies) => toNodeHandler(registration, { trustedProxies }),
    async call(registration, trustedProxies, headers) {
      const target = await listening(toNodeHandler(registration, { trustedProxies }));
      await target.fetch("/register", { headers });
      await target.close();
    },
  },
  {
    name: "toHonoHandler",
    peer: "192.0.2.1",
    create: (registration, trustedProxies) => toHonoHandler(registration, { trustedProxies }),
    async call(registration, trustedProxies, headers) {
      const getConnInfo = () => ({ remote: { address: "192.0.2.1", addressType: "IPv4" as const } });
      const app = new Hono().all("*", toHonoHandler(registration, { getConnInfo, trustedProxies }));
      await app.request("/register", { headers });
    },
  },
  {
    name: "toRouteHandlers",
    peer: undefined,
    create: (registration, trustedProxies) => toRouteHandlers(registration, { trustedProxies }),
    call: (registration, trustedProxies, headers) =>
      toRouteHandlers(registration, { trustedProxies }).GET(
        new Request("https://as.example/register", { headers }),
      ),
  },
];

/** `undefined` for the address of the peer. */
const CASES: readonly [
  trustedProxies: number,
  forwardedFor: string | undefined,
  address: string | undefined,
][] = [
  [0, undefined, undefined],
  [0, "203.0.113.9", undefined],
  [0, "198.51.100.6, 203.0.113.9", undefined],
  [1, undefined, undefined],
  [1, "203.0.113.9", "203.0.113.9"],
  [1, "198.51.100.6, 203.0.113.9", "203.0.113.9"],
  [1, "2001:db8::9", "2001:db8::9"],
  [1, "[2001:db8::9]:4711", "2001:db8::9"],
  [2, "10.0.0.1", undefined],
  [2, "203.0.113.9, 10.0.0.1", "203.0.113.9"],
  [2, "198.51.100.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"],
  // What a caller sends comes first, whatever it is; a proxy appends.
  [1, ",,,, 203.0.113.9", "203.0.113.9"],
  [1, "[2001:db8::6]:1, \t203.0.113.9:4711\t", "203.0.113.9"],
  [1, `${"198.51.100.6,".repeat(500)}203.0.113.9`, "203.0.113.9"],
  [1, "fe80::9%eth0", "fe80::9%eth0"],
  // A list without an address where the proxy writes one is as none at all, and never the caller's word.
  [1, "198.51.100.6,", undefined],
  [1, "198.51.100.6, unknown", undefined],
  [1, "198.51.100.6, 1.2.3.4.5", undefined],
  [1, '198.51.100.6, "[2001:db8::9]:4711"', undefined],
  [1, "198.51.100.6, 2001:db8::9]", undefined],
  [2, "198.51.100.6, , 10.0.0.1", undefined],
  [2, ", 10.0.0.1", undefined],
  [3, "203.0.113.9, 10.0.0.1", undefined],
];

describe.each(ADAPTERS)("trusted proxies of $name", (adapter) => {
  it.each(CASES)("with %d proxies and X-Forwarded-For: %s", async (trustedProxies, forwardedFor, address) => {
    const registration = new Recorder();
    // Only X-Forwarded-For counts, however a caller may say it otherwise.
    const claims = { forwarded: "for=198.51.100.1", "x-real-ip": "198.51.100.2" };
    const headers = forwardedFor === undefined ? claims : { ...claims, "x-forwarded-for": forwardedFor };
    await adapter.call(registration, trustedProxies, headers);
    expect(registration.address).toBe(address ?? adapter.peer);
  });

  it.each([-1, 1.5, NaN, Infinity])("refuses %d proxies when it is made", (trustedProxies) => {
    expect(() => adapter.create(new Recorder(), trustedProxies)).toThrow(MisuseError);
    expect(() => adapter.create(new Recorder(), trustedProxies)).toThrow(
      expect.objectContaining({ code: "ERR_TRUSTED_PROXIES" }),
    );
  });
});

const LINES = ["198.51.100.6", "203.0.113.9", "10.0.0.1"];

describe("several X-Forwarded-For lines of a request", () => {
  it("are one list, in their order", async () => {
    const registration = new Recorder();
    const target = await listening(toNodeHandler(registration, { trustedProxies: 2 }));
    const sent = request({
      port: target.port,
      host: "127.0.0.1",
      headers: { "x-forwarded-for": LINES },
    }).end();
    await once(sent, "response");
    expect(registration.address).toBe("203.0.113.9");
    await target.close();
  });

  it("are one list over HTTP/2, where the peer is known too", async () => {
    const seen: (string | undefined)[] = [];
    for (const trustedProxies of [2, 0]) {
      const registration = new Recorder();
      const server = createHttp2Server(toNodeHandler(registration, { trustedProxies })).listen(
        0,
        "127.0.0.1",
      );
      await once(server, "listening");
      const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      await once(session.request({ "x-forwarded-for": LINES }), "response");
      seen.push(registration.address);
      session.destroy();
      server.close();
    }
    expect(seen).toEqual(["203.0.113.9", "127.0.0.1"]);
  });

  it.each([ADAPTERS[1], ADAPTERS[2]])("are one list for $name", async (adapter) => {
    const registration = new Recorder();
    const headers = new Headers();
    for (const line of LINES) headers.append("x-forwarded-for", line);
    await adapter?.call(registration, 2, Object.fromEntries(headers));
    expect(registration.address).toBe("203.0.113.9");
  });
});

describe("a proxy at a Unix socket", () => {
  it.each([
    [1, "203.0.113.9"],
    [0, undefined],
  ])("with %d trusted proxies has no address of its own", async (trustedProxies, address) => {
    const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-socket-"));
    const registration = new Recorder();
    const server = createServer(toNodeHandler(registration, { trustedProxies }));
    const socketPath = join(directory, "socket");
    server.listen(socketPath);
    await once(server, "listening");
    const headers = { "x-forwarded-for": "198.51.100.6, 203.0.113.9", connection: "close" };
    await once(request({ socketPath, headers }).end(), "response");
    expect(registration.address).toBe(address);
    server.close();
    rmSync(directory, { recursive: true });
  });
});
