import type { Awaitable } from "../lib/result.js";
import type {
  ClientAdministration,
  ClientStatus,
  InitialAccessToken,
  RegisteredClient,
  RegistrationSource,
  TrustTier,
} from "./records.js";

/** Conditions and changes that belong to the same atomic change as the insert of a client. */
export interface CreateClientGuards {
  /** The token to take one use from. It must be valid at `at`, in seconds since the epoch. */
  readonly spendInitialAccessToken?: { readonly id: string; readonly at: number };
  /** For keys among the client's `quotaKeys`: how many clients may have that key, this one included. */
  readonly quotas?: readonly Quota[];
  /** The audit events of this creation. */
  readonly auditEvents?: AuditEvents;
}

/**
 * The audit events of a change, for a store whose audit log is in the same database: it writes them in the same atomic
 * change, if and only if the change is made, and its sink takes the same objects without writing them again. Any other store
 * ignores them: the `audit` sink gets each event as well.
 */
export type AuditEvents = readonly object[];

/** The most clients that one pool may hold. Clients count in the pools that their `quotaKeys` name. */
export interface Quota {
  /** The pool. */
  readonly key: string;
  /** The most clients that the pool may hold. */
  readonly limit: number;
}

/** The outcome of the insert of a client. */
export type CreateClientOutcome =
  | { readonly outcome: "created" }
  | { readonly outcome: "duplicate_client_id" }
  /** The token has no uses left, was revoked, has expired or does not exist. Nothing was written. */
  | { readonly outcome: "initial_access_token_spent" }
  /** `client` has the same fingerprint. It now expires no earlier than the new one would have. Nothing else changed. */
  | { readonly outcome: "existing"; readonly client: RegisteredClient }
  /** `key` is the first of the given quotas whose pool is full. Nothing was written. */
  | { readonly outcome: "quota_exceeded"; readonly key: string };

/** One use of a client. */
export interface ClientUse {
  /** Seconds since the epoch. */
  readonly at: number;
  /**
   * The new expiry, in seconds since the epoch. If omitted, the client never expires. For a client with a fingerprint the
   * later of the old and the new expiry counts.
   */
  readonly expiresAt?: number;
}
/** The outcome of recording a use. */
export interface RecordClientUseOutcome {
  /** `unusable`: the client awaits approval, is disabled or has expired. */
  readonly outcome: "recorded" | "unusable" | "not_found";
}

/** A change of status. */
export interface ClientStatusChange {
  /** The statuses that may be changed. */
  readonly from: readonly ClientStatus[];
  /** The version that the client must have. If omitted, any. */
  readonly expectedVersion?: number;
  /** The new status. */
  readonly to: ClientStatus;
  /** The new expiry, in seconds since the epoch. If omitted, the client never expires. */
  readonly expiresAt?: number;
  /** Why, in the operator's words. It becomes the client's `administration.statusReason`. If omitted, the old reason goes. */
  readonly reason?: string;
}
/** The outcome of a change of status. */
export interface ChangeClientStatusOutcome {
  /** `conflict`: the client has none of the statuses in `from`, or another version than the expected one. */
  readonly outcome: "changed" | "conflict" | "not_found";
}

/** A change of what the operator says about a client. */
export interface ClientAdministrationChange {
  /** The version that the client must have. If omitted, any. */
  readonly expectedVersion?: number;
  /** What is said from now on. A member that is left out is said no more, except `statusReason`, which stays. */
  readonly administration: Omit<ClientAdministration, "statusReason">;
  /** The new expiry, in seconds since the epoch, or `never`. If omitted, the old one stays. */
  readonly expiresAt?: number | "never";
}
/** The outcome of a change of what the operator says. */
export interface ChangeClientAdministrationOutcome {
  /** `conflict`: the client has another version than the expected one. */
  readonly outcome: "changed" | "conflict" | "not_found";
}

/** Which clients are looked for. A client must meet every member that is given; `{}` means all clients. */
export interface ClientQuery {
  /** What permitted it. */
  readonly source?: RegistrationSource;
  /** How far it is trusted. */
  readonly tier?: TrustTier;
  /** Its stored status, whether it has expired or not. */
  readonly status?: ClientStatus;
  /** The person or team that answers for it, or that its token was issued to. */
  readonly owner?: string;
  /** One of its tags. */
  readonly tag?: string;
  /** The host of its metadata document or of one of its https redirect URIs, in lower case. */
  readonly host?: string;
  /** What its `client_name` begins with, in any case. */
  readonly text?: string;
  /** Its last recorded use was before this instant, in seconds since the epoch. A client that was never used is not met. */
  readonly usedBefore?: number;
  /** The oldest check of a proof of its domains was before this instant, in seconds since the epoch. Without a proof it is not met. */
  readonly domainsCheckedBefore?: number;
}

/** Which part of what is found. */
export interface ClientPageRequest {
  /** `next` of the page before. If omitted, the first page. */
  readonly after?: string;
  /** The most clients of the page. */
  readonly limit: number;
}

/** Some of the clients that were looked for. */
export interface ClientPage {
  /** The clients. A page may have fewer than its limit, even none, while there is a `next`: a store reads a bounded part. */
  readonly clients: readonly RegisteredClient[];
  /** Where the next page begins. Missing: there is none. */
  readonly next?: string;
}

