import type { PostgresClient } from "../postgres/pool.js";

/** @throws Error where something is in the schema, such as a view or a function, which would stay in it */
export async function requireEmpty(client: PostgresClient, schema: string): Promise<void> {
  const { rows } = await client.query(
    `SELECT bool_or(is_table) AS has_tables, string_agg(name, ', ') AS names FROM (
       SELECT relname::text AS name, relkind IN ('r', 'p') AS is_table FROM pg_catalog.pg_class
         WHERE relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)
       UNION ALL SELECT proname::text, false FROM pg_catalog.pg_proc
         WHERE pronamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)
       ORDER BY 2 DESC, 1 LIMIT 3) AS found`,
    [schema],
  );
  const [found] = rows as { readonly has_tables: boolean | null; readonly names: string | null }[];
  if (!found?.names) return;
  const what = found.has_tables === true ? "has tables already" : `is not empty (${found.names})`;
  throw new Error(`the schema ${schema} ${what}; a backup is restored into a new one`);
}

/** The columns of each table. */
export type Columns = ReadonlyMap<string, readonly string[]>;

export async function columnsIn(client: PostgresClient, schema: string): Promise<Columns> {
  const { rows } = await client.query(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = $1",
    [schema],
  );
  const columns = new Map<string, string[]>();
  for (const { table_name, column_name } of rows as { table_name: string; column_name: string }[]) {
    columns.set(table_name, [...(columns.get(table_name) ?? []), column_name]);
  }
  return columns;
}

/**
 * PostgreSQL would take a column that is missing for NULL: a client would never expire, say.
 *
 * @throws Error for a row of a table that the backup's version does not have, or without one of its columns
 */
export function requireColumns(table: string, row: object, columns: Columns): void {
  const missing = columns.get(table)?.find((column) => !Object.hasOwn(row, column));
  if (missing === undefined && columns.has(table)) return;
  throw new Error(
    missing === undefined
      ? `the backup has the table ${table}, which its version does not have`
      : `the backup has a row of ${table} without the column ${missing}`,
  );
}
