import { closeDatabase, checkpoint, type SqliteDatabase } from "./database.js";
import { SQLITE, sqliteConnection } from "./connection.js";
import { afterThisTurn, groupCommit } from "./group-commit.js";
import { openSqliteDatabase, type OpenSqliteStoreOptions } from "./open-database.js";
import { SQLITE_POOLS } from "./pools.js";
import type { Transaction } from "./transaction.js";
import { sqlStore, type PromisedStore } from "../sql/sql-store.js";
import { statements } from "../sql/statements.js";
import { query, type Transition } from "../sql/transition.js";
import { transitions } from "../sql/transitions.js";

/** A registration store in one SQLite file. Every promise rejects with the driver's error. */
export interface SqliteStore extends PromisedStore {
  /**
   * Ends what is pending, each change committed or rejected, and closes the connection. Later calls reject;
   * closing again does nothing.
   */
  close(): void;
}

/**
 * Opens the store in a SQLite database that is its own, and creates or upgrades the schema. Several processes may open
 * the same file, and may do so at the same time.
 *
 * @param database an opened connection, such as `new Database(file)` of libsql or better-sqlite3. It belongs to the
 *   store from now on: `close()` closes it, and so does a refusal
 * @throws StoreOpenError for a database that is locked, read-only, full, damaged, not SQLite's, another program's or of
 *   a newer version
 * @throws MisuseError for an argument that makes no sense
 */
export function openSqliteStore(database: SqliteDatabase, options: OpenSqliteStoreOptions = {}): SqliteStore {
  return openSqliteDatabase("openSqliteStore", database, options, sqliteStore);
}

/** The store on a database that has its schema. */
function sqliteStore(
  database: SqliteDatabase,
  transaction: Transaction,
  lockTimeoutSeconds: number,
): SqliteStore {
  const sql = statements(SQLITE);
  const change = transitions(sql, SQLITE_POOLS);
  const connection = sqliteConnection(database, transaction);
  let closed = false;

  // A generator runs once: a group that has to wait for a lock begins anew, so each try makes them anew.
  const commits = groupCommit({
    commit: (makers: readonly (() => Transition<unknown>)[]) =>
      connection.inTransaction(() => makers.map((make) => connection.run(make()))),
    lockTimeoutSeconds,
  });
  const commit = async <Outcome>(make: () => Transition<Outcome>): Promise<Outcome> =>
    (await commits.add(make)) as Outcome;

  const store = sqlStore(sql, {
    rows: connection.rows,
    write: async ({ sql: text, values }) => commit(() => query(text, ...values)),
    async createClient(client, guards) {
      const done = await commit(() => change.createClient(client, guards));
      // The write lock is taken before anything is looked at.
      if (done.outcome === "overtaken") throw new Error("somebody wrote in the middle of a transaction");
      return done;
    },
    changeClient: async (clientId, decide) => commit(() => change.changeClient(clientId, decide)),
    deleteClient: async (clientId) => commit(() => change.deleteClient(clientId)),
    async deleteExpiredClients(clientIds, now) {
      const deleted = await commit(() => change.deleteExpiredClients(clientIds, now));
      // A sweep touches pages all over the file. In a turn of its own, as each of the two waits for the disk.
      afterThisTurn(() => checkpoint(database));
      return deleted;
    },
  });
  return Object.freeze<SqliteStore>({
    ...store,
    close() {
      if (closed) return;
      closed = true;
      commits.close();
      closeDatabase(database);
    },
  });
}
