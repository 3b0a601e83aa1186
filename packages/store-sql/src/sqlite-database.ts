/**
 * What the store needs of a database driver: an opened connection with the interface of better-sqlite3, which libsql
 * has too. The driver itself is the caller's choice and no dependency of this package.
 */
export interface SqliteDatabase {
  readonly open: boolean;
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): unknown;
}

/** Bindings are `unknown` so that the drivers' own types, which overload them, can stand here without a cast. */
export interface SqliteStatement {
  run(...values: unknown[]): { readonly changes: number };
  /** The first row, by column name; `undefined` when there is none. */
  get(...values: unknown[]): unknown;
}

/** The one value of a pragma that answers with one row of one named column. */
export function pragma(database: SqliteDatabase, name: string): unknown {
  const row = database.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, unknown>> | undefined;
  return row?.[/^\w+/.exec(name)?.[0] ?? name];
}

/**
 * Closes the connection and brings what is in the write-ahead log into the file itself, so that a copy of that one file
 * is whole. SQLite would do it, but libsql's close waits for the prepared statements to be garbage.
 */
export function closeDatabase(database: SqliteDatabase): void {
  if (!database.open) return;
  try {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // The log is as durable as the file; the next process to open it takes it over.
  }
  database.close();
}
