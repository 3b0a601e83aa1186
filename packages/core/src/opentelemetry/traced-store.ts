import type { RegistrationStore } from "../store/registration-store.js";
import { isStateless } from "../configuration/require-no-state.js";
import { operationRunner, type Ending, type Telemetry } from "./operations.js";
import { byFinding, byOutcome, nothingMore, tracedMethods, type Endings } from "./traced-methods.js";

const transition = ({ outcome }: { readonly outcome: string }): Ending => byOutcome(outcome);

const ENDINGS: Endings<RegistrationStore> = {
  createClient: transition,
  findClient: byFinding,
  findClientByRegistrationAccessToken: byFinding,
  findClientByFingerprint: byFinding,
  replaceClient: transition,
  deleteClient: transition,
  recordClientUse: transition,
  findClients: nothingMore,
  changeClientStatus: transition,
  changeClientAdministration: transition,
  findExpiredClients: nothingMore,
  deleteExpiredClients: nothingMore,
  countClients: nothingMore,
  createInitialAccessToken: nothingMore,
  findInitialAccessToken: byFinding,
  listInitialAccessTokens: nothingMore,
  revokeInitialAccessToken: transition,
};

/**
 * The same store, each of its methods in a span such as `oauth_dcr.store.createClient` that says the outcome, and measured
 * by the histogram `oauth_dcr.store.operation.duration`. An error is told by its code or class alone.
 *
 * @example
 * ```ts
 * import { metrics, trace } from "@opentelemetry/api";
 * import { memoryStore } from "@oauth-dcr/core/memory";
 * import { tracedStore } from "@oauth-dcr/core/opentelemetry";
 *
 * const store = tracedStore(memoryStore(), {
 *   tracer: trace.getTracer("oauth-dcr"),
 *   meter: metrics.getMeter("oauth-dcr"),
 * });
 * ```
 * @see OpenTelemetry recording errors https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
 */
export function tracedStore(store: RegistrationStore, telemetry: Telemetry): RegistrationStore {
  const run = operationRunner(telemetry, "oauth_dcr.store.operation.duration");
  const traced = tracedMethods(store, ["oauth_dcr.store.", ""], ENDINGS, run);
  // What a stateless store is beside its methods.
  return isStateless(store)
    ? Object.freeze({ ...traced, issuer: store.issuer, identify: store.identify })
    : traced;
}
