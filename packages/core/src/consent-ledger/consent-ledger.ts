import { auditRecorder, type AuditDelivery } from "../audit/audit-delivery.js";
import type { AuditSink, ConsentEvent } from "../audit/audit-event.js";
import { logError, neverThrowing, type OnError } from "../audit/on-error.js";
import type { ConsentView } from "../consent/consent-view.js";
import { nowSeconds } from "../lib/clock.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { isScopeToken } from "../scope/scope.js";
import type { RegisteredClient } from "../store/records.js";
import { compareConsent, type LedgerView } from "./compare-consent.js";
import { MOST_SCOPE_CHARACTERS, MOST_SCOPES } from "./consent-after.js";
import type {
  Consent,
  ConsentPage,
  ConsentPageRequest,
  ConsentStore,
  GivenConsent,
  RecordConsentOutcome,
} from "./consent-store.js";

/** A client's request for a user's consent. */
export interface ConsentRequest {
  /**
   * The user's identifier: 1 to 255 ASCII characters. Pass the key of your table of users, and not a name, mail address or
   * telephone number.
   */
  readonly userId: string;
  /** The client that `findClient` returned for the page that the user sees. */
  readonly client: RegisteredClient;
  /** The redirect URI that `redirectUriFor` returned. */
  readonly redirectUri: string;
  /** The scopes that the client would get: at most 100, with at most 4,000 characters together. */
  readonly scopes: readonly string[];
}

/** Options of `consentLedger`. */
export interface ConsentLedgerOptions {
  /** The result of `createClientRegistration`. */
  readonly registration: {
    /** Its `consentView`. */
    readonly consentView: (client: RegisteredClient, redirectUri: string) => ConsentView | undefined;
    /** Its `recordClientUse`. */
    readonly recordClientUse: (client: RegisteredClient) => Promise<string>;
  };
  /** The `consents` of the registration's store. */
  readonly consents: ConsentStore;
  /** Receives an event for each consent and withdrawal. Pass the sink of the registration. */
  readonly audit: AuditSink;
  /** Receives the errors of `audit`. Default: `console.error`. */
  readonly onError?: OnError;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
}

/** Records what each user allowed each client. Each method rejects when the store cannot answer. */
export interface ConsentLedger {
  /**
   * What a consent page shows, and whether you must ask the user. `undefined` if `allowsRedirectUri` refuses the redirect URI: show
   * an error page, and do not redirect. Rejects with a MisuseError for an invalid `userId` or `scopes`.
   */
  readonly consentView: (request: ConsentRequest) => Promise<LedgerView | undefined>;
  /**
   * Records that the user agreed to what the page showed. Call it only when the user has pressed the button. Issue a code only if
   * it resolves with `recorded`. Rejects as `consentView` does.
   *
   * - `changed`: the client has changed since you made the page, is disabled, or awaits approval.
   * - `not_found`: the client was deleted.
   * - `refused`: `allowsRedirectUri` refuses the redirect URI.
   */
  readonly recordConsent: (request: ConsentRequest) => Promise<RecordConsentOutcome["outcome"] | "refused">;
  /** What a user allowed a client, also if it no longer counts. `undefined` if the user allowed nothing. */
  readonly consentOf: (userId: string, clientId: string) => Promise<Consent | undefined>;
  /** A page of a user's consents, ordered by client: at most `limit` (default 100, at most 1,000). */
  readonly consentsOf: (userId: string, page?: Partial<ConsentPageRequest>) => Promise<ConsentPage>;
  /** A page of the consents for a client, ordered by user: at most `limit` (default 100, at most 1,000). */
  readonly consentsFor: (clientId: string, page?: Partial<ConsentPageRequest>) => Promise<ConsentPage>;
  /**
   * Deletes what a user allowed a client. Afterwards revoke the codes and tokens of that user and client. Returns `false` if there
   * was no consent.
   */
  readonly withdrawConsent: (userId: string, clientId: string) => Promise<boolean>;
  /** Deletes all consents of a user. Call it when you delete the user. Resolves with the number of clients. Makes no audit event. */
  readonly forgetUser: (userId: string) => Promise<number>;
  /** The state of the delivery of audit events. Call its `flush` before the process ends. */
  readonly auditDelivery: AuditDelivery;
}

const MOST_OF_A_PAGE = 1000;
const PAGE = 100;

/**
 * Records what each user allowed each client. So you ask a user only once for the same consent, and the page warns of wider scopes
 * or a new destination.
 *
 * @example
 * ```ts
 * import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
 * import { consentLedger, memoryStoreWithConsents } from "@oauth-dcr/core/consent";
 * import { memoryRateLimiter } from "@oauth-dcr/core/memory";
 *
 * const store = memoryStoreWithConsents();
 * const audit = console.log;
 * const registration = createClientRegistration({
 *   ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["mcp:tools"] }),
 *   access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 20, windowSeconds: 3600 }) }),
 *   store,
 *   audit,
 * });
 * const ledger = consentLedger({ registration, consents: store.consents, audit });
 * ```
 * @throws MisuseError for a missing or invalid option
 */
