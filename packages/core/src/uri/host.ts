import { isIpv4 } from "./ip-address.js";

export type HostRule =
  "uri.trailing_dot" | "uri.ip_notation" | "uri.host_lookalike" | "uri.host_name" | "uri.wildcard";

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
// Addresses of this host: all of 127.0.0.0/8, and 0.0.0.0/8, which reaches it too on most systems.
const LOCAL_IPV4 = /^(?:127|0)\./;
const NUMERIC = /^(?:\d+|0x[0-9a-f]*)$/;
// `app.localhost`, `127.0.0.1.example`: names that lead to this machine, or are made to.
const IMITATES_LOOPBACK = /\.local(?:host|domain)$|(?:^|\.)\d+\.\d+\.\d+\.\d+\./;

/**
 * The rule that a host of an `http` or `https` URI breaks, if any. Three forms pass: a domain name of letters, digits
 * and hyphens (internationalised names in punycode), a dotted-decimal IPv4 address, a bracketed IPv6 address. Whether a
 * bracketed text is the one canonical spelling of an address is left to the URL parser's own answer.
 *
 * @see RFC 3986 section 3.2.2 https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2
 */
export function hostRule(host: string): HostRule | undefined {
  if (host.startsWith("[")) return ipv6Rule(host);
  if (host.includes("*")) return "uri.wildcard";
  if (host.endsWith(".")) return "uri.trailing_dot";
  if (isIpv4(host)) return LOCAL_IPV4.test(host) && host !== "127.0.0.1" ? "uri.host_lookalike" : undefined;
  const labels = host.split(".");
  // A URL parser reads a host whose last label is a number as an IPv4 address, in any of its many notations.
  if (NUMERIC.test(labels.at(-1) ?? "")) return "uri.ip_notation";
  if (host.length > 253 || !labels.every((label) => LABEL.test(label))) return "uri.host_name";
  return IMITATES_LOOPBACK.test(host) ? "uri.host_lookalike" : undefined;
}

/**
 * `localhost.example`: a name like any other to whoever asks for its certificate, and this machine to whoever reads fast.
 * Nobody proves by `http` to have such a name.
 */
export function readsLikeLoopback(host: string): boolean {
  return host.startsWith("localhost.") || host.includes(".localhost.");
}

function ipv6Rule(host: string): HostRule | undefined {
  if (!/^\[[0-9a-f:]+\]$/.test(host)) return "uri.ip_notation";
  try {
    if (new URL(`http://${host}`).hostname !== host) return "uri.ip_notation";
  } catch {
    return "uri.ip_notation";
  }
  // What else begins with zeros is nobody's address: the unspecified one, and IPv4 addresses (127.0.0.1 too) in disguise.
  return host.startsWith("[::") && host !== "[::1]" ? "uri.host_lookalike" : undefined;
}

/** The three hosts that are this machine and nothing else. */
export function isLoopbackHost(host: string): boolean {
  return host === "127.0.0.1" || host === "[::1]" || host === "localhost";
}
