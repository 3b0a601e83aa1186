import type { Dialect } from "../sql/statements.js";
import { query, type Transition } from "../sql/transition.js";

/** So many changes at a time, so that nobody waits long for a count. */
const CHANGES_AT_A_TIME = 100_000;

const LOCK = 0x4f444343; // "ODCC"

/**
 * Adds changes of the counts to the counts. A count is right whether or not that was done; it only takes longer. One process
 * at a time does it, and the others do not wait.
 */
export function* foldClientCounts({ schema }: Dialect): Transition<void> {
  const [row] = yield* query(
    "SELECT pg_try_advisory_xact_lock(?, hashtext(?::text)) AS locked",
    LOCK,
    schema,
  );
  if (row?.["locked"] !== true) return;
  yield* query(
    `WITH changes AS (
      DELETE FROM ${schema}client_count_change WHERE ctid IN
        (SELECT ctid FROM ${schema}client_count_change LIMIT ${CHANGES_AT_A_TIME})
      RETURNING source, tier, status, owner, clients
    )
    INSERT INTO ${schema}client_count AS counted (source, tier, status, owner, clients)
      SELECT source, tier, status, owner, sum(clients) FROM changes GROUP BY source, tier, status, owner
    ON CONFLICT (source, tier, status, owner) DO UPDATE SET clients = counted.clients + excluded.clients`,
  );
  yield* query(`DELETE FROM ${schema}client_count WHERE clients = 0`);
}
