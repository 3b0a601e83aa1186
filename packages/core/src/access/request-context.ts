import { requireThat } from "../lib/misuse.js";
import { ipv6Groups, isIpv4 } from "../uri/ip-address.js";

/**
 * What only the surroundings of a request know. Each adapter answers it; core reads no forwarding header itself.
 */
export interface RequestContext {
  /**
   * Who is calling, as an IP address. Left out where the platform does not say; all such callers then share one
   * rate-limit allowance.
   */
  readonly clientAddress?: string | undefined;
  /**
   * What the audit events of this request have in common: such as the id that a proxy of yours gave it. At most 128
   * visible ASCII characters. Left out, or when it is anything else, it is random.
   */
  readonly requestId?: string | undefined;
  /** Keeps work alive after the response, where the platform offers that. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /**
   * The JSON value that a framework's own body parser has read already. When given, the request's stream is not
   * touched; the framework's limit on the body's size is the one that held.
   */
  readonly parsedBody?: unknown;
}

/**
 * An adapter's `trustedProxies` option: how many proxies that we run stand before it. Default 0, which trusts nobody.
 *
 * @example
 * ```ts
 * import { trustedProxyCount } from "@oauth-dcr/core/http";
 *
 * trustedProxyCount(undefined); // 0
 * ```
 * @throws MisuseError for what is not a count
 */
export function trustedProxyCount(trustedProxies = 0): number {
  requireThat(
    Number.isInteger(trustedProxies) && trustedProxies >= 0,
    "ERR_TRUSTED_PROXIES",
    "trustedProxies: must be the number of proxies that you run before this server, or 0",
  );
  return trustedProxies;
}

/** What names the network interface of a link-local address, such as `%eth0`. */
const ZONE = /%[\w.-]{1,16}$/;

/**
 * The client's address from an `X-Forwarded-For` value, when `trustedProxies` proxies that we run stand before us and
 * each appended the address it saw: the entry that the outermost trusted proxy wrote. Everything left of it is the
 * caller's own word and is not looked at. `undefined` when the list is shorter than the chain should have made it, or
 * when the entry is no address.
 *
 * @example
 * ```ts
 * import { forwardedClientAddress } from "@oauth-dcr/core/http";
 *
 * forwardedClientAddress("203.0.113.7, 10.0.0.1", 2); // "203.0.113.7"
 * ```
 * @param forwardedFor the header's value; several headers joined by commas
 * @param trustedProxies how many trusted proxies append to the header; 0 trusts nobody
 */
export function forwardedClientAddress(
  forwardedFor: string | null | undefined,
  trustedProxies: number,
): string | undefined {
  if (!forwardedFor || trustedProxies <= 0) return undefined;
  const entry = forwardedFor.split(",").at(-trustedProxies)?.trim();
  if (!entry) return undefined;
  // Some proxies append the port: `203.0.113.7:1234` or `[2001:db8::7]:1234`.
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry;
  return isIpv4(address) || ipv6Groups(address.replace(ZONE, "")) ? address : undefined;
}
