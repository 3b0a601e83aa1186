import type { RateLimitScope } from "../access/rate-limited.js";
import type { Finding } from "../client-metadata/finding.js";
import type { Failure } from "../failure.js";
import type { GuardedFetchProblem } from "../guarded-fetch/guarded-fetch-problem.js";
import type { JsonValue } from "../lib/json.js";
import type {
  ClientStatus,
  DomainProblem,
  RegistrationOrigin,
  RegistrationSource,
  TrustTier,
} from "../store/records.js";

/**
 * Who did it, as far as they showed it: `anonymous` nothing that was taken, `token_holder` an initial access token,
 * `client` its registration access token. `operator` called a function of the server, `system` is a sweep, and `user` is one whom
 * the server around us has authenticated.
 */
export type AuditActor = "anonymous" | "token_holder" | "client" | "operator" | "system" | "user";

interface Audited {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly actor: AuditActor;
}

interface AuditedRequest extends Audited {
  /** What the events of one request have in common: the adapter's word, or random. */
  readonly requestId: string;
  /** As the adapter knows it, or a keyed hash of that where there is an `addressPseudonymKey`. */
  readonly clientAddress?: string;
  /** By what right it was admitted; missing where it was refused before that. */
  readonly source?: RegistrationSource;
  /** Errors of a refusal, then warnings of what was put right; at most a hundred. */
  readonly findings: readonly Finding[];
  /** How many more there were, if any. */
  readonly findingsOmitted?: number;
}

/** A member that an update gave another value. Values stand here only where no secret can be in them. */
export interface MetadataChange {
  /** The name of the member, with its language tag. */
  readonly member: string;
  /** How the member changed. */
  readonly change: "added" | "changed" | "removed";
  /** The value before; left out where a secret could be in it. */
  readonly from?: JsonValue;
  /** The value after; left out where a secret could be in it. */
  readonly to?: JsonValue;
}

/**
 * A client was registered, led to by a registration that says the same as an earlier one, or its record read, changed or
 * deleted by itself.
 */
export interface ClientServedEvent extends AuditedRequest {
  /** What was done. */
  readonly type: "client_registered" | "client_reused" | "client_read" | "client_updated" | "client_deleted";
  /** The client that was served. */
  readonly clientId: string;
  /** Without their queries. */
  readonly redirectUris: readonly string[];
  /** Its status after the request. */
  readonly status: ClientStatus;
  /** What a policy said that holds the client until it is approved. */
  readonly heldBecause?: string;
  /** By what right it was registered, and by which token. */
  readonly origin: RegistrationOrigin;
  /** What an update changed; there exactly for one. */
  readonly changes?: readonly MetadataChange[];
  /** How far the client is trusted from now on; there where an update has changed that. */
  readonly tier?: TrustTier;
  /** How far it was trusted before that update. */
  readonly previousTier?: TrustTier;
}

/** A request that was not served. `…_limited` is one that a rate limit or a quota turned away. */
export interface RequestRefusedEvent extends AuditedRequest {
  /** At which endpoint, and whether a limit was the reason. */
  readonly type:
    | "registration_refused"
    | "registration_limited"
    | "client_management_refused"
    | "client_management_limited";
  /** Why the request was refused. */
  readonly reason: Failure["kind"];
  /** The client of the URL, which there may not be. Missing for what cannot be an identifier. */
  readonly clientId?: string;
  /** Why a token was refused, which its bearer is not told. */
  readonly tokenProblem?: Extract<Failure, { kind: "token_refused" }>["reason"];
  /** The public identifier of the token that was refused, where there is one. */
  readonly initialAccessTokenId?: string;
  /** Whose rate limit was exceeded. */
  readonly rateLimit?: RateLimitScope;
  /** The pool that had no room for another unused client. */
  readonly quotaKey?: string;
  /**
   * How many requests of this address and limit the event stands for, all within a minute; the event is the last one's.
   * Missing: one.
   */
  readonly occurrences?: number;
}

/**
 * An operator changed what a client may do, its time ran out and a sweep deleted it, or one of its domains began or ended to
 * vouch for it.
 */
