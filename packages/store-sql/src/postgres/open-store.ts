import { openPostgresSchema, type OpenPostgresStoreOptions } from "./open-schema.js";
import type { PostgresPool } from "./pool.js";
import { postgresStore, type PostgresStore } from "./store.js";

/**
 * Opens the store in a schema of a PostgreSQL database, and creates or upgrades its tables. Any number of processes may
 * do so at the same time, also through a pooler that gives each transaction another connection.
 *
 * @param pool such as `new Pool(…)` of pg. It stays the caller's: listen to its `error` event, and end it
 * @throws StoreOpenError for a schema that a newer version has written
 * @throws MisuseError for an argument that makes no sense
 * @throws the driver's error where the database cannot be reached or refuses
 */
export async function openPostgresStore(
  pool: PostgresPool,
  options: OpenPostgresStoreOptions = {},
): Promise<PostgresStore> {
  const { connection, schema } = await openPostgresSchema("openPostgresStore", pool, options);
  return postgresStore(connection, schema);
}
