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
 * @param deleted is told of each client that is gone
 */
export async function sweepClients(
  limit: number,
  { store, clock, lifecycle }: LifecycleConfig,
  deleted: (client: RegisteredClient) => void,
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
    const ids = new Set(
      await store.deleteExpiredClients(
        unused.map(({ clientId }) => clientId),
        now,
      ),
    );
    for (const client of unused) if (ids.has(client.clientId)) deleted(client);
    sweep.deleted += ids.size;
    left -= expired.length;
    if (expired.length < batch) return { ...sweep, more: false };
  }
  return { ...sweep, more: true };
}
