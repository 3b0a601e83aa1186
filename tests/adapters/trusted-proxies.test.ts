import { MisuseError } from "@oauth-dcr/core";
import type { FetchHandler } from "@oauth-dcr/core/http";
import { toHonoHandler } from "@oauth-dcr/hono";
import { toRouteHandlers } from "@oauth-dcr/next";
import { toNodeHandler } from "@oauth-dcr/node";
import { Hono } from "hono";
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
