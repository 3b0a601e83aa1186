import { pragma, type SqliteDatabase } from "./database.js";
import { SQLITE_MIGRATIONS } from "./migrations.js";
import type { Transaction } from "./transaction.js";

/** Marks a file as ours in its header: "ODCR". */
const APPLICATION_ID = 0x4f444352;

/** The version that this release reads and writes. */
const SCHEMA_VERSION = SQLITE_MIGRATIONS.length;

export type SchemaState = "empty" | "ours" | "foreign_database" | "newer_schema";

/** Whose database this is. To be called in a transaction, as another process may be creating the schema right now. */
export function schemaState(database: SqliteDatabase): SchemaState {
  const version = Number(pragma(database, "user_version"));
  const application = Number(pragma(database, "application_id"));
  if (application === APPLICATION_ID) return version > SCHEMA_VERSION ? "newer_schema" : "ours";
  const untouched = application === 0 && version === 0;
  const tables = database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").all();
  return untouched && tables.length === 0 ? "empty" : "foreign_database";
}

/**
 * Brings the schema to this release's version, or says why not. Processes that start at once take turns: each looks
 * again under the write lock, and finds the work done by whoever came first.
 */
export function migrate(database: SqliteDatabase, transaction: Transaction): SchemaState {
  return transaction(() => {
    const state = schemaState(database);
    if (state !== "empty" && state !== "ours") return state;
    for (const statement of SQLITE_MIGRATIONS.slice(Number(pragma(database, "user_version"))).flat()) {
      database.exec(statement);
    }
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    // Written even when nothing changes: a database that cannot be written must be found now.
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    return "ours";
  });
}
