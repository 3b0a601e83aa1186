import type { Awaitable } from "../lib/result.js";
import type { AuditEvents, RegistrationStore } from "../store/registration-store.js";

/** What a user allowed at one destination. */
export interface ConsentGrant {
  /** Where the response goes: a host without its port, or an application's scheme with its colon. */
  readonly destination: string;
  /** The scopes that the user allowed there, sorted. */
  readonly scopes: readonly string[];
  /** When the user allowed the oldest of these scopes, in seconds since the epoch. */
  readonly at: number;
}

/** What one user allowed one client. */
export interface Consent {
  /** The user's identifier, as your server passed it. */
  readonly userId: string;
  /** The `client_id` of the client. */
  readonly clientId: string;
  /** One for each destination, newest first; at most 10. */
  readonly grants: readonly ConsentGrant[];
}

/** What a user agrees to. */
export interface GivenConsent extends ConsentGrant {
  /** The user. */
  readonly userId: string;
  /** The client. */
  readonly clientId: string;
  /**
   * `requirements.consentSince` of the client that the user saw. Earlier consent no longer counts. Missing if the client had none.
   */
  readonly consentSince?: number;
}

/** The outcome of `recordConsent`. */
export interface RecordConsentOutcome {
  /**
   * `changed`: the stored client has another `requirements.consentSince` than the user saw, or is disabled or awaits approval.
   * `not_found`: there is no such client. In both cases the store writes nothing.
   */
  readonly outcome: "recorded" | "changed" | "not_found";
}

/** The outcome of a withdrawal. */
export interface WithdrawConsentOutcome {
  /** `not_found` if there was no consent. */
  readonly outcome: "withdrawn" | "not_found";
}

/** Which page to return. */
export interface ConsentPageRequest {
  /** `next` of the previous page. If omitted, the first page. */
  readonly after?: string;
  /** The maximum number of consents in the page. */
  readonly limit: number;
}

/** A page of consents. */
export interface ConsentPage {
  /** The consents of a user, ordered by client; those for a client, ordered by user. */
  readonly consents: readonly Consent[];
  /** Pass it as `after` for the following page. Missing on the last page. */
  readonly next?: string;
}

/**
 * Stores what users allowed clients, in the same database as the clients. Each method is one atomic change, or one query. A method
 * throws if it cannot reach its database. The store compares identifiers as exact strings.
 *
 * Every method of the registration store that deletes a client must delete its consents in the same atomic change: a later client
 * with the same `client_id` must not inherit them. No other change of a client affects them.
 *
 * Test an implementation with `consentStoreContract` of `@oauth-dcr/contract-tests`.
 */
export interface ConsentStore {
  /** Replaces the stored consent by the result of `consentAfter`, if the client exists and has not changed since the user saw it. */
  recordConsent(given: GivenConsent, auditEvents?: AuditEvents): Awaitable<RecordConsentOutcome>;
  /** What a user allowed a client. `undefined` if the user allowed nothing. */
  findConsent(userId: string, clientId: string): Awaitable<Consent | undefined>;
  /** Deletes what a user allowed a client. */
  withdrawConsent(
    userId: string,
    clientId: string,
    auditEvents?: AuditEvents,
  ): Awaitable<WithdrawConsentOutcome>;
  /** A page of a user's consents, ordered by `clientId`. */
  findConsentsOfUser(userId: string, page: ConsentPageRequest): Awaitable<ConsentPage>;
  /** A page of the consents for a client, ordered by `userId`. */
  findConsentsForClient(clientId: string, page: ConsentPageRequest): Awaitable<ConsentPage>;
  /** Deletes all consents of a user, and returns the number of clients. */
  forgetUser(userId: string): Awaitable<number>;
}

/** A registration store that also stores consents. */
export interface StoreWithConsents extends RegistrationStore {
  /** What users allowed the clients of this store. */
  readonly consents: ConsentStore;
}
