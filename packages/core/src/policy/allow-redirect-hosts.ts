import { requireKnownOptions } from "../lib/known-options.js";
import { REDIRECT_MEMBERS } from "../client-metadata/members.js";
import { requireThat } from "../lib/misuse.js";
import { isLoopbackHost } from "../uri/host.js";
import { parseStrictUri } from "../uri/strict-uri.js";
import { definePolicy, ACCEPT, type PolicyOptions, type RegistrationPolicy } from "./registration-policy.js";
import { hostPattern } from "../uri/host-pattern.js";

/** Options of `allowRedirectHosts`. */
export interface AllowRedirectHostsOptions extends PolicyOptions {
  /** Also lets loopback redirect URIs pass. Default false. */
  readonly loopback?: boolean;
  /** Also lets these schemes pass, in lower case and without the colon. Default: none. */
  readonly privateUseSchemes?: readonly string[];
}

const PRIVATE_USE_SCHEME = /^(?!https?$)[a-z][a-z0-9+.-]*$/;

/**
 * Every redirect URI, also of a logout, is HTTPS on one of these hosts: `app.example` for that host alone, `*.app.example` for the names
 * below it, however deep. A host is compared whole, or label by label; ports do not count.
 *
 * A wildcard trusts whoever can get a name below the domain: give none for a domain where strangers can (`*.pages.example`
 * of a hosting service).
 *
 * @example
 * ```ts
 * import { allowRedirectHosts } from "@oauth-dcr/core/policy";
 *
 * const policies = { every: [allowRedirectHosts(["app.example", "*.partner.example"], { loopback: true })] };
 * ```
 * @throws MisuseError for an empty list, a host that no redirect URI can have, and a scheme that is not private-use
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function allowRedirectHosts(
  hosts: readonly string[],
  options: AllowRedirectHostsOptions = {},
): RegistrationPolicy {
  requireKnownOptions("allowRedirectHosts", options, ["loopback", "privateUseSchemes", "name"]);
  const { loopback = false, privateUseSchemes = [], name = "allow_redirect_hosts" } = options;
  requireThat(
    Array.isArray(hosts) && hosts.length > 0,
    "ERR_OPTION",
    "allowRedirectHosts: must be a list of at least one host",
  );
  requireThat(
    typeof loopback === "boolean",
    "ERR_OPTION",
    "allowRedirectHosts: loopback must be true or false",
  );
  requireThat(
    Array.isArray(privateUseSchemes) &&
      privateUseSchemes.every(
        (scheme: unknown) => typeof scheme === "string" && PRIVATE_USE_SCHEME.test(scheme),
      ),
    "ERR_REDIRECT_SCHEME",
    "allowRedirectHosts: privateUseSchemes must be a list of private-use schemes in lower case",
  );
  const patterns = hosts.map(hostPattern);
  const schemes: ReadonlySet<string> = new Set(privateUseSchemes);

  function isAllowed(redirectUri: unknown): boolean {
    const parsed = typeof redirectUri === "string" && parseStrictUri(redirectUri, redirectUri.length);
    if (!parsed || !parsed.ok) return false;
    const { scheme, host } = parsed.value;
    if (scheme !== "https" && scheme !== "http") return schemes.has(scheme);
    if (isLoopbackHost(host)) return loopback;
    return scheme === "https" && patterns.some((matches) => matches(host));
  }

  return definePolicy(name, ({ metadata }) => {
    for (const member of REDIRECT_MEMBERS) {
      const uris = metadata[member];
      const index = Array.isArray(uris) ? uris.findIndex((uri) => !isAllowed(uri)) : -1;
      if (index >= 0) {
        return {
          verdict: "refuse",
          member,
          place: `${member}[${index}]`,
          reason: "has a host that is not allowed here",
        };
      }
    }
    return ACCEPT;
  });
}
