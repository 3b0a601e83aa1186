import type { Pools } from "../sql/pools.js";
import { query } from "../sql/transition.js";

/** Takes the key and the limit; no row where the pool is full. */
export const COUNT_IN = `INSERT INTO quota_count (quota_key, clients) VALUES (?, 1)
  ON CONFLICT (quota_key) DO UPDATE SET clients = quota_count.clients + 1 WHERE quota_count.clients < ?
  RETURNING clients`;
/** Takes how many, and the key. */
const COUNT_OUT = "UPDATE quota_count SET clients = clients - ? WHERE quota_key = ? RETURNING clients";
const DROP_EMPTY = "DELETE FROM quota_count WHERE quota_key = ? AND clients <= 0 RETURNING quota_key";

/** One row for each pool: the whole database is locked by who writes. */
export const SQLITE_POOLS: Pools = {
  *enter(_clientId, limits) {
    const full = new Set<string>();
    for (const [key, limit] of limits) {
      const hasRoom = limit >= 1 && (yield* query(COUNT_IN, key, limit)).length === 1;
      if (!hasRoom) full.add(key);
    }
    return full;
  },
  *leave(members) {
    const numbers = new Map<string, number>();
    for (const [key] of members) numbers.set(key, (numbers.get(key) ?? 0) + 1);
    for (const [key, number] of numbers) {
      yield* query(COUNT_OUT, number, key);
      yield* query(DROP_EMPTY, key);
    }
  },
};
