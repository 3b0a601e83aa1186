import { openSqliteDatabase, type OpenSqliteStoreOptions } from "../sqlite/open-database.js";
import { sqliteAuditLog, type SqliteAuditLog } from "./sqlite-audit-log.js";
import type { SqliteDatabase } from "../sqlite/database.js";

/**
 * Opens the audit log in a SQLite database, beside the store's tables or alone, and creates or upgrades the schema as
 * `openSqliteStore` does. Several processes may record to the same file.
 *
 * @param database an opened connection of its own, also where a store is open on the same file. It belongs to the log from
 *   now on: `close()` closes it, and so does a refusal
 * @throws StoreOpenError as `openSqliteStore`
 * @throws MisuseError for an argument that makes no sense
 */
export function openSqliteAuditLog(
  database: SqliteDatabase,
  options: OpenSqliteStoreOptions = {},
): SqliteAuditLog {
  return openSqliteDatabase("openSqliteAuditLog", database, options, sqliteAuditLog);
}
