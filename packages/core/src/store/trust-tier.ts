import { httpsHost } from "./https-host.js";
import type { DomainProof, RegisteredClient, TrustTier } from "./records.js";

/** What is read of a client. */
type Vouched = Pick<RegisteredClient, "clientId" | "origin" | "metadata" | "administration">;

/**
 * How far a client is trusted: as the operator says, or else `domain_verified` where all of its domains vouch for it. A proof
 * counts for the redirect URIs that the client has now, so that the tier ends with an update that names another host.
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
export function trustTier(client: Vouched): TrustTier {
  const { tier, domains = [] } = client.administration ?? {};
  if (tier !== undefined) return tier;
  if (domains.length === 0) return "unknown";
  const { domains: asked, isCovered } = clientDomains(client);
  const isProven = asked.every((domain) => domains.some((proof) => proof.domain === domain));
  return isCovered && isProven ? "domain_verified" : "unknown";
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
export function clientDomains({ clientId, origin, metadata }: Vouched): {
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