/** How many clients are alike in what they are counted by. */
export interface ClientCount {
  /** What permitted them. */
  readonly source: RegistrationSource;
  /** How far they are trusted. */
  readonly tier: TrustTier;
  /** Their status. A client that has expired counts as `expired` alone. */
  readonly status: ClientStatus | "expired";
  /** Who answers for them. Missing: nobody is named. */
  readonly owner?: string;
  /** How many there are. */
  readonly clients: number;
}

/** The outcome of a replacement. */
export interface ReplaceClientOutcome {
  /** `conflict`: the client has another version than the expected one. */
  readonly outcome: "replaced" | "conflict" | "not_found";
}
/** The outcome of a deletion. */
export interface DeleteClientOutcome {
  /** Whether there was such a client. */
  readonly outcome: "deleted" | "not_found";
}
/** The outcome of a revocation. */
export interface RevokeInitialAccessTokenOutcome {
  /** Whether there was such a token. */
  readonly outcome: "revoked" | "not_found";
}

/**
 * Stores clients and initial access tokens. Each method is one atomic change, or one query, and returns its outcome. A
 * method throws if it cannot reach its database. Then nothing is written, and the HTTP answer is 503. A store without an
 * audit log of its own ignores every `auditEvents`.
 *
 * An implementation is checked by `registrationStoreContract` of `@oauth-dcr/contract-tests`.
 */
export interface RegistrationStore {
  /**
   * Adds a client, takes one use from its token, and counts it in its pools: all or nothing. Checks in this order: the
   * identifier, the fingerprint, the token, the quotas. Returns when the change is as durable as the store can make it.
   */
  createClient(client: RegisteredClient, guards?: CreateClientGuards): Awaitable<CreateClientOutcome>;
  /** The client with this `client_id`, compared as an exact string. */
  findClient(clientId: string): Awaitable<RegisteredClient | undefined>;
  /** The client whose registration access token has this hash. */
  findClientByRegistrationAccessToken(hash: string): Awaitable<RegisteredClient | undefined>;
  /** The client with this fingerprint, expired or not. */
  findClientByFingerprint(fingerprint: string): Awaitable<RegisteredClient | undefined>;
  /**
   * Replaces the stored client of the same identifier, if it still has the expected version. The stored expiry, last use,
   * fingerprint, quota keys and administration stay. The stored status stays too, unless the new status is `awaiting_approval`.
   */
  replaceClient(
    client: RegisteredClient,
    expectedVersion: number,
    auditEvents?: AuditEvents,
  ): Awaitable<ReplaceClientOutcome>;
  /** Deletes a client. */
  deleteClient(clientId: string, auditEvents?: AuditEvents): Awaitable<DeleteClientOutcome>;

  /**
   * Records a use of a pending or active client that has not expired. The client becomes active and leaves its pools. The
   * latest use is kept. The version stays.
   */
  recordClientUse(clientId: string, use: ClientUse): Awaitable<RecordClientUseOutcome>;
  /**
   * A page of the clients that meet the query, including expired ones, in an order that the store chooses and keeps from page
   * to page. It takes no longer for more clients: a store reads by an index, and a bounded number of rows for a page. A page
   * after one that the store does not know is empty.
   */
  findClients(query: ClientQuery, page: ClientPageRequest): Awaitable<ClientPage>;
  /** Changes status and expiry, and increases the version. A client that becomes active or disabled leaves its pools. */
  changeClientStatus(
    clientId: string,
    change: ClientStatusChange,
    auditEvents?: AuditEvents,
  ): Awaitable<ChangeClientStatusOutcome>;
  /** Changes what the operator says about a client, and increases the version. */
  changeClientAdministration(
    clientId: string,
    change: ClientAdministrationChange,
    auditEvents?: AuditEvents,
  ): Awaitable<ChangeClientAdministrationOutcome>;
  /** The first `limit` clients that have expired at `now` (seconds since the epoch), by expiry. */
  findExpiredClients(now: number, limit: number): Awaitable<readonly RegisteredClient[]>;
  /**
   * Deletes those of the given clients that have expired at `now`, and returns their identifiers. Each of the `auditEvents`
   * tells of the client at the same place in `clientIds`.
   */
  deleteExpiredClients(
    clientIds: readonly string[],
    now: number,
    auditEvents?: AuditEvents,
  ): Awaitable<readonly string[]>;
  /** How many clients there are at `now` (seconds since the epoch), one entry for each kind, without a look at each client. */
  countClients(now: number): Awaitable<readonly ClientCount[]>;

  /** Adds a token. */
  createInitialAccessToken(token: InitialAccessToken, auditEvents?: AuditEvents): Awaitable<void>;
  /** The token with this identifier. */
  findInitialAccessToken(id: string): Awaitable<InitialAccessToken | undefined>;
  /** The first `limit` tokens with an identifier after `after`, by identifier. */
  listInitialAccessTokens(after: string, limit: number): Awaitable<readonly InitialAccessToken[]>;
  /** Revokes a token at `at` (seconds since the epoch). A token that is revoked already keeps its first instant. */
  revokeInitialAccessToken(
    id: string,
    at: number,
    auditEvents?: AuditEvents,
  ): Awaitable<RevokeInitialAccessTokenOutcome>;
}
