import type { Dialect } from "../sql/statements.js";

/** The columns of a message, in the order in which they are written. */
const COLUMNS = "endpoint, position, id, lane, body, attempts, retry_at, dead_at, problem";

/**
 * Every statement on webhooks. Instants are seconds since the epoch.
 *
 * @param now the time by the clock of the database
 */
export function webhookStatements({ schema, forUpdate, elements }: Dialect, now: string) {
  const [endpoint, message, event, head] = [
    "webhook_endpoint",
    "webhook_message",
    "audit_event",
    "audit_head",
  ].map((table) => schema + table);
  return {
    /** Takes the name. */
    openEndpoint: `INSERT INTO ${endpoint} (endpoint, position) SELECT ?, position FROM ${head}
      WHERE true ON CONFLICT (endpoint) DO NOTHING RETURNING endpoint`,
    /** Takes the name. */
    lockEndpoint: `SELECT position, holder, lease_expires_at - ${now} AS seconds_left
      FROM ${endpoint} WHERE endpoint = ?${forUpdate}`,
    /** Takes the holder, how many seconds from now, and the name. */
    lease: `UPDATE ${endpoint} SET holder = ?, lease_expires_at = ${now} + ? WHERE endpoint = ? RETURNING endpoint`,
    /** Takes the name and the holder. */
    release: `UPDATE ${endpoint} SET lease_expires_at = 0 WHERE endpoint = ? AND holder = ? RETURNING endpoint`,
    /** Takes the position and the name. */
    moveCursor: `UPDATE ${endpoint} SET position = ? WHERE endpoint = ? RETURNING endpoint`,

    checkpoint: `SELECT pruned_position FROM ${head}`,
    /** Takes the position before the first, and how many. */
    readEvents: `SELECT position, event, hash FROM ${event} WHERE position > ? ORDER BY position LIMIT ?`,

    /** Takes the name. */
    countLanes: `SELECT lane, count(*) AS waiting FROM ${message}
      WHERE endpoint = ? AND dead_at IS NULL GROUP BY lane`,
    /** The oldest of each lane, if it is due. Takes the name, the name, now and how many. */
    readDue: `SELECT message.position, id, message.lane, body, attempts FROM ${message} AS message
      JOIN (SELECT min(position) AS position FROM ${message} WHERE endpoint = ? AND dead_at IS NULL GROUP BY lane) AS oldest
        ON oldest.position = message.position
      WHERE endpoint = ? AND dead_at IS NULL AND retry_at <= ? ORDER BY retry_at, message.position LIMIT ?`,
    /** Takes now and the name. */
    retryAll: `UPDATE ${message} SET retry_at = ? WHERE endpoint = ? AND dead_at IS NULL RETURNING position`,
    /** Takes a JSON array of positions, each an array of one, and the name. */
    deleteMessages: `DELETE FROM ${message}
      WHERE position IN (SELECT CAST(value->>0 AS BIGINT) FROM ${elements}) AND endpoint = ? RETURNING position`,
    /** Takes a JSON array of rows, each an array of values. */
    putMessages: `INSERT INTO ${message} (${COLUMNS})
      SELECT value->>0, CAST(value->>1 AS BIGINT), value->>2, value->>3, value->>4, CAST(value->>5 AS BIGINT),
        CAST(value->>6 AS BIGINT), CAST(value->>7 AS BIGINT), value->>8 FROM ${elements} WHERE true
      ON CONFLICT (endpoint, position) DO UPDATE SET attempts = excluded.attempts, retry_at = excluded.retry_at,
        dead_at = excluded.dead_at, problem = excluded.problem RETURNING position`,
    /** Takes the name, the name, and how many are kept. */
    discardDead: `DELETE FROM ${message} WHERE endpoint = ? AND dead_at IS NOT NULL AND position <= (
        SELECT position FROM ${message} WHERE endpoint = ? AND dead_at IS NOT NULL
        ORDER BY position DESC LIMIT 1 OFFSET ?) RETURNING position`,
    /** Takes the name before the first, that name again and the position before the first, and how many. */
    listDead: `SELECT ${COLUMNS} FROM ${message}
      WHERE dead_at IS NOT NULL AND (endpoint > ? OR (endpoint = ? AND position > ?))
      ORDER BY endpoint, position LIMIT ?`,
    /** Takes the id, or null for all, twice, and how many. */
    redeliver: `UPDATE ${message} SET dead_at = NULL, attempts = 0, retry_at = 0
      WHERE (endpoint, position) IN (SELECT endpoint, position FROM ${message}
        WHERE dead_at IS NOT NULL AND (CAST(? AS TEXT) IS NULL OR id = ?) ORDER BY endpoint, position LIMIT ?)
      RETURNING position`,
  };
}
