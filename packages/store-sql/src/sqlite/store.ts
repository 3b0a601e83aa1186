import type { ConsentStore } from "@oauth-dcr/core/consent";
import { sqlConsents } from "../consents/sql-consents.js";
import { recordConsentTransition } from "../consents/transitions.js";
import { closeDatabase, checkpoint, type SqliteDatabase } from "./database.js";
import { SQLITE, type SqliteConnection } from "./connection.js";
import { afterThisTurn, groupCommit } from "./group-commit.js";
import { openSqliteDatabase, type OpenSqliteStoreOptions } from "./open-database.js";
import { SQLITE_POOLS } from "./pools.js";
import { sqlStore, type PromisedStore } from "../sql/sql-store.js";
import { statements } from "../sql/statements.js";
import type { EventNotes } from "../sql/event-notes.js";
import type { Transition } from "../sql/transition.js";
import { transitions } from "../sql/transitions.js";

/**
 * A registration store in one SQLite file. A call that writes resolves when the change is durable. Calls reject with the
 * driver's error when the file cannot be read or written, and with a `TypeError` for a client that the tables cannot
 * hold, such as a `clientId` with a NUL.
 */
export interface SqliteStore extends PromisedStore {
  /** What users allowed the clients, in the same file; for `consentLedger` of `@oauth-dcr/core/consent`. */
  readonly consents: ConsentStore;
  /**
   * Closes the connection. Tries each pending change one last time first, so every promise settles. Later calls reject.
   * A second `close()` does nothing.
   */
  close(): void;
}

/**
 * Opens a registration store in a SQLite database, and creates or upgrades its tables. The database belongs to the store:
 * it must hold no tables of another program. Several processes may open the same file, also at the same time.
 *
 * @param database an open connection of libsql or better-sqlite3. The store owns it from now on: `close()` closes it, and
 *   so does a `StoreOpenError`
 * @param options timeouts, and whether the file is checked for damage
 * @throws StoreOpenError for a database that is locked, read-only, full or damaged, that is not SQLite's, or that belongs
 *   to another program or to a newer version
 * @throws MisuseError for an unknown or invalid option, and for a database that is closed or no connection
 * @example
 * ```ts
 * import { openSqliteStore } from "@oauth-dcr/store-sql";
 * import Database from "libsql";
 *
 * const store = openSqliteStore(new Database("clients.sqlite"), { lockTimeoutSeconds: 5 });
 * process.once("exit", () => store.close());
 * ```
 */
export function openSqliteStore(database: SqliteDatabase, options: OpenSqliteStoreOptions = {}): SqliteStore {
  return openSqliteDatabase(
    "openSqliteStore",
    database,
    options,
    (connection, lockTimeoutSeconds) => sqliteStore(database, connection, lockTimeoutSeconds).store,
  );
}

/** A store on a database that has its schema. */
interface SqliteStoreParts {
  readonly store: SqliteStore;
  /** Writes the text of an event that belongs to no change, in the same groups as the changes. */
  readonly note: (event: string) => Promise<void>;
  /** The events that were committed with their change. */
  readonly written: WeakSet<object>;
}

/**
 * The store on a database that has its schema.
 *
 * @param append adds the texts of events to the audit log, once for all changes of a transaction. Without it the store takes
 *   no events
 */
export function sqliteStore(
  database: SqliteDatabase,
  connection: SqliteConnection,
  lockTimeoutSeconds: number,
  append?: (events: readonly string[]) => Transition<unknown>,
): SqliteStoreParts {
  const sql = statements(SQLITE);
  const noted: string[] = [];
  const notes: EventNotes = {
    // A transition like the others, though it asks for nothing: the events follow at the end of the transaction.
    *note(events) {
      noted.push(...events);
    },
    written: new WeakSet(),
  };
  const change = transitions(sql, SQLITE_POOLS, notes);

  // A generator runs once: a group that has to wait for a lock begins anew, so each try makes them anew.
  const commits = groupCommit({
    commit: (makers: readonly (() => Transition<unknown>)[]) =>
      connection.inTransaction(() => {
        noted.length = 0;
        const outcomes = makers.map((make) => connection.run(make()));
        if (append && noted.length > 0) connection.run(append(noted));
        return outcomes;
      }),
    lockTimeoutSeconds,
  });
  const commit = async <Outcome>(make: () => Transition<Outcome>): Promise<Outcome> =>
    (await commits.add(make)) as Outcome;

  const store = sqlStore(sql, SQLITE, {
    notes: append && notes,
    rows: connection.rows,
    write: async (query, events) => commit(() => change.changeRows(query, events)),
    async createClient(client, guards, events) {
      const done = await commit(() => change.createClient(client, guards, events));
      // The write lock is taken before anything is looked at.
      if (done.outcome === "overtaken") throw new Error("somebody wrote in the middle of a transaction");
      return done;
    },
    changeClient: async (clientId, decide, events) =>
      commit(() => change.changeClient(clientId, decide, events)),
    deleteClient: async (clientId, events) => commit(() => change.deleteClient(clientId, events)),
    async deleteExpiredClients(clientIds, now, eventOf) {
      const deleted = await commit(() => change.deleteExpiredClients(clientIds, now, eventOf));
      // A sweep touches pages all over the file. In a turn of its own, as each of the two waits for the disk.
      afterThisTurn(() => checkpoint(database));
      return deleted;
    },
  });
  const recordConsent = recordConsentTransition(SQLITE, notes);
  const consents = sqlConsents(SQLITE, {
    notes: append && notes,
    rows: connection.rows,
    write: async (query, events) => commit(() => change.changeRows(query, events)),
    async recordConsent(given, events) {
      const done = await commit(() => recordConsent(given, events));
      // The write lock is taken before anything is looked at.
      if (done.outcome === "overtaken") throw new Error("somebody wrote in the middle of a transaction");
      return done;
    },
  });
  return {
    store: Object.freeze<SqliteStore>({
      ...store,
      consents,
      close() {
        commits.close();
        closeDatabase(database);
      },
    }),
    note: async (event) => commit(() => notes.note([event])),
    written: notes.written,
  };
}
