import type { ClientRegistration } from "../client-registration.js";
import type { InitialAccessTokens } from "../initial-access-token/initial-access-tokens.js";
import type { Result } from "../lib/result.js";
import { operationRunner, type Ending, type Telemetry } from "./operations.js";
import { tracedFetch } from "./traced-fetch.js";
import {
  byChange,
  byFinding,
  byOutcome,
  nothingMore,
  tracedMethods,
  type Endings,
} from "./traced-methods.js";

/** What answers at once from memory, and what is no method. */
type Untraced =
  | "initialAccessTokens"
  | "explainClientMetadata"
  | "allowsRedirectUri"
  | "redirectUriFor"
  | "consentView"
  | "authorizationServerMetadata"
  | "mergeServerMetadata"
  | "auditDelivery"
  | "caches";

const ENDINGS: Endings<Omit<ClientRegistration, Untraced | "fetch">> = {
  registerClient: byResult,
  authenticateClient: byResult,
  rotateClientSecret: byFinding,
  recordClientUse: byOutcome,
  approveClient: byChange,
  rejectClient: byChange,
  disableClient: byChange,
  enableClient: byChange,
  sweepClients: nothingMore,
  countClients: nothingMore,
  findClients: nothingMore,
  findClient: byResult,
};

const TOKEN_ENDINGS: Endings<InitialAccessTokens> = {
  issue: nothingMore,
  list: nothingMore,
  inspect: byFinding,
  revoke: byChange,
};

/**
 * The same registration server, each request and each call in a span, and measured: requests by the histogram
 * `oauth_dcr.request.duration`, calls by `oauth_dcr.operation.duration`. The spans are named like the methods, `oauth_dcr.authenticateClient`, and those of
 * requests by endpoint and method, `oauth_dcr.registration POST`. No name, attribute or status holds an identifier, a
 * secret or an error's message.
 *
 * @example
 * ```ts
 * import { metrics, trace } from "@opentelemetry/api";
 * import type { ClientRegistration } from "@oauth-dcr/core";
 * import { tracedRegistration } from "@oauth-dcr/core/opentelemetry";
 *
 * declare const plain: ClientRegistration;
 *
 * const registration = tracedRegistration(plain, {
 *   tracer: trace.getTracer("oauth-dcr"),
 *   meter: metrics.getMeter("oauth-dcr"),
 * });
 * ```
 */
export function tracedRegistration(
  registration: ClientRegistration,
  telemetry: Telemetry,
): ClientRegistration {
  const run = operationRunner(telemetry, "oauth_dcr.operation.duration");
  const { initialAccessTokens } = registration;
  return Object.freeze<ClientRegistration>({
    ...registration,
    ...tracedMethods(registration, ["oauth_dcr.", ""], ENDINGS, run),
    fetch: tracedFetch(registration, operationRunner(telemetry, "oauth_dcr.request.duration")),
    initialAccessTokens: tracedMethods(
      initialAccessTokens,
      ["oauth_dcr.", "initialAccessTokens."],
      TOKEN_ENDINGS,
      run,
    ),
  });
}

/** A refusal has its kind, and is no fault of ours unless it has a cause. */
function byResult(result: Result<unknown, { readonly kind: string; readonly reason?: string }>): Ending {
  if (result.ok) return nothingMore();
  const { kind, reason } = result.error;
  return {
    attributes: { "error.type": kind, ...(reason !== undefined && { "oauth_dcr.reason": reason }) },
    isFault: "cause" in result.error,
  };
}
