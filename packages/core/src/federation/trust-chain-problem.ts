/** Why an entity cannot be registered through its trust chain. */
export type TrustChainReason =
  | "malformed"
  | "audience"
  | "peer_trust_chain"
  | "outdated"
  | "no_client"
  | "no_trust_chain"
  | "metadata_policy"
  | "not_as_resolved";

/** An entity that cannot be registered, or that nobody can judge now. */
export type TrustChainProblem =
  | { readonly kind: "refused"; readonly reason: TrustChainReason }
  | { readonly kind: "unavailable"; readonly cause: unknown };

interface Told {
  readonly error: "invalid_request" | "invalid_trust_chain" | "invalid_metadata";
  /** Ends a sentence in `error_description`: ASCII, without quotes or backslashes, and nothing of what was sent. */
  readonly says: string;
}

/**
 * What the client reads of each reason. Of a chain that is not found or not valid it reads no more than that: what this
 * server can reach, and what stands there, is not for it to learn.
 *
 * @see OpenID Federation 1.0 section 8.9 https://openid.net/specs/openid-federation-1_0.html#section-8.9
 */
export const TOLD: Readonly<Record<TrustChainReason, Told>> = {
  malformed: {
    error: "invalid_request",
    says: "must be an entity configuration that its own key signs, or a trust chain that begins with one",
  },
  audience: { error: "invalid_request", says: "must have the issuer of this server as its only aud" },
  peer_trust_chain: { error: "invalid_request", says: "must not have peer_trust_chain on this server" },
  outdated: {
    error: "invalid_request",
    says: "must not have an earlier iat than the one that its client is registered with",
  },
  no_client: {
    error: "invalid_metadata",
    says: "must have metadata for openid_relying_party or oauth_client that its trust chain allows",
  },
  no_trust_chain: {
    error: "invalid_trust_chain",
    says: "has no valid trust chain to a trust anchor of this server",
  },
  metadata_policy: {
    error: "invalid_metadata",
    says: "does not meet the metadata policies of its trust chain",
  },
  not_as_resolved: {
    error: "invalid_metadata",
    says: "cannot be registered on this server as the metadata policies of its trust chain demand",
  },
};
