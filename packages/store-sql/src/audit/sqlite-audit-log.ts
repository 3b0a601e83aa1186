import type { AuditLog } from "./audit-log.js";
import { readClientHistory, readEvents } from "./client-history.js";
import { auditTransitions } from "./transitions.js";
import { afterThisTurn, groupCommit } from "../sqlite/group-commit.js";
import { SQLITE, type SqliteConnection } from "../sqlite/connection.js";
import { closeDatabase, type SqliteDatabase } from "../sqlite/database.js";
import { openSqliteDatabase, type OpenSqliteStoreOptions } from "../sqlite/open-database.js";
import { verifyAndSign } from "./signed-head.js";
import { runAsync, type Query, type Row, type Transition } from "../sql/transition.js";

/** An audit log in a SQLite file. */
export interface SqliteAuditLog extends AuditLog {
  /**
   * Closes the connection. Tries each pending event one last time first, so every promise settles. Later calls reject. A
   * second `close()` does nothing.
   */
  close(): void;
}

/**
 * Opens an audit log in a SQLite database, and creates or upgrades its tables. The file may be that of a store or a file of
 * its own. Several processes may record to the same file.
 *
 * @param database an open connection of its own, even when a store is open on the same file. The log owns it from now on:
 *   `close()` closes it, and so does a `StoreOpenError`
 * @param options the same as those of `openSqliteStore`
 * @throws StoreOpenError in the same cases as `openSqliteStore`
 * @throws MisuseError for an unknown or invalid option, and for a database that is closed or no connection
 * @example
 * ```ts
 * import { openSqliteAuditLog } from "@oauth-dcr/store-sql";
 * import Database from "libsql";
 *
 * const log = openSqliteAuditLog(new Database("audit.sqlite"), { checkIntegrity: false });
 * const verification = await log.verify();
 * if (!verification.ok) console.error(`position ${verification.position}: ${verification.problem}`);
 * ```
 */
export function openSqliteAuditLog(
  database: SqliteDatabase,
  options: OpenSqliteStoreOptions = {},
): SqliteAuditLog {
  return openSqliteDatabase("openSqliteAuditLog", database, options, (connection, lockTimeoutSeconds) =>
    sqliteAuditLog(database, connection, lockTimeoutSeconds),
  );
}

/** The log on a database that has its schema. */
function sqliteAuditLog(
  database: SqliteDatabase,
  connection: SqliteConnection,
  lockTimeoutSeconds: number,
): SqliteAuditLog {
  const { append } = auditTransitions(SQLITE);
  const commits = groupCommit({
    commit(events: readonly string[]) {
      connection.inTransaction(() => connection.run(append(events)));
      return events.map(() => undefined);
    },
    lockTimeoutSeconds,
  });

  return Object.freeze<SqliteAuditLog>({
    ...sqliteAuditLogOn(connection, async (event) => commits.add(JSON.stringify(event))),
    close() {
      commits.close();
      closeDatabase(database);
    },
  });
}

/** A log on a connection that may have other users. */
export function sqliteAuditLogOn(connection: SqliteConnection, record: AuditLog["record"]): AuditLog {
  const transitions = auditTransitions(SQLITE);

  /** Each query in a turn of its own, so that a long walk lets others have theirs. */
  const ask = async (query: Query): Promise<readonly Row[]> =>
    new Promise<void>(afterThisTurn).then(() => connection.rows(query));

  async function change<Outcome>(make: () => Transition<Outcome>): Promise<Outcome> {
    await new Promise<void>(afterThisTurn);
    return connection.inTransaction(() => connection.run(make()));
  }

  return {
    record,
    ...verifyAndSign({ transitions, read: async (transition) => runAsync(transition, ask), change }),
    readClientHistory: async (clientId, page) => readClientHistory(clientId, page, SQLITE, ask),
    readEvents: async (page) => readEvents(page, SQLITE, ask),
  };
}
