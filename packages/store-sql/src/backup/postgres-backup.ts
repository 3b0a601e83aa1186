import { requireKnownOptions } from "@oauth-dcr/core";
import { ask, lent } from "../postgres/connection.js";
import { migratePostgres } from "../postgres/migrate.js";
import { POSTGRES_VERSION } from "../postgres/migrations.js";
import { requireSchemaName } from "../postgres/open-schema.js";
import type { PostgresClient, PostgresPool } from "../postgres/pool.js";
import { StoreOpenError } from "../sql/store-open-error.js";
import { runAsync } from "../sql/transition.js";
import { backupContents, type BackupContents } from "./backup-contents.js";
import { columnsIn, requireColumns, requireEmpty, type Columns } from "./postgres-schema.js";

/** Options of `backUpPostgres` and `restorePostgres`. */
export interface PostgresBackupOptions {
  /** The schema of the tables. Default: `oauth_dcr`. */
  readonly schema?: string;
}

/** The first line of a backup. */
interface Header {
  readonly oauth_dcr_backup: 1;
  readonly database: "postgresql";
  readonly schema_version: number;
}

/** Every table that a version has had, in the order in which they are written. Others in the schema are not ours. */
const TABLES = [
  ...["client", "initial_access_token", "quota_count", "quota_shard"],
  ...["audit_event", "audit_head", "audit_pending"],
  ...["webhook_endpoint", "webhook_message"],
  // Behind the clients, whom it refers to.
  "consent",
];
/** How many rows are read, or written, at a time. */
const BATCH = 500;

/**
 * Reads all that a PostgreSQL store has committed at one instant, while others read and write, as lines of JSON: a header, and
 * then a row each. Who writes them to a file adds what shows later that it is whole.
 *
 * @throws StoreOpenError for a schema that a newer version has written
 * @throws the driver's error when the database cannot be reached, or has no such schema
 * @example
 * ```ts
 * import { backUpPostgres, type PostgresPool } from "@oauth-dcr/store-sql";
 *
 * declare const pool: PostgresPool;
 *
 * for await (const line of backUpPostgres(pool)) console.log(line);
 * ```
 */
export async function* backUpPostgres(
  pool: PostgresPool,
  options: PostgresBackupOptions = {},
): AsyncGenerator<string, BackupContents> {
  const schema = schemaOf("backUpPostgres", options);
  const client = await pool.connect();
  let isWhole = false;
  try {
    // One snapshot for all tables.
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const [version] = (await client.query(`SELECT version FROM "${schema}".schema_version`)).rows as {
      readonly version: unknown;
    }[];
    const header: Header = {
      oauth_dcr_backup: 1,
      database: "postgresql",
      schema_version: Number(version?.version),
    };
    if (header.schema_version > POSTGRES_VERSION) {
      throw new StoreOpenError("newer_schema", `in the schema ${schema}`);
    }
    yield JSON.stringify(header);
    const counts: Record<string, number> = {};
    for (const table of await tablesIn(client, schema)) {
      counts[table] = 0;
      for await (const row of rowsOf(client, schema, table)) {
        counts[table] += 1;
        yield `{"table":"${table}","row":${row}}`;
      }
    }
    await client.query("COMMIT");
    isWhole = true;
    return backupContents(counts);
  } finally {
    client.release(isWhole ? undefined : new Error("The backup was broken off"));
  }
}

async function tablesIn(client: PostgresClient, schema: string): Promise<readonly string[]> {
  const { rows } = await client.query("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = $1", [
    schema,
  ]);
  const names = new Set(rows.map((row) => (row as { readonly tablename: string }).tablename));
  return TABLES.filter((table) => names.has(table));
}

async function* rowsOf(client: PostgresClient, schema: string, table: string): AsyncGenerator<string> {
  await client.query(
    `DECLARE backup NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS line FROM "${schema}"."${table}" AS t`,
  );
  for (;;) {
    const { rows } = await client.query(`FETCH ${BATCH} FROM backup`);
    for (const row of rows) yield (row as { readonly line: string }).line;
    if (rows.length < BATCH) break;
  }
  await client.query("CLOSE backup");
}

