import type { Dialect } from "../sql/statements.js";
import { query, type Row, type Transition } from "../sql/transition.js";

/** More than one group of events that are recorded together, so that what others left behind is caught up with. */
export const PENDING_AT_A_TIME = 512;

/**
 * Events that are written in the transaction of their change wait in a table of their own until the chain takes them. To add
 * them to the chain in that transaction would lock its head until the commit: then changes could commit only one after
 * another.
 */
const pendingTable = ({ schema }: Pick<Dialect, "schema">): string => `${schema}audit_pending`;

/** Takes a JSON array of texts. May be followed by a condition. */
export function insertPending(dialect: Dialect): string {
  return `INSERT INTO ${pendingTable(dialect)} (event) SELECT value FROM jsonb_array_elements_text(?::jsonb)`;
}

/** Takes the oldest events out of their table, in the order in which they came there, and tells whether there are any. */
export function pendingEvents(dialect: Dialect) {
  const table = pendingTable(dialect);
  const take = `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} ORDER BY id LIMIT ${PENDING_AT_A_TIME})
    RETURNING id, event`;

  function* takePending(): Transition<readonly string[]> {
    const rows: readonly Row[] = yield* query(take);
    return [...rows]
      .sort((one, other) => Number(one["id"]) - Number(other["id"]))
      .map((row) => row["event"] as string);
  }

  function* isPending(): Transition<boolean> {
    return (yield* query(`SELECT 1 FROM ${table} LIMIT 1`)).length > 0;
  }

  return { takePending, isPending };
}
