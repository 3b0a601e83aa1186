import type { RequestContext } from "../access/request-context.js";
import type { AuditDelivery } from "../audit/audit-delivery.js";
import type { ClientRegistration } from "../client-registration.js";
import { NOT_FOUND, toResponse } from "../http/endpoint-answer.js";
import type { EndpointRequest } from "../http/endpoint-request.js";
import { failureAnswer } from "../http/failure-answer.js";
import type { FetchHandler } from "../http/fetch-handler.js";
import type { Sweep } from "../lifecycle/sweep-clients.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import type { Awaitable } from "../lib/result.js";
import type { IssuerResolver } from "./issuer-resolvers.js";
import { issuerStates, type IssuerState } from "./issuer-states.js";
import { loadedRegistrations } from "./loaded-registrations.js";
import { issuerSweeper } from "./sweep-issuers.js";

/** Options of `manyIssuers`. */
export interface ManyIssuersOptions {
  /** Finds the issuer of a request, such as `issuerFromPath`. If it throws, the caller gets a 404. */
  readonly issuerOf: IssuerResolver;
  /**
   * Builds the registration of an issuer with `createClientRegistration`, with its own store, limits, keys and policies. Returns
   * `undefined` if there is no such issuer. Called again after the registration has left memory: create what must survive that
   * with `state.keep`, or outside. If it rejects, requests to that issuer get a 503.
   */
  readonly registrationFor: (issuer: string, state: IssuerState) => Awaitable<ClientRegistration | undefined>;
  /** The maximum number of registrations in memory. The least recently used one leaves first. Default 1,000. */
  readonly maxRegistrations?: number;
  /** Receives errors that an operator should look into, and the issuer. Default: writes a line with `console.error`. */
  readonly onError?: (error: unknown, issuer: string | undefined) => Awaitable<void>;
}

/** The registrations of many issuers. Pass it to an adapter like a registration. */
export interface ManyIssuers {
  /** Serves the endpoints of every issuer, each with its own registration. Never rejects. Answers 404 if there is no such issuer. */
  readonly fetch: FetchHandler;
  /**
   * Returns the registration of an issuer, for your authorization and token endpoints and for the operator. `undefined` if there is
   * no such issuer. Rejects when `registrationFor` does. Call it each time, and do not store the result.
   */
  registrationOf(issuer: string): Promise<ClientRegistration | undefined>;
  /**
   * Sweeps the issuers in memory, each up to an equal share of `limit`. Call it from one timer or cron job for all issuers. `onError`
   * receives the error of an issuer that fails. An issuer without a request since the start is swept after its first request.
   */
  sweepClients(options?: { readonly limit?: number }): Promise<Sweep>;
  /** Rebuilds the registration of an issuer at the next request. Call it after you changed its options. What `keep` created stays. */
  rebuild(issuer: string): void;
  /** Removes an issuer that no longer exists, with everything that `keep` created for it. Does not delete its clients. */
  remove(issuer: string): void;
  /** The state of the delivery of audit events, for all issuers together. Call `flush` before the process ends. */
  readonly auditDelivery: AuditDelivery;
}

/**
 * Serves many issuers in one process. It builds a registration at the first request for its issuer. The least recently used ones
 * leave memory. No issuer has its own timer, connection or thread. Issuers share only what `registrationFor` lets them share.
 *
 * @example
 * ```ts
 * import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
 * import { issuerFromPath, manyIssuers } from "@oauth-dcr/core/many-issuers";
 * import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";
 *
 * const tenants = new Set(["https://as.example/acme", "https://as.example/umbrella"]);
 *
 * export const registrations = manyIssuers({
 *   issuerOf: issuerFromPath("https://as.example"),
 *   registrationFor: (issuer, { keep }) => {
 *     if (!tenants.has(issuer)) return undefined;
 *     const rateLimiter = keep("limit", () => memoryRateLimiter({ limit: 20, windowSeconds: 3600, maxKeys: 1000 }));
 *     return createClientRegistration({
 *       ...mcpPreset({ issuer, scopes_supported: ["mcp:tools"] }),
 *       access: openRegistration({ rateLimiter }),
 *       store: keep("store", memoryStore),
 *       audit: (event) => console.log(JSON.stringify({ issuer, ...event })),
 *     });
 *   },
 * });
 * ```
 * @throws MisuseError for a missing or invalid option
 * @see RFC 8414 section 3.1 https://www.rfc-editor.org/rfc/rfc8414#section-3.1
 */
