import { requirePositiveInteger } from "../lib/misuse.js";
import type { RegisteredClient } from "../store/records.js";
import { nowSeconds } from "../lib/clock.js";
import type { LifecycleConfig } from "./client-lifecycle.js";
import { keepClientInUse } from "./keep-client-in-use.js";

/** What one sweep did. */
export interface Sweep {
  /** How many clients were deleted. */
  readonly deleted: number;
  /** How many had expired and are still in use; they count as used now. */
  readonly kept: number;
  /** Whether there may be more: the sweep ended at its limit. */
  readonly more: boolean;
}

/** So many at a time, so that neither the thread nor the store is held for long. */
const BATCH = 100;

/**
 * Deletes clients that have expired, the longest expired first and at most `limit`, unless they are in use. Rejects when
 * the store or `isClientInUse` cannot answer; what was deleted until then stays deleted.
 *
 * @param audit `eventOf` makes the event of a client that is to be deleted, and `record` gets that of each that was
 */
export async function sweepClients<Event extends object>(
  limit: number,
  { store, clock, lifecycle }: LifecycleConfig,
  audit: { readonly eventOf: (client: RegisteredClient) => Event; readonly record: (event: Event) => void },
): Promise<Sweep> {
  requirePositiveInteger(limit, "ERR_OPTION", "limit");
  const sweep = { deleted: 0, kept: 0 };
  for (let left = limit; left > 0;) {
    const now = nowSeconds(clock);
    const batch = Math.min(left, BATCH);
    const expired = await store.findExpiredClients(now, batch);
    const unused: RegisteredClient[] = [];
    for (const client of expired) {
      if (await keepClientInUse(client, now, { store, lifecycle })) sweep.kept += 1;
      else unused.push(client);
    }
    const clientIds = unused.map(({ clientId }) => clientId);
    const events = unused.map(audit.eventOf);
    const ids = new Set(await store.deleteExpiredClients(clientIds, now, events));
    for (const [index, event] of events.entries()) if (ids.has(clientIds[index] ?? "")) audit.record(event);
    sweep.deleted += ids.size;
    left -= expired.length;
    if (expired.length < batch) return { ...sweep, more: false };
  }
  return { ...sweep, more: true };
}
