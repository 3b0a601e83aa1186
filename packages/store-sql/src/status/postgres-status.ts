import { POSTGRES_VERSION } from "../postgres/migrations.js";
import { requireSchemaName, type OpenPostgresStoreOptions } from "../postgres/open-schema.js";
import type { PostgresPool } from "../postgres/pool.js";
import { requireKnownOptions } from "@oauth-dcr/core";
import { quotasOf, webhookStatusOf, webhookStatusQuery, type DatabaseStatus } from "./database-status.js";

/** Options of `readPostgresStatus`. */
export type PostgresStatusOptions = Pick<OpenPostgresStoreOptions, "schema">;

/**
 * Reads the status of a PostgreSQL store, without opening the store: an older schema stays as it is.
 *
 * @throws MisuseError for a schema with another form of name
 * @throws the driver's error
 * @example
 * ```ts
 * import { readPostgresStatus } from "@oauth-dcr/store-sql";
 * import { Pool } from "pg";
 *
 * const { schemaVersion } = await readPostgresStatus(new Pool());
 * ```
 */
export async function readPostgresStatus(
  pool: PostgresPool,
  options: PostgresStatusOptions = {},
): Promise<DatabaseStatus> {
  requireKnownOptions("readPostgresStatus", options, ["schema"] satisfies (keyof PostgresStatusOptions)[]);
  const schema = `"${requireSchemaName("readPostgresStatus", options.schema)}".`;
  const supportedSchemaVersion = POSTGRES_VERSION;
  const client = await pool.connect();
  const all = async (sql: string): Promise<readonly unknown[]> => (await client.query(sql)).rows;
  let failure: Error | undefined;
  try {
    const [found] = await all(`SELECT to_regclass('${schema}schema_version') IS NOT NULL AS is_there`);
    if ((found as { readonly is_there: unknown }).is_there !== true) return { supportedSchemaVersion };
    const [row] = await all(`SELECT version FROM ${schema}schema_version`);
    const schemaVersion = Number((row as { readonly version: unknown } | undefined)?.version);
    if (schemaVersion !== supportedSchemaVersion) return { schemaVersion, supportedSchemaVersion };
    const [pending] = await all(`SELECT count(*) AS events FROM ${schema}audit_pending`);
    return {
      schemaVersion,
      supportedSchemaVersion,
      contents: {
        fullestQuotas: quotasOf(
          await all(
            `SELECT quota_key, sum(clients) AS clients FROM ${schema}quota_shard
             GROUP BY quota_key ORDER BY sum(clients) DESC, quota_key LIMIT 5`,
          ),
        ),
        webhooks: webhookStatusOf(await all(webhookStatusQuery(schema))),
        pendingAuditEvents: Number((pending as { readonly events: unknown }).events),
      },
    };
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(failure);
  }
}
