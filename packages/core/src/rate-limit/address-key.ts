/**
 * The limiter's key for an address: an IPv4 address by itself, an IPv6 address by its /64, since one subscriber has all
 * of that. An IPv4 address mapped into IPv6 is the same caller as the bare one. What is no address is a key of its own.
 */
export function addressKey(clientAddress: string | undefined): string {
  if (clientAddress === undefined) return "unknown";
  if (!clientAddress.includes(":")) return clientAddress.slice(0, 64);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(clientAddress)?.[1];
  return mapped ?? networkOf(clientAddress) ?? clientAddress.slice(0, 64);
}

/** The first four groups of an IPv6 address, read by the URL parser; a zone (`%eth0`) does not count. */
function networkOf(address: string): string | undefined {
  let canonical: string;
  try {
    canonical = new URL(`http://[${address.replace(/%.*$/, "")}]`).hostname.slice(1, -1);
  } catch {
    return undefined;
  }
  const [head = "", tail] = canonical.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: zeros }, () => "0"), ...right];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
