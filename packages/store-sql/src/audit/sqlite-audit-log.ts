import type { AuditLog } from "./audit-log.js";
import { auditTransitions } from "./transitions.js";
import { afterThisTurn, groupCommit } from "../sqlite/group-commit.js";
import { SQLITE, sqliteConnection } from "../sqlite/connection.js";
import { closeDatabase, type SqliteDatabase } from "../sqlite/database.js";
import { openSqliteDatabase, type OpenSqliteStoreOptions } from "../sqlite/open-database.js";
import type { Transaction } from "../sqlite/transaction.js";
import { runAsync, type Query, type Row } from "../sql/transition.js";

/** An audit log in a SQLite file. */
export interface SqliteAuditLog extends AuditLog {
  /**
   * Ends what is pending, each event committed or rejected, and closes the connection. Later calls reject; closing again
   * does nothing.
   */
  close(): void;
}

/**
 * Opens the audit log in a SQLite database, beside the store's tables or alone, and creates or upgrades the schema as
 * `openSqliteStore` does. Several processes may record to the same file.
 *
 * @param database an opened connection of its own, also where a store is open on the same file. It belongs to the log from
 *   now on: `close()` closes it, and so does a refusal
 * @throws StoreOpenError as `openSqliteStore`
 * @throws MisuseError for an argument that makes no sense
 */
export function openSqliteAuditLog(
  database: SqliteDatabase,
  options: OpenSqliteStoreOptions = {},
): SqliteAuditLog {
  return openSqliteDatabase("openSqliteAuditLog", database, options, sqliteAuditLog);
}

/** The log on a database that has its schema. */
function sqliteAuditLog(
  database: SqliteDatabase,
  transaction: Transaction,
  lockTimeoutSeconds: number,
): SqliteAuditLog {
  const { append, verify } = auditTransitions(SQLITE);
  const connection = sqliteConnection(database, transaction);
  const commits = groupCommit({
    commit(events: readonly string[]) {
      connection.inTransaction(() => connection.run(append(events)));
      return events.map(() => undefined);
    },
    lockTimeoutSeconds,
  });
  let closed = false;

  /** Each query in a turn of its own, so that a long walk lets others have theirs. */
  const ask = async (query: Query): Promise<readonly Row[]> =>
    new Promise<void>(afterThisTurn).then(() => connection.rows(query));

  return Object.freeze<SqliteAuditLog>({
    record: async (event) => commits.add(JSON.stringify(event)),
    verify: async (options) => runAsync(verify(options), ask),
    close() {
      if (closed) return;
      closed = true;
      commits.close();
      closeDatabase(database);
    },
  });
}
