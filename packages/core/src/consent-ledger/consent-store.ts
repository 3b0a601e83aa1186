import type { Awaitable } from "../lib/result.js";
import type { AuditEvents, RegistrationStore } from "../store/registration-store.js";

/** What a user allowed at one destination. */
export interface ConsentGrant {
  /** Where the answer goes: a host without its port, or the scheme of an application with its colon. */
  readonly destination: string;
  /** The scopes that the user allowed there, sorted. */
  readonly scopes: readonly string[];
  /** Since when the user has allowed all of it, in seconds since the epoch. */
  readonly at: number;
}

/** What one user allowed one client. */
export interface Consent {
  /** The user, by the identifier that the server around us gave. */
  readonly userId: string;
  /** The `client_id` of the client. */
  readonly clientId: string;
  /** One for each destination, the latest first; at most 10. */
  readonly grants: readonly ConsentGrant[];
}

/** What a user says yes to. */
export interface GivenConsent extends ConsentGrant {
  /** The user. */
  readonly userId: string;
  /** The client. */
  readonly clientId: string;
  /**
   * `requirements.consentSince` of the client as the user saw it. Consent from before does not count any more. Missing: the
   * client had none.
   */
  readonly consentSince?: number;
}

/** The outcome of recording what a user said yes to. */
export interface RecordConsentOutcome {
  /**
   * `changed`: the stored client has another `requirements.consentSince` than the user saw, or is disabled or awaits approval.
   * `not_found`: there is no such client. Nothing was written in both cases.
   */
  readonly outcome: "recorded" | "changed" | "not_found";
}

/** The outcome of a withdrawal. */
export interface WithdrawConsentOutcome {
  /** Whether there was something to withdraw. */
  readonly outcome: "withdrawn" | "not_found";
}

/** Which part of a list. */
export interface ConsentPageRequest {
  /** `next` of the page before. If omitted, the first page. */
  readonly after?: string;
  /** The most consents of the page. */
  readonly limit: number;
}

/** A part of a list. */
export interface ConsentPage {
  /** The consents, in the order of the other identifier. */
  readonly consents: readonly Consent[];
  /** Where the next page begins. Missing: there is none. */
  readonly next?: string;
}

/**
 * Stores what users allowed clients, beside the clients. Each method is one atomic change, or one query. A method throws if
 * it cannot reach its database. Identifiers are compared as exact strings.
 *
 * The deletion of a client ends all consents for it in the same atomic change, by whatever method of the registration store
 * it is deleted: a later client with the same `client_id` must not inherit them. No other change of a client touches them.
 *
 * An implementation is checked by `consentStoreContract` of `@oauth-dcr/contract-tests`.
 */
export interface ConsentStore {
  /** Puts what `consentAfter` makes of the stored consent in its place, if the client is there and is the one that the user saw. */
  recordConsent(given: GivenConsent, auditEvents?: AuditEvents): Awaitable<RecordConsentOutcome>;
  /** What a user allowed a client. `undefined`: nothing. */
  findConsent(userId: string, clientId: string): Awaitable<Consent | undefined>;
  /** Deletes what a user allowed a client. */
  withdrawConsent(
    userId: string,
    clientId: string,
    auditEvents?: AuditEvents,
  ): Awaitable<WithdrawConsentOutcome>;
  /** A page of what a user allowed, by the identifiers of the clients. */
  findConsentsOfUser(userId: string, page: ConsentPageRequest): Awaitable<ConsentPage>;
  /** A page of what a client was allowed, by the identifiers of the users. */
  findConsentsForClient(clientId: string, page: ConsentPageRequest): Awaitable<ConsentPage>;
  /** Deletes all that a user allowed, and returns for how many clients. */
  forgetUser(userId: string): Awaitable<number>;
}

/** A registration store that keeps consents too. */
export interface StoreWithConsents extends RegistrationStore {
  /** What users allowed the clients of this store. */
  readonly consents: ConsentStore;
}
