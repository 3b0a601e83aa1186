import type { ClientMetadata } from "../client-metadata/client-metadata.js";

/**
 * How a client came to be registered. It stays with the client, so that an update is judged by the rules that admitted
 * it, also when the token is gone by then.
 */
export interface RegistrationOrigin {
  /** The kind of right. */
  readonly source: RegistrationSource;
  /** The public identifier of the token that it was registered with. */
  readonly initialAccessTokenId?: string;
  /** Whom the token was given to. */
  readonly owner?: string;
  /** What the token bound its clients to. */
  readonly constraints?: InitialAccessTokenConstraints;
  /** Who vouched for its software. */
  readonly softwareStatementIssuer?: string;
  /** Whether each change has to bring a software statement again. */
  readonly requiresSoftwareStatement?: boolean;
  /** The names of the policies that the client was admitted by, in their order. */
  readonly policies: readonly string[];
}

/** What is known of it before policies judge. Nothing in it is the client's own word. */
export type ProposalOrigin = Omit<RegistrationOrigin, "policies">;

/** By what right a client is known. */
export type RegistrationSource = "open" | "initial_access_token" | "software_statement" | "metadata_document";

/**
 * `pending`: registered, and not used yet. `active`: used. `awaiting_approval`: held by a policy; it can do nothing until
 * an operator approves it. `disabled`: stopped by an operator. Whether it has expired, its `expiresAt` says.
 */
export type ClientStatus = "pending" | "active" | "awaiting_approval" | "disabled";

/** What the authorization endpoint has to insist on for a client, whatever the server does otherwise. */
export interface ClientRequirements {
  /** Ask the user each time; a former approval does not count. */
  readonly consent?: true;
  /** Insist on PKCE. */
  readonly pkce?: true;
}

/** A registered client, as it is stored. */
export interface RegisteredClient {
  /** The `client_id`. */
  readonly clientId: string;
  /** Seconds since the epoch. */
  readonly clientIdIssuedAt: number;
  /** 1 for a new client, and one more with each change but a use. */
  readonly version: number;
  /** What it may do at the moment. */
  readonly status: ClientStatus;
  /** When it ends, unless it is used before; missing for a client that stays. Seconds since the epoch. */
  readonly expiresAt?: number;
  /** Seconds since the epoch, to the resolution that uses are recorded with; missing for a client that was never used. */
  readonly lastUsedAt?: number;
  /** What an open registration of the same metadata has too; no two clients in a store have the same. */
  readonly fingerprint?: string;
  /** The pools that it counts in until it is used. Missing for a client that counts nowhere. */
  readonly quotaKeys?: readonly string[];
  /** What the authorization endpoint has to insist on. */
  readonly requirements: ClientRequirements;
  /** SHA-256 of the secret in hexadecimal; missing for a client without a secret. */
  readonly clientSecretHash?: string;
  /** Seconds since the epoch, or 0 for a secret that does not expire; there exactly when there is a secret. */
  readonly clientSecretExpiresAt?: number;
  /** The secret before this one, while it is still taken. */
  readonly previousClientSecret?: { readonly hash: string; readonly expiresAt: number };
  /** SHA-256 of the registration access token in hexadecimal; missing for a client that cannot manage itself. */
  readonly registrationAccessTokenHash?: string;
  /** How it came to be registered. */
  readonly origin: RegistrationOrigin;
  /** The software statement as it was sent. */
  readonly softwareStatement?: string;
  /** What was registered, after defaults and narrowing. */
  readonly metadata: ClientMetadata;
}

/** What a client that registers with a token must keep to; what is left out is not constrained by it. */
export interface InitialAccessTokenConstraints {
  /** The most that the client can have of the server's scopes. */
  readonly scopes?: readonly string[];
  /** The hosts that its redirect URIs may have, each compared whole. */
  readonly redirectHosts?: readonly string[];
  /** The `software_id` values that its clients may have. */
  readonly softwareIds?: readonly string[];
  /** The most that the client can have of the server's grant types. */
  readonly grantTypes?: readonly string[];
  /** Names of policies that judge the client beside those for everybody. */
  readonly policies?: readonly string[];
}

/**
 * A permission to register, as it is stored: the token itself is shown once, when it is issued.
 * @see RFC 7591 section 1.2 https://www.rfc-editor.org/rfc/rfc7591#section-1.2
 */
export interface InitialAccessToken {
  /** Public: it names the token in a list and in the audit log. */
  readonly id: string;
  /** SHA-256 of the whole token in hexadecimal. */
  readonly tokenHash: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  /** Seconds since the epoch; the token is no good from then on. */
  readonly expiresAt: number;
  /** How many clients may still be registered with it. */
  readonly usesLeft: number;
  /** Seconds since the epoch; there once it was revoked. */
  readonly revokedAt?: number;
  /** A note of the operator. */
  readonly label?: string;
  /** Whom it was given to. */
  readonly owner?: string;
  /** What its clients must keep to. */
  readonly constraints: InitialAccessTokenConstraints;
}
