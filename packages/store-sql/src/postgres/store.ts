import { postgres } from "./connection.js";
import { openPostgresSchema, type OpenPostgresStoreOptions } from "./open-schema.js";
import { postgresPools } from "./pools.js";
import type { PostgresPool } from "./pool.js";
import { sqlStore, type PromisedStore } from "../sql/sql-store.js";
import { statements } from "../sql/statements.js";
import { query } from "../sql/transition.js";
import { transitions } from "../sql/transitions.js";

/** A registration store in one schema of a PostgreSQL database. Every promise rejects with the driver's error. */
export type PostgresStore = PromisedStore;

/**
 * Each time somebody else has registered the same, and their client was gone again before it was looked for, or has filled
 * a pool, and room was there again.
 */
const MOST_OVERTAKEN = 10;

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
  const dialect = postgres(schema);
  const sql = statements(dialect);
  const change = transitions(sql, postgresPools(dialect.schema));

  const store = sqlStore(sql, {
    rows: connection.rows,
    write: async ({ sql: text, values }) => connection.run(() => query(text, ...values)),
    async createClient(client, guards) {
      for (let attempt = 1; attempt <= MOST_OVERTAKEN; attempt += 1) {
        const done = await connection.run(
          () => change.createClient(client, guards),
          ({ outcome }) => outcome === "created" || outcome === "existing",
        );
        if (done.outcome !== "overtaken") return done;
      }
      throw new Error("others took and left the same fingerprint or pool again and again");
    },
    changeClient: async (clientId, decide) => connection.run(() => change.changeClient(clientId, decide)),
    deleteClient: async (clientId) => connection.run(() => change.deleteClient(clientId)),
    deleteExpiredClients: async (clientIds, now) =>
      connection.run(() => change.deleteExpiredClients(clientIds, now)),
  });
  return Object.freeze(store);
}
