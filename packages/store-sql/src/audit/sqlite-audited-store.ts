import type { AuditLog } from "./audit-log.js";
import { sqliteAuditLogOn } from "./sqlite-audit-log.js";
import { auditTransitions } from "./transitions.js";
import { SQLITE } from "../sqlite/connection.js";
import type { SqliteDatabase } from "../sqlite/database.js";
import { openSqliteDatabase, type OpenSqliteStoreOptions } from "../sqlite/open-database.js";
import { sqliteStore, type SqliteStore } from "../sqlite/store.js";

/** A registration store and its audit log in one SQLite file, on one connection. */
export interface AuditedSqliteStore extends SqliteStore {
  /**
   * The audit log. Give its `record` as the `audit` option of the same `createClientRegistration`. A change that has an audit
   * event is committed together with it: after a crash both are there or neither. `close()` of the store closes it too.
   */
  readonly auditLog: AuditLog;
}

/**
 * Opens a registration store together with its audit log in a SQLite database, and creates or upgrades the tables. As
 * `openSqliteStore` and `openSqliteAuditLog`, but with one commit for a change and its audit event.
 *
 * @param database as of `openSqliteStore`
 * @param options the same as those of `openSqliteStore`
 * @throws StoreOpenError in the same cases as `openSqliteStore`
 * @throws MisuseError for an unknown or invalid option, and for a database that is closed or no connection
 * @example
 * ```ts
 * import { openAuditedSqliteStore } from "@oauth-dcr/store-sql";
 * import Database from "libsql";
 *
 * const store = openAuditedSqliteStore(new Database("clients.sqlite"));
 * export const parts = { store, audit: store.auditLog.record };
 * ```
 */
export function openAuditedSqliteStore(
  database: SqliteDatabase,
  options: OpenSqliteStoreOptions = {},
): AuditedSqliteStore {
  return openSqliteDatabase("openAuditedSqliteStore", database, options, (connection, lockTimeoutSeconds) => {
    const { append } = auditTransitions(SQLITE);
    const { store, note, written } = sqliteStore(database, connection, lockTimeoutSeconds, append);
    const auditLog = sqliteAuditLogOn(connection, async (event) => {
      if (!written.has(event)) await note(JSON.stringify(event));
    });
    return Object.freeze<AuditedSqliteStore>({ ...store, auditLog: Object.freeze(auditLog) });
  });
}
