import { ipv6Groups } from "../uri/ipv6-groups.js";

/**
 * The limiter's key for an address: an IPv4 address by itself, an IPv6 address by its /64, since one subscriber has all
 * of that, and a zone (`%eth0`) does not count. An IPv4 address mapped into IPv6 is the same caller as the bare one. What
 * is no address is a key of its own.
 */
export function addressKey(clientAddress: string | undefined): string {
  if (clientAddress === undefined) return "unknown";
  if (!clientAddress.includes(":")) return clientAddress.slice(0, 64);
  const groups = ipv6Groups(clientAddress.replace(/%.*$/, ""));
  if (!groups) return clientAddress.slice(0, 64);
  const isMapped = groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff";
  return isMapped ? ipv4Of(groups) : `${groups.slice(0, 4).join(":")}::/64`;
}

/** The address in the last two groups, in dotted decimal. */
function ipv4Of(groups: readonly string[]): string {
  const bytes = groups.slice(6).flatMap((group) => {
    const value = parseInt(group, 16);
    return [value >> 8, value & 255];
  });
  return bytes.join(".");
}
