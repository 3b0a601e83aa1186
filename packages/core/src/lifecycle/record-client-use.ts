import type { RecordClientUseOutcome } from "../store/registration-store.js";
import type { RegisteredClient } from "../store/records.js";
import { nowSeconds } from "../lib/clock.js";
import type { LifecycleConfig } from "./client-lifecycle.js";
import { hasExpired } from "../store/standing.js";
import { keepClientInUse } from "./keep-client-in-use.js";

/** `quota_exceeded`: the client of a document that needs no user has no record yet, and there is no room for one. */
export type ClientUseOutcome = RecordClientUseOutcome["outcome"] | "quota_exceeded";

/** Records that a client was used. */
export type ClientUseRecorder = (client: RegisteredClient) => Promise<ClientUseOutcome>;

/**
 * Makes the function that records uses. A client whose last recorded use is recent costs nothing, and uses at the same
 * time share one write.
 */
export function clientUseRecorder(
  { store, clock, lifecycle }: LifecycleConfig,
  documents?: { readonly recordUse: ClientUseRecorder },
): ClientUseRecorder {
  const underWay = new Map<string, Promise<ClientUseOutcome>>();

  return async (client) => {
    const { clientId, status, lastUsedAt, origin } = client;
    const at = nowSeconds(clock);
    const isRecent = lastUsedAt !== undefined && at - lastUsedAt < lifecycle.useResolutionSeconds;
    if (status === "active" && isRecent) return "recorded";
    const others = underWay.get(clientId);
    if (others) return others;
    const isDocument = origin.source === "metadata_document";
    const recording = (
      isDocument
        ? (documents?.recordUse(client) ?? Promise.resolve("not_found" as const))
        : record(client, at)
    ).finally(() => underWay.delete(clientId));
    underWay.set(clientId, recording);
    return recording;
  };

  async function record(client: RegisteredClient, at: number): Promise<RecordClientUseOutcome["outcome"]> {
    const expiresAt = lifecycle.expiryAfterUse(client, at);
    const use = { at, ...(expiresAt !== undefined && { expiresAt }) };
    const { outcome } = await store.recordClientUse(client.clientId, use);
    const isKept =
      outcome === "unusable" &&
      hasExpired(client, at) &&
      (await keepClientInUse(client, at, { store, lifecycle }));
    return isKept ? "recorded" : outcome;
  }
}