/**
 * Makes a schema with all that a backup has in it, and brings it to this release's version. All or nothing: where a line is
 * wrong, or `lines` throws at the end, nothing was written.
 *
 * @param lines of `backUpPostgres`, of this version or an older one
 * @throws StoreOpenError for a backup of a newer version
 * @throws Error where the schema is not empty, or the lines are none of a backup
 * @throws the driver's error when the database cannot be reached or refuses
 * @example
 * ```ts
 * import { restorePostgres, type PostgresPool } from "@oauth-dcr/store-sql";
 *
 * declare const pool: PostgresPool;
 * declare const lines: AsyncIterable<string>;
 *
 * const { clients } = await restorePostgres(pool, lines);
 * ```
 */
export async function restorePostgres(
  pool: PostgresPool,
  lines: AsyncIterable<string>,
  options: PostgresBackupOptions = {},
): Promise<BackupContents> {
  const schema = schemaOf("restorePostgres", options);
  return lent(await pool.connect(), async (client) => {
    await client.query("BEGIN");
    const migrate = async (version: number) =>
      runAsync(migratePostgres(schema, version), async (query) => ask(client, query));
    await requireEmpty(client, schema);
    const counts: Record<string, number> = {};
    let version: number | undefined;
    let columns: Columns = new Map();
    let batch: Batch | undefined;
    for await (const line of lines) {
      if (version === undefined) {
        version = versionOf(line, schema);
        await migrate(version);
        columns = await columnsIn(client, schema);
        // The migrations made its row, and the backup has its own.
        if ((await tablesIn(client, schema)).includes("audit_head")) {
          await client.query(`DELETE FROM "${schema}".audit_head`);
        }
        continue;
      }
      const { table, row } = rowIn(line);
      requireColumns(table, row, columns);
      counts[table] = (counts[table] ?? 0) + 1;
      if (batch && (batch.table !== table || batch.rows.length === BATCH)) {
        await insert(client, schema, batch);
        batch = undefined;
      }
      batch ??= { table, rows: [] };
      batch.rows.push(row);
    }
    if (version === undefined) throw new Error("the backup is empty");
    if (batch) await insert(client, schema, batch);
    await migrate(POSTGRES_VERSION);
    await client.query("COMMIT");
    return backupContents(counts);
  });
}

interface Batch {
  readonly table: string;
  readonly rows: unknown[];
}

async function insert(client: PostgresClient, schema: string, { table, rows }: Batch): Promise<void> {
  const target = `"${schema}"."${table}"`;
  const source = `json_populate_recordset(NULL::${target}, $1::json)`;
  // Events that the chain does not have yet get new numbers in their order: the table goes on counting behind them.
  const text =
    table === "audit_pending"
      ? `INSERT INTO ${target} (event) SELECT event FROM ${source} ORDER BY id`
      : `INSERT INTO ${target} SELECT * FROM ${source}`;
  await client.query(text, [JSON.stringify(rows)]);
}

function versionOf(line: string, schema: string): number {
  const header = parsed(line) as Partial<Header>;
  const { schema_version: version } = header;
  const isOurs = header.oauth_dcr_backup === 1 && header.database === "postgresql";
  if (!isOurs || !Number.isSafeInteger(version) || Number(version) < 1) {
    throw new Error("this is no backup of a PostgreSQL store");
  }
  if (Number(version) > POSTGRES_VERSION) {
    throw new StoreOpenError("newer_schema", `in the backup for the schema ${schema}`);
  }
  return Number(version);
}

function rowIn(line: string): { readonly table: string; readonly row: object } {
  const { table, row } = parsed(line);
  if (typeof table !== "string" || !TABLES.includes(table) || typeof row !== "object" || row === null) {
    throw new Error("the backup has a line that is no row");
  }
  return { table, row };
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function schemaOf(caller: string, options: PostgresBackupOptions): string {
  requireKnownOptions(caller, options, ["schema"] satisfies (keyof PostgresBackupOptions)[]);
  return requireSchemaName(caller, options.schema);
}
