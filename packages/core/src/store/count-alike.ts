import { clientSearchValues } from "./client-search.js";
import { hasExpired } from "./standing.js";
import type { ClientCount } from "./registration-store.js";
import type { RegisteredClient } from "./records.js";

/** Counts clients that are at hand, by what a store counts them by. */
export function countAlike(clients: Iterable<RegisteredClient>, now: number): readonly ClientCount[] {
  const counts = new Map<string, ClientCount>();
  for (const client of clients) {
    const { source, tier, owner } = clientSearchValues(client);
    const status = hasExpired(client, now) ? "expired" : client.status;
    const kind = { source, tier, status, ...(owner !== undefined && { owner }) } as const;
    const key = JSON.stringify([source, tier, status, owner]);
    counts.set(key, { ...kind, clients: (counts.get(key)?.clients ?? 0) + 1 });
  }
  return [...counts.values()];
}
