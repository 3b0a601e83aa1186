import { readClientHistory, readEvents } from "./client-history.js";
import type { AuditLog } from "./audit-log.js";
import { auditTransitions } from "./transitions.js";
import { postgres } from "../postgres/connection.js";
import { verifyAndSign } from "./signed-head.js";
import { gather } from "./gather.js";
import { openPostgresSchema, type OpenPostgresStoreOptions } from "../postgres/open-schema.js";
import type { PostgresPool } from "../postgres/pool.js";
import { PENDING_AT_A_TIME, pendingEvents } from "../postgres/pending-events.js";
import { runAsync } from "../sql/transition.js";

/**
 * Opens an audit log in a schema of a PostgreSQL database, and creates or upgrades the schema and its tables. The schema
 * may be that of a store. Several processes may record to it.
 *
 * @param pool a pool of connections; it may be the store's. It stays yours: end it when every `record` has settled
 * @param options the same as those of `openPostgresStore`
 * @throws StoreOpenError for a schema that a newer version has written
 * @throws MisuseError for an unknown or invalid option, and for a pool without `connect`
 * @throws the driver's error when the database cannot be reached or refuses
 * @example
 * ```ts
 * import { openPostgresAuditLog } from "@oauth-dcr/store-sql";
 * import pg from "pg";
 *
 * const pool = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
 * const log = await openPostgresAuditLog(pool);
 * const verification = await log.verify();
 * if (verification.ok) console.log(`${verification.events} events, head ${verification.head}`);
 * await pool.end();
 * ```
 */
export async function openPostgresAuditLog(
  pool: PostgresPool,
  options: OpenPostgresStoreOptions = {},
): Promise<AuditLog> {
  return postgresAuditLog(await openPostgresSchema("openPostgresAuditLog", pool, options));
}

/**
 * The log in a schema that has its tables. Chains what a process that was killed has left behind.
 *
 * @param written events that stores of this process have written with their change, and that only have to be chained
 */
export async function postgresAuditLog(
  { connection, schema }: Awaited<ReturnType<typeof openPostgresSchema>>,
  written?: WeakSet<object>,
): Promise<AuditLog> {
  const dialect = postgres(schema);
  const { isPending, takePending } = pendingEvents(dialect);
  const transitions = auditTransitions(dialect, takePending);
  const { append } = transitions;
  if (await connection.run(isPending)) {
    while ((await connection.run(() => append([]))) === PENDING_AT_A_TIME);
  }

  const add = gather(async (events: readonly (string | undefined)[]) => {
    await connection.run(() => append(events.filter((event) => event !== undefined)));
  });
  return Object.freeze<AuditLog>({
    record: async (event) => add(written?.has(event) ? undefined : JSON.stringify(event)),
    ...verifyAndSign({
      transitions,
      read: async (transition) => runAsync(transition, connection.rows),
      change: async (make) => connection.run(make),
    }),
    readClientHistory: async (clientId, page) => readClientHistory(clientId, page, dialect, connection.rows),
    readEvents: async (page) => readEvents(page, dialect, connection.rows),
  });
}
