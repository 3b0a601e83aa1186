import { requireKnownOptions } from "../lib/known-options.js";
import { baseName } from "../client-metadata/language-tag.js";
import { requireThat } from "../lib/misuse.js";
import { isLoopbackHost } from "../uri/host.js";
import { parseStrictUri } from "../uri/strict-uri.js";
import {
  definePolicy,
  type PolicyOptions,
  type RegistrationPolicy,
  type RegistrationProposal,
} from "./registration-policy.js";
import { displayUriNames, dropOrRefuse, requireDropOrRefuse, type DropOrRefuse } from "./display-uris.js";

/** Options of `sameHostDisplayUris`. */
export interface SameHostDisplayUrisOptions extends PolicyOptions {
  /**
   * What becomes of an address that no redirect URI vouches for. Default `drop`: native clients have nothing to be
   * compared with and name their home page all the same, and they work as well without it.
   */
  readonly mismatch?: DropOrRefuse;
  /**
   * Finds the registrable domain of a host, or `undefined` for a host without one. With it, hosts of one registrable domain
   * count as the same, such as `www.example.com` and `app.example.com`. Give it `registrableDomain` of
   * `@oauth-dcr/core/public-suffix-list`. Default: only equal hosts are the same.
   */
  readonly registrableDomain?: RegistrableDomain;
}

/** The registrable domain of a host in lower case; `undefined` for one without, such as an IP address or a public suffix. */
export type RegistrableDomain = (host: string) => string | undefined;

/**
 * `client_uri`, `logo_uri`, `tos_uri` and `policy_uri`, in every language, have the scheme and the host of a redirect
 * URI, so that a client shows no pages but those of whom the user is sent to. Ports do not count. Loopback and
 * private-use redirect URIs belong to no host and vouch for nothing. Nothing is compared where a trusted software
 * statement gave both the address and the redirect URIs.
 *
 * @example
 * ```ts
 * import { sameHostDisplayUris } from "@oauth-dcr/core/policy";
 *
 * const policies = { every: [sameHostDisplayUris()] };
 * ```
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function sameHostDisplayUris(options: SameHostDisplayUrisOptions = {}): RegistrationPolicy {
  requireKnownOptions("sameHostDisplayUris", options, [
    "mismatch",
    "registrableDomain",
    "name",
  ] satisfies (keyof SameHostDisplayUrisOptions)[]);
  const { mismatch = "drop", registrableDomain, name = "same_host_display_uris" } = options;
  requireDropOrRefuse(mismatch, "sameHostDisplayUris: mismatch");
  requireThat(
    registrableDomain === undefined || typeof registrableDomain === "function",
    "ERR_OPTION",
    "sameHostDisplayUris: registrableDomain: must be a function",
  );
  const reason = `must have the scheme and ${registrableDomain ? "registrable domain" : "host"} of a redirect URI`;
  return definePolicy(name, (proposal) =>
    dropOrRefuse(proposal.metadata, withoutVoucher(proposal, registrableDomain), mismatch, reason),
  );
}

function withoutVoucher(
  { metadata, verifiedMembers }: RegistrationProposal,
  registrableDomain: RegistrableDomain | undefined,
): readonly string[] {
  const sites = new Set((metadata.redirect_uris ?? []).map((uri) => siteOf(uri, registrableDomain)));
  // A statement is no secret: sent again with other redirect URIs, it must not lend them its logo.
  const vouchedFor = (member: string) =>
    verifiedMembers.has(baseName(member)) && verifiedMembers.has("redirect_uris");
  return displayUriNames(metadata).filter((member) => {
    const site = siteOf(metadata[member], registrableDomain);
    return !vouchedFor(member) && (site === undefined || !sites.has(site));
  });
}

/** The scheme and host, or registrable domain, of an address; `undefined` for what is none, or is on the user's own machine. */
function siteOf(uri: unknown, registrableDomain: RegistrableDomain | undefined): string | undefined {
  const parsed = typeof uri === "string" ? parseStrictUri(uri, uri.length) : undefined;
  if (!parsed?.ok || isLoopbackHost(parsed.value.host)) return undefined;
  const { scheme, host } = parsed.value;
  return `${scheme}://${registrableDomain?.(host) ?? host}`;
}
