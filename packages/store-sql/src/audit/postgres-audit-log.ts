import type { AuditLog } from "./audit-log.js";
import { auditTransitions } from "./transitions.js";
import { postgres } from "../postgres/connection.js";
import { gather } from "./gather.js";
import { openPostgresSchema, type OpenPostgresStoreOptions } from "../postgres/open-schema.js";
import type { PostgresPool } from "../postgres/pool.js";
import { runAsync } from "../sql/transition.js";

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
  const { append, verify } = auditTransitions(postgres(schema));
  const add = gather((events: readonly string[]) => connection.run(() => append(events)));
  return Object.freeze<AuditLog>({
    record: async (event) => add(JSON.stringify(event)),
    verify: async (given) => runAsync(verify(given), connection.rows),
  });
}
