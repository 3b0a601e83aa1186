import type { ClientMetadata } from "../client-metadata/client-metadata.js";

/**
 * How a client came to be registered. It is stored with the client. An update is judged by the same rules, even when the
 * token of the registration is gone.
 */
export interface RegistrationOrigin {
  /** What permitted the registration. */
  readonly source: RegistrationSource;
  /** The public identifier of the token that it was registered with. */
  readonly initialAccessTokenId?: string;
  /** The owner of the token, as its issuer named them. */
  readonly owner?: string;
  /** The limits that the token sets for its clients. */
  readonly constraints?: InitialAccessTokenConstraints;
  /** The issuer of its software statement. */
  readonly softwareStatementIssuer?: string;
  /** Whether the client signed its software statement itself, so that the statement verifies nothing that it says. */
  readonly hasSelfSignedStatement?: boolean;
  /** Whether each update must contain a software statement again. */
  readonly requiresSoftwareStatement?: boolean;
  /** The federation entity that it is, where a trust chain admitted it. */
  readonly federation?: FederationOrigin;
  /** The names of the policies that the client was admitted by, in their order. */
  readonly policies: readonly string[];
  /** Which document a client with a metadata document had at the last look. */
  readonly document?: DocumentState;
  /** The name of the template of `trustTiers` that it matched, when it was registered or changed last. */
  readonly template?: string;
  /** The tier that this template gave it. `administration.tier` counts before it. */
  readonly tier?: TrustTier;
}

/** What is known of the document of a client, to see a change. */
export interface DocumentState {
  /** SHA-256 of its keys, its authentication method and its redirect URIs, in hexadecimal. */
  readonly digest: string;
  /** When it was fetched, in seconds since the epoch. */
  readonly fetchedAt: number;
}

/**
 * What a trust chain says of a client.
 * @see OpenID Federation 1.0 section 12.2.2 https://openid.net/specs/openid-federation-1_0.html#section-12.2.2
 */
export interface FederationOrigin {
  /** The entity identifier of the client. */
  readonly entityId: string;
  /** The trust anchor that its chain leads to. */
  readonly trustAnchor: string;
  /** When the entity signed the request that it is registered with, in seconds since the epoch. */
  readonly statedAt?: number;
  /** When the registration ends, in seconds since the epoch, however much it is used: with its chain, or before. */
  readonly endsAt: number;
}

/** The origin as policies see it. Nothing in it is a claim of the client. */
export type ProposalOrigin = Omit<RegistrationOrigin, "policies">;

/**
 * What permitted a client: open registration, a token, a software statement, its metadata document, a trust chain, or the
 * operator.
 */
export type RegistrationSource =
  "open" | "initial_access_token" | "software_statement" | "metadata_document" | "federation" | "operator";

/**
 * How far the operator trusts a client, from the least to the most. `domain_verified`: each domain that
 * its answers go to vouches for it. `approved`: the operator looked at it. `first_party`: it is the operator's own.
 */
export type TrustTier = "unknown" | "domain_verified" | "approved" | "first_party";

/**
 * A proof that a domain vouches for a client: the owner of the domain has published it. Times are in seconds since the epoch.
 */
export interface DomainProof {
  /** The host name, exactly as it is in the client's URLs, in lower case. It says nothing about names above or below it. */
  readonly domain: string;
  /** Where the proof is published: a TXT record, or a file under `/.well-known/`. */
  readonly method: "dns" | "file";
  /** When the server first saw the proof. A proof that was lost and is seen again starts anew. */
  readonly verifiedAt: number;
  /** When the server last saw it. */
  readonly seenAt: number;
  /** When the server last checked it, whatever the result. */
  readonly checkedAt: number;
  /** How many checks since `seenAt` found it certainly absent. Missing: none. */
  readonly absences?: number;
}

/**
 * Why a check did not see the proof of a domain.
 *
 * - `not_published`: there is no such TXT record, or no such file.
 * - `other_text`: the record or file exists, and does not contain the text for this client and issuer.
 * - `not_public`: `guardedFetch` refuses the host of the file, for example because its address is private.
 * - `not_of_client`: no URL of the client has that host now.
 * - `unreachable`: the name server or web server failed, or did not respond in time. The proof may still be there.
 * - `busy`: too many queries were under way, so nobody looked. This never ends a proof.
 */
export type DomainProblem =
  "not_published" | "other_text" | "not_public" | "not_of_client" | "unreachable" | "busy";