export interface ClientLifecycleEvent extends Audited {
  /** What happened to it. */
  readonly type:
    | "client_added"
    | "client_administered"
    | "client_approved"
    | "client_rejected"
    | "client_disabled"
    | "client_enabled"
    | "client_removed"
    | "client_secret_rotated"
    | "client_expired"
    | "client_document_changed"
    | "client_held"
    | "client_domain_verified"
    | "client_domain_lost";
  /** The client that changed. */
  readonly clientId: string;
  /** Why, in the operator's words. */
  readonly statusReason?: string;
  /** The name of the operator, as the caller gave it. Missing if the caller gave none. */
  readonly operator?: string;
  /** How far the client is trusted from now on; there where that has changed. */
  readonly tier?: TrustTier;
  /** How far it was trusted before, where that has changed. */
  readonly previousTier?: TrustTier;
  /** What a policy or an admission rule said that holds the client of a document, until it is approved. */
  readonly heldBecause?: string;
  /** The domain that vouches for it, or does so no more. */
  readonly domain?: string;
  /** What was wrong with the proof of the domain that is lost. */
  readonly domainProblem?: DomainProblem;
}

/** An initial access token was issued or revoked by an operator, or a use of it was spent on a client. */
export interface InitialAccessTokenEvent extends Audited {
  /** What happened to it. */
  readonly type:
    "initial_access_token_issued" | "initial_access_token_revoked" | "initial_access_token_spent";
  /** The public identifier of the token, never the token. */
  readonly initialAccessTokenId: string;
  /** The client that was registered with it. */
  readonly clientId?: string;
  /** The request's that spent it. */
  readonly requestId?: string;
  /** The name of the operator, as the caller gave it. Missing if the caller gave none. */
  readonly operator?: string;
}

/**
 * A client_id led to a document, which was fetched: it was accepted, refused, or could not be judged. None while a document
 * that was fetched before is used, nor while a failed fetch is not repeated.
 */
export interface ClientDocumentEvent extends Audited {
  /** How the fetch ended. */
  readonly type: "client_document_accepted" | "client_document_refused" | "client_document_unavailable";
  /** The document's URL, without its query. */
  readonly clientId: string;
  /** Always `metadata_document`. */
  readonly source: "metadata_document";
  /** Errors of a refusal, then warnings; at most a hundred. */
  readonly findings: readonly Finding[];
  /** How many more there were, if any. */
  readonly findingsOmitted?: number;
  /** Why there was nothing to judge. */
  readonly problem?: GuardedFetchProblem["kind"];
  /** Without their queries; there exactly for a document that was accepted, like the two below. */
  readonly redirectUris?: readonly string[];
  /** The status of the client. */
  readonly status?: ClientStatus;
  /** By what right the client is known. */
  readonly origin?: RegistrationOrigin;
  /** What a policy or an admission rule said that holds the client until an operator approves it. */
  readonly heldBecause?: string;
  /** What differs from the document that was used until now, if there was one. */
  readonly changes?: readonly MetadataChange[];
}

/** A user allowed a client something, or withdrew it. It does not say which user: an audit log cannot forget. */
export interface ConsentEvent extends Audited {
  /** What the user did. */
  readonly type: "consent_recorded" | "consent_withdrawn";
  /** The client. */
  readonly clientId: string;
  /** The host that answers go to, or the scheme of an application; there where something was allowed, like `scopes`. */
  readonly destination?: string;
  /** What the user said yes to. */
  readonly scopes?: readonly string[];
}

/** How one request to an endpoint ended, or what else happened to a client or token. Never holds a secret or a token. */
export type AuditEvent =
  | ClientServedEvent
  | RequestRefusedEvent
  | ClientLifecycleEvent
  | ClientDocumentEvent
  | ConsentEvent
  | InitialAccessTokenEvent;

/**
 * Gets one event for each request but a preflight, where requests that a limit turned away may share one. Gets one for each
 * use of an initial access token, one for each
 * fetch of a Client ID Metadata Document, and one for each thing that an operator, a sweep or a user of the consent ledger does. It may be slow or fail without any effect on the answer: an event that it
 * rejects is handed to `onError`, and delivered again later.
 */
export type AuditSink = (event: AuditEvent) => void | Promise<void>;
