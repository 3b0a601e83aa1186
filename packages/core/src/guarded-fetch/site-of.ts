/**
 * What most likely belongs to one owner: the last two labels of a name, or three where the second is as short as that of
 * `co.uk` and the last is a country's. An address is its own site. Too large a site shares a few slots among strangers, and too
 * small a one gives a stranger some more; neither needs the public suffix list, which is larger than all of core.
 */
export function siteOf(hostname: string): string {
  if (hostname.startsWith("[") || /^[\d.]+$/.test(hostname)) return hostname;
  const labels = hostname.split(".");
  const [second = "", last = ""] = labels.slice(-2);
  return labels.slice(last.length === 2 && second.length <= 3 ? -3 : -2).join(".");
}
