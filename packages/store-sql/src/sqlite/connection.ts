import { SQLITE_EVENT_CLIENT } from "../sql/event-client.js";
import { sqliteCondition } from "./condition.js";
import type { SqliteDatabase, SqliteStatement } from "./database.js";
import type { FileGuard } from "./file-guard.js";
import type { Dialect } from "../sql/statements.js";
import type { Transaction } from "./transaction.js";
import type { Query, Row, Transition } from "../sql/transition.js";

export const SQLITE: Dialect = {
  schema: "",
  // The whole database is locked by who writes.
  forUpdate: "",
  forKeyShare: "",
  listed: "SELECT value FROM json_each(?)",
  elements: "json_each(?)",
  counts: "client_count",
  // The index has the number of the row in any case. The identifier in it would cost each registration a third more of search.
  namesake: "rowid",
  withPartialIndex: (condition, indexed) => `${condition} AND ${indexed}`,
  // SQLite does not know how many rows have a value, and would take any index.
  unindexed: (column) => `+${column}`,
  eventClient: { indexed: SQLITE_EVENT_CLIENT, given: "json_extract(?, '$')" },
  bytes: (column) => `CAST(${column} AS BLOB)`,
};

/** Runs statements, each prepared once. */
export interface SqliteConnection {
  readonly rows: (query: Query) => readonly Row[];
  /** Runs a transition to its end, inside a transaction of the caller's. */
  run<Outcome>(transition: Transition<Outcome>): Outcome;
  /** Runs `work` in a transaction of its own. */
  inTransaction<T>(work: () => T): T;
}

export function sqliteConnection(
  database: SqliteDatabase,
  transaction: Transaction,
  guard: FileGuard,
): SqliteConnection {
  const prepared = new Map<string, SqliteStatement>();
  let openRead: Query | undefined;

  function statementOf(sql: string): SqliteStatement {
    const known = prepared.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  }

  function rows(query: Query): readonly Row[] {
    if (!database.open) throw new Error("The store is closed"); // libsql's statements would go on.
    try {
      const found = statementOf(query.sql).all(...query.values) as Row[];
      if (openRead?.sql === query.sql) openRead = undefined;
      return found;
    } catch (error) {
      // libsql leaves a SELECT that met a lock open, and as long as it is, every commit keeps a read lock of ours.
      openRead = sqliteCondition(error) === "locked" ? query : undefined;
      throw error;
    }
  }

  return {
    rows(query) {
      guard.beforeRead();
      return rows(query);
    },
    run(transition) {
      let step = transition.next();
      while (!step.done) step = transition.next(rows(step.value));
      return step.value;
    },
    inTransaction(work) {
      if (openRead) rows(openRead); // Running it again ends it.
      const done = transaction(work);
      guard.afterCommit();
      return done;
    },
  };
}
