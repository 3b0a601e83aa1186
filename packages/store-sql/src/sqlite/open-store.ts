import { openSqliteDatabase, type OpenSqliteStoreOptions } from "./open-database.js";
import type { SqliteDatabase } from "./database.js";
import { sqliteStore, type SqliteStore } from "./store.js";

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
