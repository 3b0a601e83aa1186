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

/** What a client asks a user for. */
export interface ConsentRequest {
  /**
   * The user, by an identifier that says nothing about them to others: 1 to 255 ASCII characters. Give the key of your own table of
   * users, and no name, mail address or telephone number.
   */
  readonly userId: string;
  /** The client, as `findClient` answered it for the page that the user sees. */
  readonly client: RegisteredClient;
  /** Where the answer goes, as `redirectUriFor` answered it. */
  readonly redirectUri: string;
  /** The scopes that the client would get: at most 100, of 4,000 characters together. */
  readonly scopes: readonly string[];
}

/** Options of `consentLedger`. */
export interface ConsentLedgerOptions {
  /** What `createClientRegistration` returned. */
  readonly registration: {
    /** Its `consentView`. */
    readonly consentView: (client: RegisteredClient, redirectUri: string) => ConsentView | undefined;
    /** Its `recordClientUse`. */
    readonly recordClientUse: (client: RegisteredClient) => Promise<string>;
  };
  /** `consents` of the store of that registration. */
  readonly consents: ConsentStore;
  /** Gets an event for each consent and withdrawal. Give that of the registration. */
  readonly audit: AuditSink;
  /** Is told of events that `audit` did not take. Default: `console.error`. */
  readonly onError?: OnError;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
}

/** Which user allowed which client what. Each method rejects when the store cannot answer. */
export interface ConsentLedger {
  /**
   * What a consent page shows, and whether the user has to be asked at all. `undefined` where `allowsRedirectUri` says no: show
   * a page, and redirect nobody. Rejects with a MisuseError for a `userId` or `scopes` that cannot be such.
   */
  readonly consentView: (request: ConsentRequest) => Promise<LedgerView | undefined>;
  /**
   * Records that the user said yes to what the page showed. Call it when the user has pressed the button, and at no other
   * moment: one that was not asked has nothing to record. Issue nothing unless it resolves with `recorded`. `changed`: the
   * client has changed since the page was made, or was disabled; `not_found`: it is gone; `refused`: it may not be answered there. Rejects as
   * `consentView` does.
   */
  readonly recordConsent: (request: ConsentRequest) => Promise<RecordConsentOutcome["outcome"] | "refused">;
  /** What a user allowed a client, whether it still counts or not. `undefined`: nothing. */
  readonly consentOf: (userId: string, clientId: string) => Promise<Consent | undefined>;
  /** A page of what a user allowed, by client: at most `limit` (default 100, at most 1,000). */
  readonly consentsOf: (userId: string, page?: Partial<ConsentPageRequest>) => Promise<ConsentPage>;
  /** A page of what a client was allowed, by user: at most `limit` (default 100, at most 1,000). */
  readonly consentsFor: (clientId: string, page?: Partial<ConsentPageRequest>) => Promise<ConsentPage>;
  /**
   * Ends what a user allowed a client. Revoke the codes and tokens that rest on it afterwards. `false` when there was nothing.
   */
  readonly withdrawConsent: (userId: string, clientId: string) => Promise<boolean>;
  /** Deletes all that a user allowed, when the user is deleted. Resolves with the number of clients. There is no audit event. */
  readonly forgetUser: (userId: string) => Promise<number>;
  /** How the delivery of audit events stands, and what to call before the process ends. */
  readonly auditDelivery: AuditDelivery;
}

const MOST_OF_A_PAGE = 1000;
const PAGE = 100;

/**
 * Remembers which user allowed which client what, so that nobody is asked twice for the same, and is warned when a client
 * asks for more, or for an answer elsewhere.
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
 * @throws MisuseError for an option that is missing or makes no sense
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
