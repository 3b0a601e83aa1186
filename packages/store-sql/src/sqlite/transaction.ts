import type { SqliteDatabase } from "./database.js";

/** Runs `work` in a transaction of its own. One that writes takes the write lock before it looks at anything. */
export type Transaction = <T>(work: () => T, begin?: "BEGIN IMMEDIATE" | "BEGIN") => T;

/**
 * Makes transactions that leave nothing behind when they fail. The driver has a helper of its own, but libsql's
 * answers a full disk with a second error: SQLite has then rolled back already, and there is nothing left to roll back.
 */
export function transactions(database: SqliteDatabase): Transaction {
  // Also after a ROLLBACK that itself failed, so that it is made up for before the next transaction.
  let ours = false;

  function rollBack(): void {
    if (database.open && database.inTransaction) database.exec("ROLLBACK");
    ours = false;
  }

  return function transaction(work, begin = "BEGIN IMMEDIATE") {
    if (ours) rollBack();
    database.exec(begin);
    ours = true;
    try {
      const result = work();
      database.exec("COMMIT");
      ours = false;
      return result;
    } catch (error) {
      try {
        rollBack();
      } catch {
        // The first error is the one that tells why.
      }
      throw error;
    }
  };
}