export function consentLedger(options: ConsentLedgerOptions): ConsentLedger {
  const { registration, consents, audit, onError, clock } = checkedOptions(options);
  const { record, delivery: auditDelivery } = auditRecorder(audit, neverThrowing(onError));

  const eventOf = (
    type: ConsentEvent["type"],
    clientId: string,
    more: Pick<ConsentEvent, "destination" | "scopes"> = {},
  ): ConsentEvent => ({ type, at: new Date(clock()).toISOString(), actor: "user", clientId, ...more });

  async function recordConsent(request: ConsentRequest): ReturnType<ConsentLedger["recordConsent"]> {
    const { userId, client, redirectUri, scopes } = checkedRequest(request);
    const view = registration.consentView(client, redirectUri);
    if (!view) return "refused";
    const { clientId, requirements, origin } = client;
    const { consentSince } = requirements;
    const { destination } = view.redirect;
    const given: GivenConsent = {
      ...{ userId, clientId, destination, scopes, at: nowSeconds(clock) },
      ...(consentSince !== undefined && { consentSince }),
    };
    const event = eventOf("consent_recorded", clientId, { destination, scopes });
    let { outcome } = await consents.recordConsent(given, [event]);
    // A document's client has a record from its first use on, and here is one: a user has said yes to it.
    if (outcome === "not_found" && origin.source === "metadata_document") {
      if ((await registration.recordClientUse(client)) !== "recorded") return outcome;
      ({ outcome } = await consents.recordConsent(given, [event]));
    }
    if (outcome === "recorded") record(event);
    return outcome;
  }

  return Object.freeze<ConsentLedger>({
    async consentView(request) {
      const { userId, client, redirectUri, scopes } = checkedRequest(request);
      const view = registration.consentView(client, redirectUri);
      if (!view) return undefined;
      return compareConsent(client, view, scopes, await consents.findConsent(userId, client.clientId));
    },
    recordConsent,
    consentOf: async (userId, clientId) => consents.findConsent(requireUserId(userId), clientId),
    consentsOf: async (userId, page) => consents.findConsentsOfUser(requireUserId(userId), checkedPage(page)),
    consentsFor: async (clientId, page) => consents.findConsentsForClient(clientId, checkedPage(page)),
    async withdrawConsent(userId, clientId) {
      const event = eventOf("consent_withdrawn", clientId);
      const { outcome } = await consents.withdrawConsent(requireUserId(userId), clientId, [event]);
      if (outcome === "withdrawn") record(event);
      return outcome === "withdrawn";
    },
    forgetUser: async (userId) => consents.forgetUser(requireUserId(userId)),
    auditDelivery,
  });
}

const STORE_METHODS = [
  "recordConsent",
  "findConsent",
  "withdrawConsent",
  "findConsentsOfUser",
  "findConsentsForClient",
  "forgetUser",
] as const satisfies readonly (keyof ConsentStore)[];

function checkedOptions(options: ConsentLedgerOptions): Required<ConsentLedgerOptions> {
  requireKnownOptions("consentLedger", options, [
    "registration",
    "consents",
    "audit",
    "onError",
    "clock",
  ] satisfies (keyof ConsentLedgerOptions)[]);
  const { registration, consents, audit, onError = logError, clock = Date.now } = options;
  requireMethods(
    registration,
    ["consentView", "recordClientUse"],
    "registration: give it what createClientRegistration() returned",
  );
  requireMethods(
    consents,
    STORE_METHODS,
    "consents: give the consents of the store, such as openSqliteStore(…).consents",
  );
  requireMethods(
    { audit, onError, clock },
    ["audit", "onError", "clock"],
    "audit, onError and clock: must be functions",
  );
  return { registration, consents, audit, onError, clock };
}

function requireMethods(value: unknown, names: readonly string[], message: string): void {
  const methods = (value ?? {}) as Readonly<Record<string, unknown>>;
  const isWhole = names.every((name) => typeof methods[name] === "function");
  requireThat(isWhole, "ERR_OPTION", `consentLedger: ${message}`);
}

function checkedRequest({ userId, scopes, ...request }: ConsentRequest): ConsentRequest {
  requireUserId(userId);
  const isList =
    Array.isArray(scopes) && scopes.every((scope) => typeof scope === "string" && isScopeToken(scope));
  const isBounded =
    isList && scopes.length <= MOST_SCOPES && scopes.join(" ").length <= MOST_SCOPE_CHARACTERS;
  requireThat(
    isBounded,
    "ERR_OPTION",
    `scopes: must be a list of at most ${MOST_SCOPES} scopes, of at most ${MOST_SCOPE_CHARACTERS} characters together`,
  );
  return { userId, scopes: [...new Set(scopes)].sort(), ...request };
}

/**
 * The form of `sub` in OpenID Connect. With more letters than ASCII's the longest one and the longest `client_id` together have
 * no room in an index of PostgreSQL.
 * @see OpenID Connect Core 1.0 section 2 https://openid.net/specs/openid-connect-core-1_0.html#IDToken
 */
function requireUserId(userId: string): string {
  const isId = typeof (userId as unknown) === "string" && /^[\x20-\x7e]{1,255}$/.test(userId);
  requireThat(isId, "ERR_OPTION", "userId: must be an opaque text of 1 to 255 ASCII characters");
  return userId;
}

function checkedPage({ after, limit = PAGE }: Partial<ConsentPageRequest> = {}): ConsentPageRequest {
  const isLimit = Number.isInteger(limit) && limit >= 1 && limit <= MOST_OF_A_PAGE;
  requireThat(isLimit, "ERR_OPTION", `limit: must be from 1 to ${MOST_OF_A_PAGE}`);
  return { limit, ...(after !== undefined && { after }) };
}
