import { SortedList } from "../lib/sorted-list.js";
import { clientSearchValues } from "./client-search.js";
import type { ClientCount } from "./registration-store.js";
import type { RegisteredClient } from "./records.js";

type CountedClient = Pick<RegisteredClient, "clientId" | "expiresAt"> & { readonly kind: ClientCount };

/** The order of clients, their expiries and their counts in memory, so that no question looks at all of them. */
export function clientIndex() {
  const order = new SortedList<string>((one, other) => one < other);
  const expiries = new SortedList<CountedClient>(isEarlier);
  const counted = new Map<string, CountedClient>();
  const counts = new Map<string, ClientCount>();

  function add(client: RegisteredClient): void {
    const { source, tier, owner } = clientSearchValues(client);
    const { clientId, status, expiresAt } = client;
    const kind = { source, tier, status, ...(owner !== undefined && { owner }), clients: 1 };
    const one = { clientId, kind, ...(expiresAt !== undefined && { expiresAt }) };
    counted.set(clientId, one);
    order.add(clientId);
    if (expiresAt !== undefined) expiries.add(one);
    count(counts, kind, 1);
  }

  function remove(clientId: string): void {
    const one = counted.get(clientId);
    if (!one) return;
    counted.delete(clientId);
    order.delete(clientId);
    if (one.expiresAt !== undefined) expiries.delete(one);
    count(counts, one.kind, -1);
  }

  function* expired(now: number): Generator<CountedClient, void, undefined> {
    for (const one of expiries.behind()) {
      if ((one.expiresAt ?? Infinity) > now) return;
      yield one;
    }
  }

  return {
    add,
    remove,
    /** The identifiers behind one, in their order. */
    behind: (clientId: string) => order.behind(clientId),
    /** Those that have expired, by expiry. */
    expired,
    /** Looks at those that have expired alone. */
    countAt(now: number): readonly ClientCount[] {
      const at = new Map(counts);
      for (const { kind } of expired(now)) {
        count(at, kind, -1);
        count(at, { ...kind, status: "expired" }, 1);
      }
      return [...at.values()];
    },
  };
}

function isEarlier(one: CountedClient, other: CountedClient): boolean {
  const [at, otherAt] = [one.expiresAt ?? 0, other.expiresAt ?? 0];
  return at === otherAt ? one.clientId < other.clientId : at < otherAt;
}

function count(counts: Map<string, ClientCount>, kind: ClientCount, change: number): void {
  const key = JSON.stringify([kind.source, kind.tier, kind.status, kind.owner]);
  const clients = (counts.get(key)?.clients ?? 0) + change;
  if (clients > 0) counts.set(key, { ...kind, clients });
  else counts.delete(key);
}
