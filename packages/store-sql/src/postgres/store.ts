import type { ConsentStore } from "@oauth-dcr/core/consent";
import { sqlConsents } from "../consents/sql-consents.js";
import { recordConsentTransition } from "../consents/transitions.js";
import { postgres } from "./connection.js";
import { openPostgresSchema, type OpenPostgresStoreOptions } from "./open-schema.js";
import { insertPending } from "./pending-events.js";
import { foldClientCounts } from "./client-counts.js";
import { postgresPools } from "./pools.js";
import type { PostgresPool } from "./pool.js";
import { fromRow, toRow } from "../sql/client-row.js";
import type { EventNotes } from "../sql/event-notes.js";
import { sqlStore, type NewClient, type PromisedStore } from "../sql/sql-store.js";
import { statements } from "../sql/statements.js";
import { transitions } from "../sql/transitions.js";

/**
 * A registration store in one schema of a PostgreSQL database. A call that writes resolves when the change is committed.
 * Calls reject with the driver's error when the database fails, and with a `TypeError` for a client that the tables cannot
 * hold, such as a `clientId` with a NUL. The store has no `close()`: end the pool.
 */
export interface PostgresStore extends PromisedStore {
  /** What users allowed the clients, in the same schema; for `consentLedger` of `@oauth-dcr/core/consent`. */
  readonly consents: ConsentStore;
}

/** Each time somebody else has registered the same, and their client was gone again before it was looked for. */
const MOST_OVERTAKEN = 10;

/**
 * Opens a registration store in a schema of a PostgreSQL database, and creates or upgrades the schema and its tables. Any
 * number of processes may open the same schema, also at the same time and through a pooler in transaction mode.
 *
 * @param pool a pool of connections, such as `new Pool(…)` of pg. It stays yours: listen to its `error` event, set its
 *   timeouts, and end it
 * @param options the schema, and timeouts
 * @throws StoreOpenError for a schema that a newer version has written
 * @throws MisuseError for an unknown or invalid option, and for a pool without `connect`
 * @throws the driver's error when the database cannot be reached or refuses
 * @example
 * ```ts
 * import { openPostgresStore } from "@oauth-dcr/store-sql";
 * import pg from "pg";
 *
 * const pool = new pg.Pool({ connectionString: process.env["DATABASE_URL"], connectionTimeoutMillis: 5_000 });
 * pool.on("error", console.error);
 * const store = await openPostgresStore(pool, { schema: "oauth_dcr" });
 * ```
 */
export async function openPostgresStore(
  pool: PostgresPool,
  options: OpenPostgresStoreOptions = {},
): Promise<PostgresStore> {
  return postgresStore(await openPostgresSchema("openPostgresStore", pool, options));
}

/**
 * The store in a schema that has its tables.
 *
 * @param notes takes the events of a change. Without it the store takes none
 */
export function postgresStore(
  { connection, schema }: Awaited<ReturnType<typeof openPostgresSchema>>,
  notes?: EventNotes,
): PostgresStore {
  const dialect = postgres(schema);
  const sql = statements(dialect);
  const pools = postgresPools(dialect.schema);
  const [change, changeAlone] = [pools.first, pools.alone].map((each) => transitions(sql, each, notes)) as [
    ReturnType<typeof transitions>,
    ReturnType<typeof transitions>,
  ];

  // The lock is that of somebody who registers the same at this moment.
  const insertAlone = sql.insertClient.replace(
    "VALUES (?",
    `VALUES (CASE WHEN set_config('lock_timeout', '${connection.lockMilliseconds}', true) <> '' THEN ? END`,
  );
  /** The same, and its events if it was inserted. */
  const insertAudited = `WITH stored AS (${insertAlone}), noted AS (
      ${insertPending(dialect)} WHERE EXISTS (SELECT 1 FROM stored)
    ) SELECT client_id FROM stored`;

  /**
   * Inserts a client that spends no token and counts in no pool: one statement, and one wait for the disk. `met` tells
   * of another of its identifier or fingerprint, `unknown` that the connection failed.
   */
  async function insertedAlone(
    client: NewClient,
    events: readonly string[],
  ): Promise<"created" | "met" | "unknown"> {
    const rows = await connection.once(
      events.length === 0
        ? { sql: insertAlone, values: client.row }
        : { sql: insertAudited, values: [...client.row, JSON.stringify(events)] },
    );
    if (!rows) return "unknown";
    return rows.length === 1 ? "created" : "met";
  }

  /** Whether the failed connection has written the client, and not somebody else one of the same identifier. */
  async function isWritten(client: NewClient): Promise<boolean> {
    const [row] = await connection.rows({ sql: sql.findClient, values: [client.clientId] });
    return row !== undefined && JSON.stringify(toRow(fromRow(row))) === JSON.stringify(client.row);
  }

  const foldCounts = async (): Promise<void> => connection.run(() => foldClientCounts(dialect));

  const store = sqlStore(sql, dialect, {
    notes,
    rows: connection.rows,
    write: async (query, events) => connection.run(() => change.changeRows(query, events)),
    async createClient(client, guards, events) {
      const isAlone = !guards.spendInitialAccessToken && !guards.quotas?.length && !client.quotaKeys?.length;
      const alone = isAlone ? await insertedAlone(client, events) : "met";
      if (alone === "created") return { outcome: "created" };
      for (let attempt = 1; attempt <= MOST_OVERTAKEN; attempt += 1) {
        const done = await connection.run(
          () => (attempt === 1 ? change : changeAlone).createClient(client, guards, events),
          ({ outcome }) => outcome === "created" || outcome === "existing",
        );
        if (done.outcome === "duplicate_client_id" && alone === "unknown" && (await isWritten(client))) {
          return { outcome: "created" };
        }
        if (done.outcome !== "overtaken") return done;
      }
      throw new Error("others took and left the same fingerprint again and again");
    },
    changeClient: async (clientId, decide, events) =>
      connection.run(() => change.changeClient(clientId, decide, events)),
    deleteClient: async (clientId, events) => connection.run(() => change.deleteClient(clientId, events)),
    deleteExpiredClients: async (clientIds, now, eventOf) =>
      connection.run(function* () {
        const deleted = yield* change.deleteExpiredClients(clientIds, now, eventOf);
        // So that the changes of the counts do not pile up where nobody counts.
        yield* foldClientCounts(dialect);
        return deleted;
      }),
    foldCounts,
  });
  const recordConsent = recordConsentTransition(dialect, notes);
  const consents = sqlConsents(dialect, {
    notes,
    rows: connection.rows,
    write: async (query, events) => connection.run(() => change.changeRows(query, events)),
    async recordConsent(given, events) {
      for (let attempt = 1; attempt <= MOST_OVERTAKEN; attempt += 1) {
        const done = await connection.run(
          () => recordConsent(given, events),
          ({ outcome }) => outcome === "recorded",
        );
        if (done.outcome !== "overtaken") return done;
      }
      throw new Error("others recorded and withdrew the same consent again and again");
    },
  });
  return Object.freeze<PostgresStore>({ ...store, consents });
}
