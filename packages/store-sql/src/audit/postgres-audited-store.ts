import { requireKnownOptions } from "@oauth-dcr/core";
import type { AuditLog } from "./audit-log.js";
import { postgresAuditLog } from "./postgres-audit-log.js";
import { postgres } from "../postgres/connection.js";
import {
  openPostgresSchema,
  POSTGRES_OPTIONS,
  type OpenPostgresStoreOptions,
} from "../postgres/open-schema.js";
import { insertPending } from "../postgres/pending-events.js";
import type { PostgresPool } from "../postgres/pool.js";
import { postgresStore, type PostgresStore } from "../postgres/store.js";
import { query, type Transition } from "../sql/transition.js";

/** A registration store and its audit log in one schema of a PostgreSQL database. */
export interface AuditedPostgresStore extends PostgresStore {
  /**
   * The audit log. Give its `record` as the `audit` option of the same `createClientRegistration`. A change that has an audit
   * event is committed together with it: after a crash both are there or neither. The event is added to the chain right
   * after the commit, or after a crash by the next process that records, or that opens a log in the schema.
   */
  readonly auditLog: AuditLog;
}

/** Options of `openAuditedPostgresStore`. */
export interface OpenAuditedPostgresStoreOptions extends OpenPostgresStoreOptions {
  /** A pool of connections for the log alone, so that it waits for none of the store's. Default: the same pool. */
  readonly auditPool?: PostgresPool;
}

/**
 * Opens a registration store together with its audit log in a schema of a PostgreSQL database, and creates or upgrades the
 * schema and its tables. As `openPostgresStore` and `openPostgresAuditLog`, but a change and its audit event are committed in
 * one transaction.
 *
 * @param pool as of `openPostgresStore`
 * @param given the schema, timeouts, and another pool for the log
 * @throws StoreOpenError for a schema that a newer version has written
 * @throws MisuseError for an unknown or invalid option, and for a pool without `connect`
 * @throws the driver's error when the database cannot be reached or refuses
 * @example
 * ```ts
 * import { openAuditedPostgresStore } from "@oauth-dcr/store-sql";
 * import pg from "pg";
 *
 * const pool = new pg.Pool({ connectionString: process.env["DATABASE_URL"], connectionTimeoutMillis: 5_000 });
 * pool.on("error", console.error);
 * const store = await openAuditedPostgresStore(pool);
 * export const parts = { store, audit: store.auditLog.record };
 * ```
 */
export async function openAuditedPostgresStore(
  pool: PostgresPool,
  given: OpenAuditedPostgresStoreOptions = {},
): Promise<AuditedPostgresStore> {
  const opener = "openAuditedPostgresStore";
  requireKnownOptions(opener, given, [
    ...POSTGRES_OPTIONS,
    "auditPool",
  ] satisfies (keyof OpenAuditedPostgresStoreOptions)[]);
  const { auditPool = pool, ...options } = given;
  const opened = await openPostgresSchema(opener, pool, options);
  const written = new WeakSet<object>();
  const insert = insertPending(postgres(opened.schema));
  const store = postgresStore(opened, {
    *note(events): Transition<void> {
      yield* query(insert, JSON.stringify(events));
    },
    written,
  });
  const auditLog = await postgresAuditLog(await openPostgresSchema(opener, auditPool, options), written);
  return Object.freeze<AuditedPostgresStore>({ ...store, auditLog });
}
