import { VERSION_TABLE, type D1Connection } from "./connection.js";
import { SQLITE_MIGRATIONS } from "../sqlite/migrations.js";
import { StoreOpenError } from "../sql/store-open-error.js";
import type { Query } from "../sql/transition.js";

/** The version that this release reads and writes. */
const SCHEMA_VERSION = SQLITE_MIGRATIONS.length;

/** D1 keeps SQLite's own `user_version` to itself. */
const VERSION = statement(`SELECT version FROM ${VERSION_TABLE}`);

/** Tables of SQLite's, of D1's and of wrangler's own. */
const PLATFORM_TABLE = /^(?:sqlite_|_cf_|d1_migrations$)/;

/**
 * The same connection, which brings the schema to this release's version before its first statement. Requests that come
 * meanwhile do not wait for one another, as a worker's must not; each looks for itself, and who comes second finds that
 * done or begins anew.
 *
 * @throws StoreOpenError on use, for a database that is another program's or of a newer version
 */
export function withSchema(connection: D1Connection): D1Connection {
  let isReady = false;

  async function ready(): Promise<D1Connection> {
    if (!isReady) await migrate(connection);
    isReady = true;
    return connection;
  }

  return {
    rows: async (query) => (await ready()).rows(query),
    batch: async (queries) => (await ready()).batch(queries),
    change: async (reads, plan) => (await ready()).change(reads, plan),
  };
}

async function migrate(connection: D1Connection): Promise<void> {
  const version = (await storedVersion(connection)) ?? (await firstVersion(connection));
  if (version > SCHEMA_VERSION) throw new StoreOpenError("newer_schema", "in D1");
  if (version === SCHEMA_VERSION) return;
  await connection.change([VERSION], ([found]) => {
    const from = Number(found?.[0]?.["version"]);
    const steps = SQLITE_MIGRATIONS.slice(from).flat();
    const moved = { sql: `UPDATE ${VERSION_TABLE} SET version = ?`, values: [SCHEMA_VERSION] };
    return {
      provided: [{ sql: `(SELECT version FROM ${VERSION_TABLE}) = ?`, values: [from] }],
      writes: steps.length === 0 ? [] : [...steps.map(statement), moved],
      outcome: () => undefined,
    };
  });
}

/** `undefined` for a database that says nothing of a version. */
async function storedVersion(connection: D1Connection): Promise<number | undefined> {
  try {
    const [row] = await connection.rows(VERSION);
    return row && Number(row["version"]);
  } catch (error) {
    if (error instanceof Error && error.message.includes(`no such table: ${VERSION_TABLE}`)) return undefined;
    throw error;
  }
}

/** Makes the table of the version, which then is 0: nothing else is there yet. */
async function firstVersion(connection: D1Connection): Promise<number> {
  const tables = await connection.rows(statement("SELECT name FROM sqlite_schema WHERE type = 'table'"));
  const names = tables.map(({ name }) => String(name)).filter((name) => !PLATFORM_TABLE.test(name));
  if (names.length > 0 && !names.includes(VERSION_TABLE)) {
    throw new StoreOpenError("foreign_database", "in D1", { detail: `it has the table ${String(names[0])}` });
  }
  await connection.batch(
    [
      `CREATE TABLE IF NOT EXISTS ${VERSION_TABLE} (version INTEGER NOT NULL) STRICT`,
      `INSERT INTO ${VERSION_TABLE} (version) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM ${VERSION_TABLE})`,
    ].map(statement),
  );
  return 0;
}

function statement(sql: string): Query {
  return { sql, values: [] };
}
