import type { ClientCount } from "@oauth-dcr/core/store";
import { toCount } from "./client-row.js";
import type { Row } from "./transition.js";

/**
 * The counts by stored status, and of each that has expired moved to `expired`.
 *
 * @param all how many clients have each source, tier, status and owner
 * @param expired the same of those that have expired
 */
export function countClients(all: readonly Row[], expired: readonly Row[]): readonly ClientCount[] {
  const counts = new Map<string, ClientCount>();
  const add = (count: ClientCount): void => {
    const key = JSON.stringify([count.source, count.tier, count.status, count.owner]);
    counts.set(key, { ...count, clients: (counts.get(key)?.clients ?? 0) + count.clients });
  };
  for (const count of all.map(toCount)) add(count);
  for (const count of expired.map(toCount)) {
    add({ ...count, clients: -count.clients });
    add({ ...count, status: "expired" });
  }
  return [...counts.values()].filter(({ clients }) => clients > 0);
}
