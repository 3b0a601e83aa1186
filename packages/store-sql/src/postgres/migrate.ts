import { POSTGRES_MIGRATIONS, POSTGRES_VERSION } from "./migrations.js";
import { query, type Row, type Transition } from "../sql/transition.js";

/** Held while the schema is looked at and changed: "ODCR". */
const LOCK = 0x4f444352;

/**
 * Brings a schema to this release's version, or to an older one for a backup, inside a transaction. Processes that start at once take turns. An account
 * that may not create a schema can use one that is there.
 *
 * @param name of the schema, which needs no escape
 */
export function* migratePostgres(name: string, upTo = POSTGRES_VERSION): Transition<"ours" | "newer_schema"> {
  const schema = `"${name}".`;
  yield* query(`SELECT pg_advisory_xact_lock(${LOCK}, hashtext(?::text))`, name);
  if (!(yield* exists("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?", name))) {
    yield* query(`CREATE SCHEMA "${name}"`);
  }
  const versioned =
    "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = ? AND tablename = 'schema_version'";
  if (!(yield* exists(versioned, name))) {
    yield* query(`CREATE TABLE ${schema}schema_version (version BIGINT NOT NULL)`);
    yield* query(`INSERT INTO ${schema}schema_version (version) VALUES (0)`);
  }
  const [row] = yield* query(`SELECT version FROM ${schema}schema_version`);
  const version = Number(row?.["version"]);
  if (version > POSTGRES_VERSION) return "newer_schema";
  if (version >= upTo) return "ours";
  for (const step of POSTGRES_MIGRATIONS.slice(version, upTo)) {
    const work = step(schema);
    if (!Array.isArray(work)) yield* work as Transition<void>;
    else for (const text of work as readonly string[]) yield* query(text);
  }
  yield* query(`UPDATE ${schema}schema_version SET version = ?`, upTo);
  return "ours";
}

function* exists(sql: string, name: string): Transition<boolean> {
  const rows: readonly Row[] = yield* query(sql, name);
  return rows.length > 0;
}
