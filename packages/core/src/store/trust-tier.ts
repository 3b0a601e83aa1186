import { httpsHost } from "./https-host.js";
import type { DomainProof, ProposalOrigin, RegisteredClient, TrustTier } from "./records.js";

/** What is read of a client. Before it has an identifier no domain can vouch for it. */
export type TrustedClient = Pick<RegisteredClient, "administration"> &
  Partial<Pick<RegisteredClient, "clientId" | "metadata">> & { readonly origin: ProposalOrigin };

type Vouched = Pick<RegisteredClient, "clientId" | "metadata" | "administration"> & TrustedClient;

/**
 * How far a client is trusted: as the operator says, or else as its template said, or else `domain_verified` where all of its
 * domains vouch for it. A proof counts for the redirect URIs that the client has now, so that the tier ends with an update that
 * names another host.
 *
 * @example
 * ```ts
 * import { trustTier, type RegisteredClient } from "@oauth-dcr/core/store";
 *
 * declare const client: RegisteredClient;
 *
 * const isTrusted = trustTier(client) !== "unknown";
 * ```
 */
export function trustTier(client: TrustedClient): TrustTier {
  return trustTierBy(client.origin.tier, client);
}

/** The same with what its template says today. Domains raise a client that the operator has not lowered. */
export function trustTierBy(template: TrustTier | undefined, client: TrustedClient): TrustTier {
  const { tier } = client.administration ?? {};
  if (tier !== undefined) return tier;
  if (template !== undefined && template !== "unknown") return template;
  return isVouchedFor(client) ? "domain_verified" : "unknown";
}

/** The tiers of a change, for its event; nothing where the tier stays. */
export function tierChange(
  before: TrustedClient,
  after: TrustedClient,
  tierOf: (client: TrustedClient) => TrustTier,
): { readonly tier?: TrustTier; readonly previousTier?: TrustTier } {
  const [tier, previousTier] = [tierOf(after), tierOf(before)];
  return tier === previousTier ? {} : { tier, previousTier };
}

function isVouchedFor({ clientId, metadata, administration, ...others }: TrustedClient): boolean {
  const { domains: proofs = [] } = administration ?? {};
  if (proofs.length === 0 || clientId === undefined || !metadata) return false;
  const { domains, isCovered } = clientDomains({ clientId, metadata, ...others });
  return isCovered && domains.every((domain) => proofs.some((proof) => proof.domain === domain));
}

/** The proofs for domains that are the client's now. */
export function provenDomains(client: Vouched): readonly DomainProof[] {
  const { domains: proofs = [] } = client.administration ?? {};
  if (proofs.length === 0) return proofs;
  const { domains } = clientDomains(client);
  return proofs.filter(({ domain }) => domains.includes(domain));
}

/**
 * The domains of a client: those of its https redirect URIs, and that of its metadata document. A port is not looked at: the
 * domain vouches for the client, and not for what listens there.
 *
 * `isCovered`: whether they are all that there is to prove. Nobody controls a loopback address, a private-use scheme or an IP
 * address by a domain; a client whose answers may go there cannot be verified by domains alone.
 */
export function clientDomains({ clientId, origin, metadata }: Omit<Vouched, "administration">): {
  readonly domains: readonly string[];
  readonly isCovered: boolean;
} {
  const uris = [
    ...(origin.source === "metadata_document" ? [clientId] : []),
    ...(metadata.redirect_uris ?? []),
  ];
  const ofEach = uris.map(domainOf);
  const domains = [...new Set(ofEach.filter((domain) => domain !== undefined))];
  const isCovered = domains.length > 0 && !ofEach.includes(undefined);
  return { domains, isCovered };
}

/** The host of an https URI, if it is a name with a dot: no IP address, and none like `localhost`. */
function domainOf(uri: string): string | undefined {
  const host = httpsHost(uri);
  return host?.includes(".") && !/^[\d.]+$|^\[/.test(host) ? host : undefined;
}
