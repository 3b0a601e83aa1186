import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type {
  InitialAccessToken,
  InitialAccessTokenConstraints,
} from "../initial-access-token/initial-access-token.js";
import type { Awaitable } from "../result.js";

/**
 * How a client came to be registered. It stays with the client, so that an update is judged by the rules that admitted
 * it, also when the token is gone by then.
 */
export interface RegistrationOrigin {
  readonly source: RegistrationSource;
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
  readonly pkce?: true;
}

/** A registered client, as it is stored. */
export interface RegisteredClient {
  readonly clientId: string;
  /** Seconds since the epoch. */
  readonly clientIdIssuedAt: number;
  /** 1 for a new client, and one more with each change but a use. */
  readonly version: number;
  readonly status: ClientStatus;
  /** When it ends, unless it is used before; missing for a client that stays. Seconds since the epoch. */
  readonly expiresAt?: number;
  /** Seconds since the epoch, to the resolution that uses are recorded with; missing for a client that was never used. */
  readonly lastUsedAt?: number;
  /** What an open registration of the same metadata has too; no two clients in a store have the same. */
  readonly fingerprint?: string;
  /** The pools that it counts in until it is used. Missing for a client that counts nowhere. */
  readonly quotaKeys?: readonly string[];
  readonly requirements: ClientRequirements;
  /** SHA-256 of the secret in hexadecimal; missing for a client without a secret. */
  readonly clientSecretHash?: string;
  /** Seconds since the epoch, or 0 for a secret that does not expire; there exactly when there is a secret. */
  readonly clientSecretExpiresAt?: number;
  /** The secret before this one, while it is still taken. */
  readonly previousClientSecret?: { readonly hash: string; readonly expiresAt: number };
  /** SHA-256 of the registration access token in hexadecimal; missing for a client that cannot manage itself. */
  readonly registrationAccessTokenHash?: string;
  readonly origin: RegistrationOrigin;
  /** The software statement as it was sent. */
  readonly softwareStatement?: string;
  /** What was registered, after defaults and narrowing. */
  readonly metadata: ClientMetadata;
}

/** What has to hold, and to happen, in the same transition as the insert of a client. */
export interface CreateClientGuards {
  /** The token that one use is taken from, if it is still good at that instant (seconds since the epoch). */
  readonly spendInitialAccessToken?: { readonly id: string; readonly at: number };
  /** For keys among the client's `quotaKeys`: how many clients may have that key, this one included. */
  readonly quotas?: readonly Quota[];
}

export interface Quota {
  readonly key: string;
  readonly limit: number;
}

export type CreateClientOutcome =
  | { readonly outcome: "created" }
  | { readonly outcome: "duplicate_client_id" }
  /** The token has no use left, is revoked, has expired or is gone. Nothing was written. */
  | { readonly outcome: "initial_access_token_spent" }
  /** There is one of that fingerprint; here it is. It ends no earlier than the new one would have; nothing else changed. */
  | { readonly outcome: "existing"; readonly client: RegisteredClient }
  /** The first quota, in the order given, that has no room. Nothing was written. */
  | { readonly outcome: "quota_exceeded"; readonly key: string };

export interface ClientUse {
  /** Seconds since the epoch. */
  readonly at: number;
  /** When the client ends if it is not used again; left out, it stays. One with a fingerprint ends no earlier than before. */
  readonly expiresAt?: number;
}
export interface RecordClientUseOutcome {
  /** `unusable`: it awaits approval, is disabled or had expired by then. */
  readonly outcome: "recorded" | "unusable" | "not_found";
}

export interface ClientStatusChange {
  /** The states in which it may be. */
  readonly from: readonly ClientStatus[];
  readonly to: ClientStatus;
  /** When the client ends; left out, it stays. */
  readonly expiresAt?: number;
}
export interface ChangeClientStatusOutcome {
  /** `conflict`: it is in another state than those. */
  readonly outcome: "changed" | "conflict" | "not_found";
}

/** How many clients there are in each state; one that has expired counts as that alone. */
export type ClientCounts = Readonly<Record<ClientStatus | "expired", number>>;

export interface ReplaceClientOutcome {
  readonly outcome: "replaced" | "conflict" | "not_found";
}
export interface DeleteClientOutcome {
  readonly outcome: "deleted" | "not_found";
}
export interface RevokeInitialAccessTokenOutcome {
  readonly outcome: "revoked" | "not_found";
}

/**
 * Where clients and initial access tokens are kept. One method is one transition of the protocol: atomic, and it reports
 * how it went. A method that cannot reach its database throws; the caller is then told to come again, and nothing was
 * written.
 *
 * An implementation is checked by `registrationStoreContract` of `@oauth-dcr/contract-tests`.
 */
export interface RegistrationStore {
  /**
   * Adds a client, takes one use from the token that it was registered with, and counts it in its pools: all or nothing.
   * The identifier is looked at first, then whether there is a client of the same fingerprint, the token, and the quotas. Answers once it is as durable
   * as this store can make it.
   */
  createClient(client: RegisteredClient, guards?: CreateClientGuards): Awaitable<CreateClientOutcome>;
  /** The client of that identifier, compared as an exact string. */
  findClient(clientId: string): Awaitable<RegisteredClient | undefined>;
  /** The client whose registration access token has that hash. */
  findClientByRegistrationAccessToken(hash: string): Awaitable<RegisteredClient | undefined>;
  /** The client of that fingerprint, expired or not. */
  findClientByFingerprint(fingerprint: string): Awaitable<RegisteredClient | undefined>;
  /**
   * Puts `client` in the place of the one with its identifier, if that one still has the expected version. Its expiry,
   * last use, fingerprint and quota keys stay what they are in the store, and so does its status, unless the new one is
   * `awaiting_approval`.
   */
  replaceClient(client: RegisteredClient, expectedVersion: number): Awaitable<ReplaceClientOutcome>;
  deleteClient(clientId: string): Awaitable<DeleteClientOutcome>;

  /**
   * Makes a pending or active client, unless it has expired, an active one that counts in no pool. Of several uses the
   * latest stays. Its version stays.
   */
  recordClientUse(clientId: string, use: ClientUse): Awaitable<RecordClientUseOutcome>;
  /** The first clients with an identifier behind `after`, in the order of their identifiers, expired ones among them. */
  listClients(after: string, limit: number): Awaitable<readonly RegisteredClient[]>;
  /** Changes status and expiry, and the version with them. Only a pending or held client counts in a pool after it. */
  changeClientStatus(clientId: string, change: ClientStatusChange): Awaitable<ChangeClientStatusOutcome>;
  /** The first clients that have expired by `now` (seconds since the epoch), in the order of their expiry. */
  findExpiredClients(now: number, limit: number): Awaitable<readonly RegisteredClient[]>;
  /** Deletes those of the clients that have expired by `now`, whatever they were when they were found. Answers which. */
  deleteExpiredClients(clientIds: readonly string[], now: number): Awaitable<readonly string[]>;
  countClients(now: number): Awaitable<ClientCounts>;

  createInitialAccessToken(token: InitialAccessToken): Awaitable<void>;
  findInitialAccessToken(id: string): Awaitable<InitialAccessToken | undefined>;
  /** The first tokens with an identifier behind `after`, in the order of their identifiers. */
  listInitialAccessTokens(after: string, limit: number): Awaitable<readonly InitialAccessToken[]>;
  /** Revokes a token; one that was revoked before keeps its first instant and counts as revoked. */
  revokeInitialAccessToken(id: string, at: number): Awaitable<RevokeInitialAccessTokenOutcome>;
}
