import type { AuditLog } from "./audit-log.js";
import { openPostgresSchema, type OpenPostgresStoreOptions } from "../postgres/open-schema.js";
import { postgresAuditLog } from "./postgres-audit-log.js";
import type { PostgresPool } from "../postgres/pool.js";

/**
 * Opens the audit log in a schema of a PostgreSQL database, beside the store's tables or alone, and creates or upgrades
 * them as `openPostgresStore` does. Several processes may record to the same schema.
 *
 * @param pool may be the store's; it stays the caller's, to be ended once every `record` has settled
 * @throws StoreOpenError for a schema that a newer version has written
 * @throws MisuseError for an argument that makes no sense
 * @throws the driver's error where the database cannot be reached or refuses
 */
export async function openPostgresAuditLog(
  pool: PostgresPool,
  options: OpenPostgresStoreOptions = {},
): Promise<AuditLog> {
  const { connection, schema } = await openPostgresSchema("openPostgresAuditLog", pool, options);
  return postgresAuditLog(connection, schema);
}
