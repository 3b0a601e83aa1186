import type { Member, Pools } from "../sql/pools.js";
import { query, type Transition } from "../sql/transition.js";

/**
 * The row of a pool that counts a client. A pool has up to 16 rows, so that concurrent registrations rarely wait for the
 * commit of another. The row follows from the client's identifier, so that it is found again when the client leaves.
 *
 * @param clientId an expression of SQL
 */
export function shardOf(clientId: string): string {
  return `(get_byte(sha256(convert_to(${clientId}, 'UTF8')), 0) & 15)::smallint`;
}

/** A smaller limit leaves too little room for {@link postgresPools} to share, whatever the server's settings are. */
const LEAST_SHARED_LIMIT = 1000;

/** After a pool had too little room to share its lock: how long first attempts lock it exclusively too. */
const ALONE_MILLISECONDS = 1000;

/** The same pools, for a first attempt and for those after an `overtaken`. */
export interface PostgresPools {
  readonly first: Pools;
  /** Locks each pool exclusively, so that the count is exact and no further attempt is needed. */
  readonly alone: Pools;
}

/**
 * The pools of a schema. The sum of a pool's rows does not include transactions that have not committed. There are fewer
 * of them than `max_connections`, and each adds one client to a pool. So with more room than that, nobody needs to wait,
 * and the pool's advisory lock is shared. With less room the lock is exclusive, and the sum is exact. See
 * docs/decisions/0027.
 */
export function postgresPools(schema: string): PostgresPools {
  const pool = `${schema}quota_shard`;
  /** By key. Only a hint. Bounded in practice: a pool gets here only when it is large. */
  const aloneUntil = new Map<string, number>();

  const lock = (shared: boolean) =>
    `pg_advisory_xact_lock${shared ? "_shared" : ""}(hashtextextended('${schema}' || ?, 0))`;
  /** Takes the client's identifier, and a JSON array of [key, limit, whether its lock is shared]. */
  const countIn = `INSERT INTO ${pool} AS pool (quota_key, shard, clients)
    SELECT value->>0, ${shardOf("?::text")}, 1 FROM jsonb_array_elements(?::jsonb)
    WHERE (SELECT coalesce(sum(clients), 0) FROM ${pool} WHERE quota_key = value->>0)
      + CASE WHEN (value->>2)::boolean THEN current_setting('max_connections')::bigint ELSE 0 END
      < (value->>1)::numeric
    ON CONFLICT (quota_key, shard) DO UPDATE SET clients = pool.clients + 1 RETURNING quota_key`;

  // These take a JSON array of members.
  const members = `SELECT value->>0 AS quota_key, ${shardOf("value->>1")} AS shard
    FROM jsonb_array_elements(?::jsonb)`;
  const lockRows = `SELECT 1 FROM ${pool} WHERE (quota_key, shard) IN (${members})
    ORDER BY quota_key, shard FOR UPDATE`;
  const countOut = `UPDATE ${pool} AS pool SET clients = pool.clients - leaving.number
    FROM (SELECT quota_key, shard, count(*) AS number FROM (${members}) AS member GROUP BY quota_key, shard)
      AS leaving
    WHERE pool.quota_key = leaving.quota_key AND pool.shard = leaving.shard`;
  const dropEmpty = `DELETE FROM ${pool} WHERE clients <= 0 AND (quota_key, shard) IN (${members})`;

  function* enter(
    clientId: string,
    limits: ReadonlyMap<string, number>,
    mayShare: boolean,
  ): ReturnType<Pools["enter"]> {
    if (limits.size === 0) return new Set<string>();
    const now = performance.now();
    const entering = [...limits].map(([key, limit]) => {
      const shared = mayShare && limit >= LEAST_SHARED_LIMIT && (aloneUntil.get(key) ?? 0) <= now;
      return [key, limit, shared] as const;
    });
    // In the order of the keys, so that no two transactions wait for each other. What counts them is a statement of its
    // own: it sees what was committed when the locks were there.
    const locks = entering.map(([, , shared]) => lock(shared));
    yield* query(`SELECT ${locks.join(", ")}`, ...limits.keys());
    const counted = yield* query(countIn, clientId, JSON.stringify(entering));
    const entered = new Set(counted.map((row) => row["quota_key"]));
    const full = entering.filter(([key]) => !entered.has(key));
    const crowded = full.filter(([, , shared]) => shared);
    for (const [key] of crowded) aloneUntil.set(key, performance.now() + ALONE_MILLISECONDS);
    return crowded.length > 0 ? "overtaken" : new Set(full.map(([key]) => key));
  }

  function* leave(leaving: readonly Member[]): Transition<void> {
    if (leaving.length === 0) return;
    const text = JSON.stringify(leaving);
    yield* query(lockRows, text);
    yield* query(countOut, text);
    yield* query(dropEmpty, text);
  }

  return {
    first: { enter: (clientId, limits) => enter(clientId, limits, true), leave },
    alone: { enter: (clientId, limits) => enter(clientId, limits, false), leave },
  };
}
