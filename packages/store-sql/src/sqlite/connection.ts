import { sqliteCondition } from "./condition.js";
import type { SqliteDatabase, SqliteStatement } from "./database.js";
import type { Dialect } from "../sql/statements.js";
import type { Transaction } from "./transaction.js";
import type { Row, SqlValue, Transition } from "../sql/transition.js";

export const SQLITE: Dialect = {
  schema: "",
  // The whole database is locked by who writes.
  forUpdate: "",
  listed: "SELECT value FROM json_each(?)",
  elements: "json_each(?)",
  bytes: (column) => `CAST(${column} AS BLOB)`,
};

/** Runs statements, each prepared once. */
export interface SqliteConnection {
  rows(sql: string, values: readonly SqlValue[]): readonly Row[];
  /** Runs a transition to its end, inside a transaction of the caller's. */
  run<Outcome>(transition: Transition<Outcome>): Outcome;
  /** Runs `work` in a transaction of its own. */
  inTransaction<T>(work: () => T): T;
}

export function sqliteConnection(database: SqliteDatabase, transaction: Transaction): SqliteConnection {
  const prepared = new Map<string, SqliteStatement>();
  let openRead: { readonly sql: string; readonly values: readonly SqlValue[] } | undefined;

  function statementOf(sql: string): SqliteStatement {
    const known = prepared.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  }

  function rows(sql: string, values: readonly SqlValue[]): readonly Row[] {
    if (!database.open) throw new Error("The store is closed"); // libsql's statements would go on.
    try {
      const found = statementOf(sql).all(...values) as Row[];
      if (openRead?.sql === sql) openRead = undefined;
      return found;
    } catch (error) {
      // libsql leaves a SELECT that met a lock open, and as long as it is, every commit keeps a read lock of ours.
      openRead = sqliteCondition(error) === "locked" ? { sql, values } : undefined;
      throw error;
    }
  }

  return {
    rows,
    run(transition) {
      let step = transition.next();
      while (!step.done) step = transition.next(rows(step.value.sql, step.value.values));
      return step.value;
    },
    inTransaction(work) {
      if (openRead) rows(openRead.sql, openRead.values); // Running it again ends it.
      return transaction(work);
    },
  };
}
