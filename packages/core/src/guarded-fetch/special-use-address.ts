import { ipv6Groups, isIpv4 } from "../uri/ip-address.js";

const SPECIAL_IPV4 = [
  "0.0.0.0/8", // this network; reaches this host on most systems
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carrier-grade NAT; 100.100.100.200 is a metadata service
  "127.0.0.0/8", // loopback
  "168.63.129.16/32", // a platform's own service for each of its machines, at a public address
  "169.254.0.0/16", // link-local; 169.254.169.254 is the metadata service of most platforms
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments; 192.0.0.192 is a metadata service
  "192.0.2.0/24", // documentation
  "192.31.196.0/24", // AS112
  "192.52.193.0/24", // AMT
  "192.88.99.0/24", // 6to4 relays
  "192.168.0.0/16", // private
  "192.175.48.0/24", // AS112
  "198.18.0.0/15", // benchmarking
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, with the broadcast address
];

/** All addresses that are allocated for the Internet. Loopback, private, mapped, NAT64 and multicast addresses are outside. */
const GLOBAL_IPV6 = "2000::/3";
const SPECIAL_GLOBAL_IPV6 = [
  "2001::/23", // protocol assignments: Teredo, benchmarking, ORCHID, drone identifiers
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4: an IPv4 address in disguise
  "2620:4f:8000::/48", // AS112
  "3fff::/20", // documentation
];

/**
 * Whether a server must not connect to an IPv4 or IPv6 address for a stranger. That is so for the ranges of the special-purpose
 * registries of IANA and for multicast ranges. It is also so for text that is not a standard spelling of an address, such as
 * `fe80::1%eth0`, `127.1`, `0x7f000001` and `010.0.0.1`.
 *
 * @param address without brackets
 * @example
 * ```ts
 * import { isSpecialUseAddress } from "@oauth-dcr/core/guarded-fetch";
 *
 * isSpecialUseAddress("169.254.169.254"); // true: the metadata service of most platforms
 * ```
 * @see RFC 6890 section 2.2 https://www.rfc-editor.org/rfc/rfc6890#section-2.2
 */
export function isSpecialUseAddress(address: string): boolean {
  const bits = bitsOf(address);
  if (bits === undefined) return true;
  if (!address.includes(":")) return SPECIAL_IPV4.some((range) => isWithin(bits, range));
  return !isWithin(bits, GLOBAL_IPV6) || SPECIAL_GLOBAL_IPV6.some((range) => isWithin(bits, range));
}

const PRIVATE = [
  "10.0.0.0/8", // RFC 1918, with the two that follow
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10", // RFC 6598: overlay networks
  "127.0.0.0/8", // loopback
  "::1/128",
  "fc00::/7", // RFC 4193: unique local
];
/** Metadata services inside the ranges above. */
const NEVER_PRIVATE = ["100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::254/128"];

/**
 * Whether a URL in `privateUrls` may have this address: an address of a private network or of this machine. Link-local, multicast
 * and translated addresses are never allowed, nor are the metadata services of platforms.
 *
 * @param address without brackets
 * @example
 * ```ts
 * import { isPrivateUseAddress } from "@oauth-dcr/core/guarded-fetch";
 *
 * isPrivateUseAddress("10.0.0.1"); // true
 * isPrivateUseAddress("169.254.169.254"); // false
 * ```
 * @see RFC 1918 section 3 https://www.rfc-editor.org/rfc/rfc1918#section-3
 * @see RFC 4193 section 3 https://www.rfc-editor.org/rfc/rfc4193#section-3
 */
export function isPrivateUseAddress(address: string): boolean {
  const bits = bitsOf(address);
  if (bits === undefined) return false;
  const isAmong = (ranges: readonly string[]) =>
    ranges.some((range) => range.includes(":") === address.includes(":") && isWithin(bits, range));
  return isAmong(PRIVATE) && !isAmong(NEVER_PRIVATE);
}

/** The 32 or 128 binary digits of an address. */
function bitsOf(address: string): string | undefined {
  if (address.includes(":")) {
    return ipv6Groups(address)
      ?.map((group) => parseInt(group, 16).toString(2).padStart(16, "0"))
      .join("");
  }
  if (!isIpv4(address)) return undefined;
  return address
    .split(".")
    .map((byte) => Number(byte).toString(2).padStart(8, "0"))
    .join("");
}

function isWithin(bits: string, range: string): boolean {
  const [network = "", length] = range.split("/");
  // A range that cannot be parsed contains every address.
  return bits.startsWith((bitsOf(network) ?? "").slice(0, Number(length)));
}
