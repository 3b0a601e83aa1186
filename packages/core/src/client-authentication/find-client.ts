import type { ClientLifecycle } from "../lifecycle/client-lifecycle.js";
import { nowSeconds, type Clock } from "../lib/clock.js";
import { runSteps, wait, type Steps } from "../lib/steps.js";
import { err, type Result } from "../lib/result.js";
import { hasExpired } from "../store/standing.js";
import type { RegisteredClient } from "../store/records.js";
import { resolveClient, type ClientResolution, type ClientResolutionFailure } from "./resolve-client.js";

/** Why nothing may be done for a client that is there. `no_scope_left`: its tier allows none of the scopes that it has. */
export type ClientHindrance = "awaiting_approval" | "disabled" | "expired_client" | "no_scope_left";

/**
 * Why the authorization endpoint must not go on with a client_id. Only `unavailable` may pass by itself: answer it with 503.
 */
export type ClientLookupFailure = ClientResolutionFailure | { readonly kind: ClientHindrance };

/** What looks up a client, and says whether something may be done for it. */
export interface LookupConfig extends ClientResolution {
  readonly lifecycle: ClientLifecycle;
  readonly clock: Clock;
}

/** The client of an identifier, if something may be done for it. Never rejects. */
export async function findClient(
  clientId: string,
  config: LookupConfig,
): Promise<Result<RegisteredClient, ClientLookupFailure>> {
  return runSteps(findUsableClient(clientId, config));
}

function* findUsableClient(
  clientId: string,
  config: LookupConfig,
): Steps<Result<RegisteredClient, ClientLookupFailure>> {
  const found = yield* resolveClient(clientId, config);
  if (!found.ok) return found;
  try {
    const hindrance = yield* clientHindrance(found.value, config);
    return hindrance ? err({ kind: hindrance }) : found;
  } catch (cause) {
    return err({ kind: "unavailable", cause });
  }
}

/** What keeps a client from everything, if anything does. Throws when `isClientInUse` cannot answer. */
export function* clientHindrance(
  client: RegisteredClient,
  { lifecycle, clock }: Pick<LookupConfig, "lifecycle" | "clock">,
): Steps<ClientHindrance | undefined> {
  const { status } = client;
  if (status === "awaiting_approval" || status === "disabled") return status;
  // A server that read it as a client without a limit would give it everything.
  if (client.metadata.scope === "") return "no_scope_left";
  if (!hasExpired(client, nowSeconds(clock))) return undefined;
  const isInUse = lifecycle.isClientInUse && (yield* wait(lifecycle.isClientInUse(client)));
  return isInUse ? undefined : "expired_client";
}
