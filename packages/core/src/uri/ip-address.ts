const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Whether a text is an IPv4 address in dotted decimals, without leading zeros. */
export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/**
 * The eight groups of an IPv6 address, in lower-case hexadecimal without leading zeros, read by the URL parser;
 * `undefined` for what is no address. A zone (`%eth0`) is no part of an address.
 *
 * @see RFC 4291 section 2.2 https://www.rfc-editor.org/rfc/rfc4291#section-2.2
 */
export function ipv6Groups(address: string): readonly string[] | undefined {
  // The URL parser drops line ends and stops at a bracket: what is not written in this alphabet must not come to it.
  if (!/^[0-9a-f:.]+$/i.test(address)) return undefined;
  let canonical: string;
  try {
    canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  } catch {
    return undefined;
  }
  const [left = [], right = []] = canonical.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right];
}
