import type { Awaitable } from "../lib/result.js";
import type { ClientStatus, RegisteredClient, InitialAccessToken } from "./records.js";

/** What has to hold, and to happen, in the same transition as the insert of a client. */
export interface CreateClientGuards {
  /** The token that one use is taken from, if it is still good at that instant (seconds since the epoch). */
  readonly spendInitialAccessToken?: { readonly id: string; readonly at: number };
  /** For keys among the client's `quotaKeys`: how many clients may have that key, this one included. */
  readonly quotas?: readonly Quota[];
}

/** A limit on how many clients may count in one pool. */
export interface Quota {
  /** The pool. */
  readonly key: string;
  /** How many clients it holds. */
  readonly limit: number;
}

/** How the insert of a client went. */
export type CreateClientOutcome =
  | { readonly outcome: "created" }
  | { readonly outcome: "duplicate_client_id" }
  /** The token has no use left, is revoked, has expired or is gone. Nothing was written. */
  | { readonly outcome: "initial_access_token_spent" }
  /** There is one of that fingerprint; here it is. It ends no earlier than the new one would have; nothing else changed. */
  | { readonly outcome: "existing"; readonly client: RegisteredClient }
  /** The first quota, in the order given, that has no room. Nothing was written. */
  | { readonly outcome: "quota_exceeded"; readonly key: string };

/** One use of a client. */
export interface ClientUse {
  /** Seconds since the epoch. */
  readonly at: number;
  /** When the client ends if it is not used again; left out, it stays. One with a fingerprint ends no earlier than before. */
  readonly expiresAt?: number;
}
/** How the record of a use went. */
export interface RecordClientUseOutcome {
  /** `unusable`: it awaits approval, is disabled or had expired by then. */
  readonly outcome: "recorded" | "unusable" | "not_found";
}

/** A change of status. */
export interface ClientStatusChange {
  /** The states in which it may be. */
  readonly from: readonly ClientStatus[];
  /** The status after it. */
  readonly to: ClientStatus;
  /** When the client ends; left out, it stays. */
  readonly expiresAt?: number;
}
/** How a change of status went. */
export interface ChangeClientStatusOutcome {
  /** `conflict`: it is in another state than those. */
  readonly outcome: "changed" | "conflict" | "not_found";
}

/** How many clients there are in each state; one that has expired counts as that alone. */
export type ClientCounts = Readonly<Record<ClientStatus | "expired", number>>;

/** How a replacement went. */
export interface ReplaceClientOutcome {
  /** `conflict`: the client has another version by now. */
  readonly outcome: "replaced" | "conflict" | "not_found";
}
/** How a deletion went. */
export interface DeleteClientOutcome {
  /** Whether there was such a client. */
  readonly outcome: "deleted" | "not_found";
}
/** How a revocation went. */
export interface RevokeInitialAccessTokenOutcome {
  /** Whether there was such a token. */
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
  /** Deletes a client. */
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
  /** How many clients there are in each state at `now` (seconds since the epoch). */
  countClients(now: number): Awaitable<ClientCounts>;

  /** Adds a token. */
  createInitialAccessToken(token: InitialAccessToken): Awaitable<void>;
  /** The token of that identifier. */
  findInitialAccessToken(id: string): Awaitable<InitialAccessToken | undefined>;
  /** The first tokens with an identifier behind `after`, in the order of their identifiers. */
  listInitialAccessTokens(after: string, limit: number): Awaitable<readonly InitialAccessToken[]>;
  /** Revokes a token; one that was revoked before keeps its first instant and counts as revoked. */
  revokeInitialAccessToken(id: string, at: number): Awaitable<RevokeInitialAccessTokenOutcome>;
}
