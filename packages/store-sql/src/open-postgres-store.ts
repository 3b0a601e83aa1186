import { MisuseError } from "@oauth-dcr/core";
import { postgresConnection } from "./postgres-connection.js";
import { migratePostgres } from "./postgres-migrations.js";
import type { PostgresPool } from "./postgres-pool.js";
import { postgresStore, type PostgresStore } from "./postgres-store.js";
import { StoreOpenError } from "./store-open-error.js";

export interface OpenPostgresStoreOptions {
  /** The schema that holds the store's tables; it is created if it is not there. Default `oauth_dcr`. */
  readonly schema?: string;
  /** How long a change may wait for the lock of another, in seconds. Default 2. */
  readonly lockTimeoutSeconds?: number;
  /** How long one statement of a change may take, in seconds. Default 5. */
  readonly statementTimeoutSeconds?: number;
}

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
  const { schema = "oauth_dcr", lockTimeoutSeconds = 2, statementTimeoutSeconds = 5 } = options;
  requireThat(
    typeof (pool as Partial<PostgresPool> | undefined)?.connect === "function",
    "pool: give a pool of connections, such as new Pool() of pg",
  );
  requireThat(
    /^[a-z_][a-z0-9_]{0,62}$/.test(schema) && !schema.startsWith("pg_"),
    "schema: must be 1 to 63 small letters, digits and underscores, and not begin with a digit or pg_",
  );
  requireThat(isTimeout(lockTimeoutSeconds), "lockTimeoutSeconds: must be from 0.001 to 86400");
  requireThat(isTimeout(statementTimeoutSeconds), "statementTimeoutSeconds: must be from 0.001 to 86400");

  const connection = postgresConnection(pool, { lockTimeoutSeconds, statementTimeoutSeconds });
  const state = await connection.run(() => migratePostgres(schema));
  if (state === "newer_schema") throw new StoreOpenError(state, `in the schema ${schema}`);
  return postgresStore(connection, schema);
}

/** PostgreSQL takes 0 for no timeout at all. */
function isTimeout(seconds: number): boolean {
  return seconds >= 0.001 && seconds <= 86_400;
}

function requireThat(condition: boolean, message: string): asserts condition {
  if (!condition) throw new MisuseError("ERR_OPTION", `openPostgresStore: ${message}`);
}
