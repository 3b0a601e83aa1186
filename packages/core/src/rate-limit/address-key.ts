import { requireThat } from "../lib/misuse.js";
import { ipv6Groups } from "../uri/ip-address.js";

/** One subscriber has at least all of a /64. */
const DEFAULT_IPV6_PREFIX_LENGTH = 64;

/** The first 96 bits of `::ffff:0:0/96` and `64:ff9b::/96`, behind which stands an IPv4 address. */
const IPV4_PREFIXES: readonly string[] = ["0:0:0:0:0:ffff", "64:ff9b:0:0:0:0"];

/** @throws MisuseError for what is no length of such a prefix */
export function requireIpv6PrefixLength(bits: number | undefined, name: string): void {
  const isRight = bits === undefined || (Number.isInteger(bits) && bits >= 16 && bits <= 128);
  requireThat(isRight, "ERR_OPTION", `${name} must be an integer from 16 to 128`);
}

/**
 * The key by which callers are counted: an IPv4 address by itself, an IPv6 address by its network, and a zone (`%eth0`)
 * does not count. An IPv4 address mapped into IPv6, or translated to it by the well-known prefix, is the same caller as the
 * bare one: all IPv4 callers of a translator would be one otherwise. What is no address is a key of its own.
 *
 * @example
 * ```ts
 * import { addressKey } from "@oauth-dcr/core/http";
 *
 * addressKey("2001:db8:1:2:3::4"); // "2001:db8:1:2::/64"
 * ```
 * @param clientAddress left out, all callers without an address are one: `unknown`
 * @param ipv6PrefixLength bits of an IPv6 address that name its network, 16 to 128. Default 64
 * @see RFC 4291 section 2.5.5.2 https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
 * @see RFC 6052 section 2.1 https://www.rfc-editor.org/rfc/rfc6052#section-2.1
 */
export function addressKey(
  clientAddress: string | undefined,
  ipv6PrefixLength = DEFAULT_IPV6_PREFIX_LENGTH,
): string {
  if (clientAddress === undefined) return "unknown";
  if (!clientAddress.includes(":")) return clientAddress.slice(0, 64);
  const groups = ipv6Groups(clientAddress.split("%", 1)[0] ?? "");
  if (!groups) return clientAddress.slice(0, 64);
  return IPV4_PREFIXES.includes(groups.slice(0, 6).join(":"))
    ? ipv4Of(groups)
    : networkOf(groups, ipv6PrefixLength);
}

function networkOf(groups: readonly string[], prefixLength: number): string {
  const kept = groups.slice(0, Math.ceil(prefixLength / 16)).map((group, index) => {
    const droppedBits = Math.max(0, (index + 1) * 16 - prefixLength);
    return ((parseInt(group, 16) >> droppedBits) << droppedBits).toString(16);
  });
  return `${kept.join(":")}${kept.length < 8 ? "::" : ""}/${prefixLength}`;
}

/** The address in the last two groups, in dotted decimal. */
function ipv4Of(groups: readonly string[]): string {
  const bytes = groups.slice(6).flatMap((group) => {
    const value = parseInt(group, 16);
    return [value >> 8, value & 255];
  });
  return bytes.join(".");
}
