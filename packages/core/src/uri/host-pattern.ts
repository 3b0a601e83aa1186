import { requireThat } from "../lib/misuse.js";
import { hostRule, isLoopbackHost } from "./host.js";

const DIGITS_LAST = /(?:^|\.)\d+$/;

/**
 * Reads `app.example` as that host, and `*.app.example` as every name below it, however deep, but not itself.
 * Answers whether a host matches; the host is one that the URI rules let through, in lower case and without a port.
 *
 * @throws MisuseError for any other spelling, and for a wildcard over a whole top-level domain
 */
export function hostPattern(pattern: unknown): (host: string) => boolean {
  const text = typeof pattern === "string" ? pattern.toLowerCase() : "";
  const isWildcard = text.startsWith("*.");
  const name = isWildcard ? text.slice(2) : text;
  requireThat(
    hostRule(name) === undefined && !isLoopbackHost(name),
    "ERR_HOST_PATTERN",
    `host ${JSON.stringify(pattern)}: must be a host name (in punycode, without scheme, port or dot at its end), an IP address or "*." and a host name; loopback hosts have an option of their own`,
  );
  if (!isWildcard) return (host) => host === name;
  requireThat(
    name.includes(".") && !DIGITS_LAST.test(name),
    "ERR_HOST_PATTERN",
    `host ${JSON.stringify(pattern)}: a wildcard stands for the names below a domain, and not of a whole top-level domain`,
  );
  return (host) => host.endsWith(`.${name}`);
}
