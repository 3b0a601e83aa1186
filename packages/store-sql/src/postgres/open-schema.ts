import { requireKnownOptions } from "@oauth-dcr/core";
import { postgresConnection, type PostgresConnection } from "./connection.js";
import { migratePostgres } from "./migrate.js";
import type { PostgresPool } from "./pool.js";
import { requireOption } from "../sql/require-option.js";
import { StoreOpenError } from "../sql/store-open-error.js";

/** Options of `openPostgresStore`, `openPostgresAuditLog` and, with one more, `openAuditedPostgresStore`. */
export interface OpenPostgresStoreOptions {
  /**
   * The schema of the tables, created when it does not exist: 1 to 63 small letters, digits and underscores. It must not
   * begin with a digit or `pg_`. Default: `oauth_dcr`.
   */
  readonly schema?: string;
  /** How long a change waits for the lock of another, in seconds, from 0.001 to 86,400. Default: 2. */
  readonly lockTimeoutSeconds?: number;
  /**
   * How long one statement of a change may take, and how long the server waits for the next one, in seconds, from 0.001
   * to 86,400. Two have no such limit: reads, and the single statement that inserts a client which spends no token and
   * counts in no pool. The latter waits for the lock of another only as long as `lockTimeoutSeconds` says. Default: 5.
   */
  readonly statementTimeoutSeconds?: number;
}

/** Their names. */
export const POSTGRES_OPTIONS = [
  "schema",
  "lockTimeoutSeconds",
  "statementTimeoutSeconds",
] as const satisfies (keyof OpenPostgresStoreOptions)[];

/**
 * What all openers do: brings the schema to this release's version.
 *
 * @param opener its name, for the messages
 */
export async function openPostgresSchema(
  opener: string,
  pool: PostgresPool,
  options: OpenPostgresStoreOptions,
): Promise<{ readonly connection: PostgresConnection; readonly schema: string }> {
  requireKnownOptions(opener, options, POSTGRES_OPTIONS);
  const { schema = "oauth_dcr", lockTimeoutSeconds = 2, statementTimeoutSeconds = 5 } = options;
  requireOption(
    opener,
    typeof (pool as Partial<PostgresPool> | undefined)?.connect === "function",
    "pool: give a pool of connections, such as new Pool() of pg",
  );
  requireSchemaName(opener, schema);
  for (const [name, seconds] of Object.entries({ lockTimeoutSeconds, statementTimeoutSeconds })) {
    // PostgreSQL takes 0 for no timeout at all.
    const isTimeout = typeof seconds === "number" && seconds >= 0.001 && seconds <= 86_400;
    requireOption(opener, isTimeout, `${name}: must be from 0.001 to 86400`);
  }

  const connection = postgresConnection(pool, { lockTimeoutSeconds, statementTimeoutSeconds });
  const state = await connection.run(() => migratePostgres(schema));
  if (state === "newer_schema") throw new StoreOpenError(state, `in the schema ${schema}`);
  return { connection, schema };
}

/** @throws MisuseError for a name that needs an escape, or is the system's */
export function requireSchemaName(opener: string, schema = "oauth_dcr"): string {
  requireOption(
    opener,
    typeof (schema as unknown) === "string" &&
      /^[a-z_][a-z0-9_]{0,62}$/.test(schema) &&
      !schema.startsWith("pg_"),
    "schema: must be 1 to 63 small letters, digits and underscores, and not begin with a digit or pg_",
  );
  return schema;
}
