import { ipv6Groups } from "../uri/ip-address.js";

/** Second-level labels under which registries of countries register names, such as `co` of `co.uk`. */
const REGISTRY_LABELS: ReadonlySet<string> = new Set(
  "ac co com edu fin gob gov go gr id in ind k12 ltd me mil mod ne net nic nhs nom od or org plc pol sch web".split(
    " ",
  ),
);

/**
 * The part of a host name that most likely has one owner: the last two labels, or three under a suffix such as `co.uk`. An
 * IPv4 address is its own site. An IPv6 address is in the site of its /64, as one subscriber has at least all of that.
 *
 * This is an approximation, because the public suffix list is larger than all of core. If a site is too large, strangers share
 * its few slots. If it is too small, one stranger gets some more.
 */
export function siteOf(hostname: string): string {
  if (hostname.startsWith("[")) return ipv6Groups(hostname.slice(1, -1))?.slice(0, 4).join(":") ?? hostname;
  if (/^[\d.]+$/.test(hostname)) return hostname;
  const labels = hostname.split(".");
  const [second = "", last = ""] = labels.slice(-2);
  return labels.slice(last.length === 2 && REGISTRY_LABELS.has(second) ? -3 : -2).join(".");
}