/** What the operator says about a client, and which domains vouch for it. Nothing in it comes from the client. */
export interface ClientAdministration {
  /** How far the client is trusted. Missing: as far as its template says (`origin.tier`), or its domains; see `trustTier`. */
  readonly tier?: TrustTier;
  /** The person or team that answers for the client. Missing: the owner of its initial access token, if there is one. */
  readonly owner?: string;
  /** Labels of the operator: at most 20, each of 1 to 64 letters, digits and `._:/-`. */
  readonly tags?: readonly string[];
  /** Free text of the operator, at most 2,000 characters. */
  readonly notes?: string;
  /** The domains that vouch for the client, as `domainVerification` has seen it; at most 10. */
  readonly domains?: readonly DomainProof[];
  /** Why the status was changed last, at most 500 characters. */
  readonly statusReason?: string;
}

/**
 * `pending`: registered, and not used yet. `active`: used. `awaiting_approval`: held by a policy; it cannot be used until
 * an operator approves it. `disabled`: stopped by an operator. Expiry is not a status: see `expiresAt`.
 */
export type ClientStatus = "pending" | "active" | "awaiting_approval" | "disabled";

/** What the authorization endpoint must require of a client, whatever it requires of others. */
export interface ClientRequirements {
  /** Ask the user at each authorization. Earlier consent does not count. */
  readonly consent?: true;
  /** Require PKCE. */
  readonly pkce?: true;
  /** Consent that a user gave before this instant does not count, in seconds since the epoch: the client has changed. */
  readonly consentSince?: number;
}

/** A registered client, as it is stored. */
export interface RegisteredClient {
  /** The `client_id`. */
  readonly clientId: string;
  /** Seconds since the epoch. */
  readonly clientIdIssuedAt: number;
  /** Starts at 1. Increases with every change except a use or a renewal by fingerprint. */
  readonly version: number;
  /** Whether it may be used. */
  readonly status: ClientStatus;
  /** When it expires, in seconds since the epoch. A use can move it. Missing: it does not expire. */
  readonly expiresAt?: number;
  /** The last recorded use, in seconds since the epoch. Uses are recorded at most once per interval. Missing: never used. */
  readonly lastUsedAt?: number;
  /** Equal for open registrations of the same metadata. At most one client of a store has it. */
  readonly fingerprint?: string;
  /** The quotas that count it until it is used. Missing: none does. */
  readonly quotaKeys?: readonly string[];
  /** What the authorization endpoint must require of it. */
  readonly requirements: ClientRequirements;
  /** SHA-256 of the client secret, in hexadecimal. Missing: it has no secret. */
  readonly clientSecretHash?: string;
  /** When the secret expires, in seconds since the epoch; 0 if it does not. Present if and only if there is a secret. */
  readonly clientSecretExpiresAt?: number;
  /** The previous secret, while it is still accepted. */
  readonly previousClientSecret?: { readonly hash: string; readonly expiresAt: number };
  /** SHA-256 of the registration access token, in hexadecimal. Missing: the client cannot manage itself. */
  readonly registrationAccessTokenHash?: string;
  /** How it came to be registered. */
  readonly origin: RegistrationOrigin;
  /** What the operator says about it. Missing: nothing. */
  readonly administration?: ClientAdministration;
  /** The software statement as it was sent. */
  readonly softwareStatement?: string;
  /**
   * What was registered, after defaults and narrowing. Its `scope` is what the client asked for and no policy took away: where
   * there are `trustTiers`, `findClient`, `authenticateClient` and every answer to the client show of it what its tier allows.
   */
  readonly metadata: ClientMetadata;
}

/** The limits that a token sets for its clients. A member that is left out sets no limit. */
export interface InitialAccessTokenConstraints {
  /** The scopes that its clients may have, out of the server's. */
  readonly scopes?: readonly string[];
  /** The hosts that redirect URIs of its clients may have. A subdomain does not match. */
  readonly redirectHosts?: readonly string[];
  /** The `software_id` values that its clients may have. */
  readonly softwareIds?: readonly string[];
  /** The grant types that its clients may have, out of the server's. */
  readonly grantTypes?: readonly string[];
  /** The names of policies that apply to its clients, in addition to those for all clients. */
  readonly policies?: readonly string[];
}

/**
 * An initial access token, as it is stored. The token itself is shown only once, when it is issued.
 * @see RFC 7591 section 1.2 https://www.rfc-editor.org/rfc/rfc7591#section-1.2
 */
export interface InitialAccessToken {
  /** Names the token in lists and in the audit log. Not secret. */
  readonly id: string;
  /** SHA-256 of the whole token in hexadecimal. */
  readonly tokenHash: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  /** When the token expires, in seconds since the epoch. */
  readonly expiresAt: number;
  /** How many clients may still be registered with it. */
  readonly usesLeft: number;
  /** When it was revoked, in seconds since the epoch. Missing: it was not. */
  readonly revokedAt?: number;
  /** A note of the operator. */
  readonly label?: string;
  /** The person or team that received it. */
  readonly owner?: string;
  /** The limits that it sets for its clients. */
  readonly constraints: InitialAccessTokenConstraints;
}
