import { getDomain } from "tldts";

/**
 * The registrable domain of a host, by the public suffix list as the installed version of `tldts` has it: the suffix and one
 * label more. Domains under which anybody may have a name, such as `github.io`, count as suffixes.
 *
 * @param host a host name in lower case, as a URL has it
 * @returns `undefined` for an IP address, for a suffix itself, and for a name of one label
 * @example
 * ```ts
 * import { sameHostDisplayUris } from "@oauth-dcr/core/policy";
 * import { registrableDomain } from "@oauth-dcr/core/public-suffix-list";
 *
 * const policies = { every: [sameHostDisplayUris({ registrableDomain })] };
 * ```
 * @see Public Suffix List https://publicsuffix.org/list/
 */
export function registrableDomain(host: string): string | undefined {
  return getDomain(host, { allowPrivateDomains: true, validateHostname: false, detectIp: true }) ?? undefined;
}
