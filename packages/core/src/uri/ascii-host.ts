/** No domain name is longer, and its Unicode form is shorter. */
const MOST_HOST_CHARACTERS = 254;

/**
 * A host as the URLs of its clients write it: in lower case and in punycode. What is no host is returned as it is, or in
 * lower case, for the rules of hosts to refuse.
 *
 * @see Unicode IDNA Compatibility Processing section 4 https://www.unicode.org/reports/tr46/#Processing
 */
export function asciiHost(host: string): string {
  // The time that punycode takes grows with the square of the length, and callers may pass what a stranger wrote.
  if (host.length > MOST_HOST_CHARACTERS) return host;
  if (/^[\0-\x7f]*$/.test(host)) return host.toLowerCase();
  // The URL parser would read on after a delimiter, and drop tabs and line ends.
  if (/[\0-\x20/?#@:\\%]/.test(host)) return host;
  try {
    return new URL(`https://${host}`).hostname;
  } catch {
    return host;
  }
}
