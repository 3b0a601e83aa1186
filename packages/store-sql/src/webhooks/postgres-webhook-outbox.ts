import { auditTransitions } from "../audit/transitions.js";
import { postgres } from "../postgres/connection.js";
import { openPostgresSchema, type OpenPostgresStoreOptions } from "../postgres/open-schema.js";
import { PENDING_AT_A_TIME, pendingEvents } from "../postgres/pending-events.js";
import type { PostgresPool } from "../postgres/pool.js";
import { webhookOutbox } from "./outbox.js";
import { webhookTransitions } from "./transitions.js";
import type { WebhookOutbox } from "./webhook-outbox.js";

const NOW = "floor(extract(epoch FROM clock_timestamp()))::bigint";

/**
 * Opens the webhook outbox of a schema of a PostgreSQL database, and creates or upgrades the schema and its tables. The schema
 * must be that of the audit log. Any number of processes may open it, also through a pooler in transaction mode.
 *
 * @param pool a pool of connections; it may be the store's. It stays yours
 * @param options the same as those of `openPostgresStore`
 * @throws StoreOpenError for a schema that a newer version has written
 * @throws MisuseError for an unknown or invalid option, and for a pool without `connect`
 * @throws the driver's error when the database cannot be reached or refuses
 * @example
 * ```ts
 * import { openPostgresWebhookOutbox } from "@oauth-dcr/store-sql";
 * import pg from "pg";
 *
 * const outbox = await openPostgresWebhookOutbox(new pg.Pool({ connectionString: process.env["DATABASE_URL"] }));
 * const queue = await outbox.openQueue("billing");
 * ```
 */
export async function openPostgresWebhookOutbox(
  pool: PostgresPool,
  options: OpenPostgresStoreOptions = {},
): Promise<WebhookOutbox> {
  const { connection, schema } = await openPostgresSchema("openPostgresWebhookOutbox", pool, options);
  const dialect = postgres(schema);
  const { isPending, takePending } = pendingEvents(dialect);
  const { append } = auditTransitions(dialect, takePending);

  /** What a killed process has committed and not chained: nobody may record anything for long. */
  async function chainPending(): Promise<void> {
    if (!(await connection.run(isPending))) return;
    while ((await connection.run(() => append([]))) === PENDING_AT_A_TIME);
  }

  return Object.freeze(
    webhookOutbox(webhookTransitions(dialect, NOW), async (make) => connection.run(make), chainPending),
  );
}