export function manyIssuers(options: ManyIssuersOptions): ManyIssuers {
  requireKnownOptions("manyIssuers", options, [
    "issuerOf",
    "registrationFor",
    "maxRegistrations",
    "onError",
  ] satisfies (keyof ManyIssuersOptions)[]);
  const { issuerOf, registrationFor, maxRegistrations = 1000, onError = logError } = options;
  for (const [name, value] of Object.entries({ issuerOf, registrationFor, onError })) {
    requireThat(typeof value === "function", "ERR_OPTION", `manyIssuers: ${name} must be a function`);
  }
  requirePositiveInteger(maxRegistrations, "ERR_OPTION", "maxRegistrations");
  const states = issuerStates();
  const loaded = loadedRegistrations(maxRegistrations, tell);
  /** Builds that are under way, so that the requests of an issuer share one. */
  const builds = new Map<string, Build>();

  function tell(error: unknown, issuer?: string): void {
    const told = Promise.resolve().then(() => onError(error, issuer));
    told.catch((failure: unknown) => {
      console.error("oauth-dcr:", issuer, error, "and onError failed:", failure);
    });
  }

  async function registrationOf(issuer: string): Promise<ClientRegistration | undefined> {
    const known = loaded.get(issuer);
    if (known) return known;
    const underWay = builds.get(issuer);
    if (underWay) return underWay.registration;
    const attempt = { isOutdated: false };
    const registration = build(issuer, attempt).finally(() => {
      if (!attempt.isOutdated) builds.delete(issuer);
    });
    builds.set(issuer, { attempt, registration });
    return registration;
  }

  async function build(
    issuer: string,
    attempt: Readonly<Build["attempt"]>,
  ): Promise<ClientRegistration | undefined> {
    const { state, commit } = states.stateOf(issuer);
    const registration = await registrationFor(issuer, state);
    if (attempt.isOutdated) return registrationOf(issuer);
    if (registration === undefined) return undefined;
    const built = registration.authorizationServerMetadata.issuer;
    if (built !== issuer) {
      // Such as a database that compares without regard to letter case. To serve it would mix the two issuers up.
      tell(new Error(`registrationFor answered the registration of ${built} for ${issuer}`), issuer);
      return undefined;
    }
    commit();
    loaded.set(issuer, registration);
    return registration;
  }

  async function resolve(request: EndpointRequest): Promise<string | undefined> {
    try {
      const issuer: unknown = await issuerOf(request);
      return typeof issuer === "string" ? issuer : undefined;
    } catch (error) {
      tell(error);
      return undefined;
    }
  }

  async function fetch(request: EndpointRequest, context?: RequestContext): Promise<Response> {
    const issuer = await resolve(request);
    if (issuer === undefined) return toResponse(NOT_FOUND);
    try {
      const registration = await registrationOf(issuer);
      if (!registration) return toResponse(NOT_FOUND);
      return await loaded.during(issuer, registration, () => registration.fetch(request, context));
    } catch (cause) {
      tell(cause, issuer);
      return toResponse(failureAnswer({ kind: "store_unavailable", cause }));
    }
  }

  function rebuild(issuer: string): void {
    const underWay = builds.get(issuer);
    if (underWay) underWay.attempt.isOutdated = true;
    builds.delete(issuer);
    loaded.unload(issuer);
  }

  return Object.freeze<ManyIssuers>({
    fetch,
    registrationOf,
    sweepClients: issuerSweeper(() => loaded.entries, tell),
    rebuild,
    remove(issuer) {
      states.remove(issuer);
      rebuild(issuer);
    },
    auditDelivery: loaded.auditDelivery,
  });
}

interface Build {
  /** Outdated once the issuer was to be built anew, or was removed, while `registrationFor` was at it. */
  readonly attempt: { isOutdated: boolean };
  readonly registration: Promise<ClientRegistration | undefined>;
}

function logError(error: unknown, issuer: string | undefined): void {
  console.error("oauth-dcr:", issuer ?? "no issuer", error);
}
