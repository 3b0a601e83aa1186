/**
 * An open database connection with the interface of better-sqlite3, which libsql has too. Install the driver yourself:
 * this package depends on none.
 */
export interface SqliteDatabase {
  /** Whether the connection is open. */
  readonly open: boolean;
  /** Whether a transaction is open. */
  readonly inTransaction: boolean;
  /** Runs SQL without parameters. */
  exec(sql: string): unknown;
  /** Prepares one statement with `?` for each parameter. */
  prepare(sql: string): SqliteStatement;
  /** Closes the connection. */
  close(): unknown;
}

/**
 * A prepared statement. The store binds strings, numbers and `null`. The parameters are `unknown`, so that the types of
 * both drivers fit without a cast.
 *
 * `get` is missing on purpose: in libsql 0.5 the call after a failed one ignores its own values and returns the row of the
 * failed call, which here would be another client's.
 */
export interface SqliteStatement {
  /** Runs a statement that returns no rows, and returns how many rows it changed. */
  run(...values: unknown[]): { readonly changes: number };
  /** Runs a statement and returns each row as an object by column name. */
  all(...values: unknown[]): unknown[];
}

/** The first value that a pragma answers with. */
export function pragma(database: SqliteDatabase, name: string): unknown {
  const [row = {}] = database.prepare(`PRAGMA ${name}`).all();
  return Object.values(row as object)[0];
}

/**
 * Brings what is in the write-ahead log into the file, as far as nobody reads it there. SQLite does that by itself at
 * every thousandth page, and holds the thread until all of them are on the disk: who writes many pages does it sooner.
 */
export function checkpoint(database: SqliteDatabase): void {
  try {
    database.prepare("PRAGMA wal_checkpoint(PASSIVE)").all();
  } catch {
    // The log is as durable as the file; the next commit or the next process tries again.
  }
}

/**
 * Closes the connection and brings what is in the write-ahead log into the file itself, so that a copy of that one file
 * is whole. SQLite would do both and end a transaction, but libsql's close waits for the statements to be garbage.
 */
export function closeDatabase(database: SqliteDatabase): void {
  if (!database.open) return;
  try {
    if (database.inTransaction) database.exec("ROLLBACK");
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // The log is as durable as the file; the next process to open it takes it over.
  }
  database.close();
}
