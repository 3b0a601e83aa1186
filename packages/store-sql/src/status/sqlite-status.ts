import { StoreOpenError } from "../sql/store-open-error.js";
import { pragma, type SqliteDatabase } from "../sqlite/database.js";
import { schemaState, SQLITE_MIGRATIONS } from "../sqlite/migrations.js";
import { quotasOf, webhookStatusOf, webhookStatusQuery, type DatabaseStatus } from "./database-status.js";

/**
 * Reads the status of a SQLite store, without opening the store: an older schema stays as it is.
 *
 * @param database an open connection to the file, which may be read-only
 * @param file where it is, for messages
 * @throws StoreOpenError for a file that is no database of a store
 * @throws the driver's error for a file that is no database, or is damaged
 * @example
 * ```ts
 * import { readSqliteStatus } from "@oauth-dcr/store-sql";
 * import Database from "libsql";
 *
 * const { schemaVersion } = readSqliteStatus(new Database("clients.sqlite"), "clients.sqlite");
 * ```
 */
export function readSqliteStatus(database: SqliteDatabase, file: string): DatabaseStatus {
  const supportedSchemaVersion = SQLITE_MIGRATIONS.length;
  const state = schemaState(database);
  if (state === "foreign_database") throw new StoreOpenError(state, file);
  if (state === "empty") return { supportedSchemaVersion };
  const schemaVersion = Number(pragma(database, "user_version"));
  if (schemaVersion !== supportedSchemaVersion) return { schemaVersion, supportedSchemaVersion };
  const all = (sql: string): readonly unknown[] => database.prepare(sql).all();
  return {
    schemaVersion,
    supportedSchemaVersion,
    contents: {
      fullestQuotas: quotasOf(
        all("SELECT quota_key, clients FROM quota_count ORDER BY clients DESC, quota_key LIMIT 5"),
      ),
      webhooks: webhookStatusOf(all(webhookStatusQuery(""))),
      pendingAuditEvents: 0,
    },
  };
}
