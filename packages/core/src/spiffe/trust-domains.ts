import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { localBundle, remoteBundle, type SpiffeBundle } from "./bundle.js";
import { isTrustDomainName } from "./spiffe-id.js";

/** A SPIFFE trust domain whose workloads may be clients, and its keys. */
export interface SpiffeTrustDomain {
  /** The name alone, such as `example.org`. */
  readonly name: string;
  /**
   * Its SPIFFE bundle: the https URL of its bundle endpoint, which needs `guardedFetch`, or the bundle itself. A key verifies only
   * the documents of its `use`: `jwt-svid` or `x509-svid`.
   */
  readonly bundle: { readonly url: string } | { readonly jwks: { readonly keys: readonly object[] } };
}

/** Options of `spiffeTrustDomains`. */
export interface SpiffeTrustDomainsOptions {
  /** At least one, each name once. */
  readonly domains: readonly SpiffeTrustDomain[];
  /** Fetches bundles that have a URL. */
  readonly guardedFetch?: GuardedFetch;
}

/** The bundle of each trust domain. Made by `spiffeTrustDomains`. */
export type SpiffeTrustDomains = ReadonlyMap<string, SpiffeBundle>;

/**
 * The trust domains whose workloads may be clients, for `spiffeJwt` and `spiffeX509`. Only the operator names them: core never
 * fetches a bundle from a URL that a client, a token or a certificate names. It ignores `spiffe_bundle_endpoint` in the metadata of
 * a client.
 *
 * @example
 * ```ts
 * import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
 * import { spiffeTrustDomains } from "@oauth-dcr/core/spiffe";
 *
 * declare const connection: Parameters<typeof guardedFetch>[0]["connection"];
 *
 * const trustDomains = spiffeTrustDomains({
 *   domains: [{ name: "example.org", bundle: { url: "https://spire.example.org/bundle.json" } }],
 *   guardedFetch: guardedFetch({ connection }),
 * });
 * ```
 * @throws MisuseError for a duplicate name, and for a bundle without a usable key
 * @see OAuth SPIFFE Client Authentication (draft 02) section 6 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-spiffe-client-auth-02#section-6
 */
export function spiffeTrustDomains(options: SpiffeTrustDomainsOptions): SpiffeTrustDomains {
  requireKnownOptions("spiffeTrustDomains", options, [
    "domains",
    "guardedFetch",
  ] satisfies (keyof SpiffeTrustDomainsOptions)[]);
  const { domains, guardedFetch } = options;
  const given: unknown = domains;
  requireThat(
    Array.isArray(given) && given.length > 0,
    "ERR_TRUST_DOMAIN",
    "domains: must be a list of at least one",
  );
  const bundles = new Map<string, SpiffeBundle>();
  for (const domain of domains) {
    requireKnownOptions("domains", domain, ["name", "bundle"] satisfies (keyof SpiffeTrustDomain)[]);
    const { name, bundle } = domain;
    requireThat(
      isTrustDomainName(name) && !bundles.has(name),
      "ERR_TRUST_DOMAIN",
      "domains: each must have a name of its own, such as example.org, without spiffe://",
    );
    bundles.set(name, bundleOf(bundle, guardedFetch));
  }
  return bundles;
}

function bundleOf(bundle: SpiffeTrustDomain["bundle"], guardedFetch: GuardedFetch | undefined): SpiffeBundle {
  const { url, jwks } = Object(bundle) as { readonly url?: unknown; readonly jwks?: unknown };
  if (url === undefined) {
    const local = Array.isArray((jwks as { readonly keys?: unknown } | undefined)?.keys)
      ? localBundle(jwks)
      : undefined;
    requireThat(
      local !== undefined,
      "ERR_TRUST_DOMAIN",
      "domains: jwks has no public key with use jwt-svid, and no certificate with use x509-svid",
    );
    return local;
  }
  requireThat(
    jwks === undefined && typeof url === "string" && /^https:/i.test(url),
    "ERR_TRUST_DOMAIN",
    "domains: url must be an https URL, and the only source of keys",
  );
  requireThat(
    typeof guardedFetch === "function",
    "ERR_GUARDED_FETCH_REQUIRED",
    "domains: a bundle with a url needs guardedFetch",
  );
  return remoteBundle(url, guardedFetch);
}

/** @throws MisuseError for what `spiffeTrustDomains` did not make */
export function checkTrustDomains(trustDomains: SpiffeTrustDomains): SpiffeTrustDomains {
  requireThat(
    (trustDomains as unknown) instanceof Map,
    "ERR_TRUST_DOMAIN",
    "trustDomains: give what spiffeTrustDomains({ domains }) returned",
  );
  return trustDomains;
}
