import { afterThisTurn } from "../sqlite/after-this-turn.js";
import type { AuditLog } from "./audit-log.js";
import { auditStatements } from "./statements.js";
import { auditTransitions } from "./transitions.js";
import { groupCommit } from "../sqlite/group-commit.js";
import { SQLITE, sqliteConnection } from "../sqlite/connection.js";
import { closeDatabase, type SqliteDatabase } from "../sqlite/database.js";
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

/** The log on a database that has its schema. */
export function sqliteAuditLog(
  database: SqliteDatabase,
  transaction: Transaction,
  lockTimeoutSeconds: number,
): SqliteAuditLog {
  const { append, verify } = auditTransitions(auditStatements(SQLITE));
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
  const ask = ({ sql, values }: Query): Promise<readonly Row[]> =>
    new Promise<void>(afterThisTurn).then(() => connection.rows(sql, values));

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
