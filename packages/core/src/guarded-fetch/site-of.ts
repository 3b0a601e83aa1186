/** Second labels that are a registry's own under a country's domain, as in `co.uk`; each of one to three letters. */
const REGISTRY_LABELS: ReadonlySet<string> = new Set(
  "ac co com edu fin gob gov go gr id in ind k12 ltd me mil mod ne net nic nhs nom od or org plc pol sch web".split(
    " ",
  ),
);

/**
 * What most likely belongs to one owner: the last two labels of a name, or three where the second is a registry's, as that of
 * `co.uk`. An address is its own site. Too large a site shares a few slots among strangers, and too small a one gives a
 * stranger some more; neither needs the public suffix list, which is larger than all of core.
 */
export function siteOf(hostname: string): string {
  if (hostname.startsWith("[") || /^[\d.]+$/.test(hostname)) return hostname;
  const labels = hostname.split(".");
  const [second = "", last = ""] = labels.slice(-2);
  return labels.slice(last.length === 2 && REGISTRY_LABELS.has(second) ? -3 : -2).join(".");
}
