import type { Dialect } from "../sql/statements.js";

export type AuditStatements = ReturnType<typeof auditStatements>;

/** Every statement on the audit log. A write answers with a row for each row that it changed. */
export function auditStatements({ schema, forUpdate, elements, bytes }: Dialect) {
  const [event, head] = ["audit_event", "audit_head"].map((table) => schema + table);
  return {
    lockHead: `SELECT position, hash FROM ${head}${forUpdate}`,
    /** Takes a JSON array of rows, each an array of position, event and hash. */
    insertEvents: `INSERT INTO ${event} (position, event, hash)
      SELECT CAST(value->>0 AS BIGINT), value->>1, value->>2 FROM ${elements} RETURNING position`,
    moveHead: `UPDATE ${head} SET position = ?, hash = ? RETURNING position`,

    /** The head, and the events at positions that it does not allow, all as they are at the same moment. */
    readHead: `SELECT position, ${bytes("hash")} AS hash,
      (SELECT min(position) FROM ${event} WHERE position < 1) AS before_first,
      (SELECT min(position) FROM ${event} WHERE position > head.position) AS after_last
      FROM ${head} AS head`,
    /** Takes the position before the first, and the last. */
    readEvents: `SELECT position, ${bytes("event")} AS event, ${bytes("hash")} AS hash FROM ${event}
      WHERE position > ? AND position <= ? ORDER BY position`,
  };
}
