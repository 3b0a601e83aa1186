import { requireOption } from "../sql/require-option.js";
import { StoreOpenError } from "../sql/store-open-error.js";
import { pragma, type SqliteDatabase } from "../sqlite/database.js";
import { schemaState, SQLITE_MIGRATIONS } from "../sqlite/migrations.js";
import { backupContents, type BackupContents } from "./backup-contents.js";

/**
 * Writes all that a SQLite store has committed into a new file, while others read and write. The file is a database of its
 * own, without a log beside it. It is not synced yet: a power cut may still take it.
 *
 * @param database an open connection to the store's file
 * @param file a path at which there is nothing
 * @throws the driver's error
 * @example
 * ```ts
 * import { backUpSqlite } from "@oauth-dcr/store-sql";
 * import Database from "libsql";
 *
 * backUpSqlite(new Database("clients.sqlite"), "backup.sqlite");
 * ```
 * @see SQLite VACUUM INTO https://www.sqlite.org/lang_vacuum.html#vacuuminto
 */
export function backUpSqlite(database: SqliteDatabase, file: string): void {
  database.prepare("VACUUM INTO ?").run(file);
}

/**
 * Reads a backup of a SQLite store to its end and says what is in it. Changes nothing in the backup. Its tables, indexes and
 * triggers must be exactly those that this package makes in a database of the same version.
 *
 * @param database an open connection to the backup, which may be read-only
 * @param file where it is, for messages
 * @param empty a connection to an empty database, in memory. It is filled with the schema of the backup's version, to compare
 *   with; close it afterwards
 * @throws StoreOpenError for a file that is damaged, is no database of a store, has another schema, or was written by a newer
 *   version
 * @throws MisuseError for an `empty` that is not empty
 * @example
 * ```ts
 * import { verifySqliteBackup } from "@oauth-dcr/store-sql";
 * import Database from "libsql";
 *
 * const backup = new Database("backup.sqlite", { readonly: true });
 * const { clients } = verifySqliteBackup(backup, "backup.sqlite", new Database(":memory:"));
 * ```
 */
export function verifySqliteBackup(
  database: SqliteDatabase,
  file: string,
  empty: SqliteDatabase,
): BackupContents {
  const state = schemaState(database);
  if (state !== "ours") throw new StoreOpenError(state === "empty" ? "foreign_database" : state, file);
  const finding = String(pragma(database, "integrity_check(1)"));
  if (finding !== "ok") throw new StoreOpenError("corrupt", file, { detail: finding });
  const objects = schemaOf(database);
  const detail = difference(objects, expectedSchema(empty, Number(pragma(database, "user_version"))));
  if (detail !== undefined) throw new StoreOpenError("foreign_database", file, { detail });
  const tables = [...objects.values()].filter(({ type }) => type === "table");
  return backupContents(
    Object.fromEntries(
      tables.map(({ name }) => {
        const [row] = database.prepare(`SELECT count(*) AS rows FROM "${name}"`).all();
        return [name, (row as { readonly rows: number }).rows];
      }),
    ),
  );
}

/** A table, index, trigger or view, as SQLite keeps it. */
interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  /** `null` for an index that SQLite makes for a constraint. */
  readonly sql: string | null;
}

/** What ANALYZE leaves behind. Other names that begin with `sqlite_` are compared: somebody may have written them there. */
const STATISTICS = [
  "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
  "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
];

function schemaOf(database: SqliteDatabase): ReadonlyMap<string, SchemaObject> {
  const objects = database
    .prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema")
    .all() as SchemaObject[];
  return new Map(
    objects
      .filter(({ type, sql }) => type !== "table" || !STATISTICS.includes(String(sql)))
      .map((object) => [`${object.type} ${object.name}`, object]),
  );
}

/** The schema that our own steps make. */
function expectedSchema(empty: SqliteDatabase, version: number): ReadonlyMap<string, SchemaObject> {
  requireOption("verifySqliteBackup", schemaState(empty) === "empty", "empty: must be an empty database");
  // A version below 1 is none that we write. It has no steps, and so nothing is like it.
  for (const statement of SQLITE_MIGRATIONS.slice(0, Math.max(0, version)).flat()) empty.exec(statement);
  return schemaOf(empty);
}

/** In words, what makes one schema unlike the expected one. A trigger of somebody else would act on all later clients. */
function difference(
  found: ReadonlyMap<string, SchemaObject>,
  expected: ReadonlyMap<string, SchemaObject>,
): string | undefined {
  for (const [name, { tbl_name, sql }] of found) {
    const ours = expected.get(name);
    if (!ours) return `it has the ${name}`;
    if (ours.tbl_name !== tbl_name || inOneLine(ours.sql) !== inOneLine(sql))
      return `its ${name} is not the one that this program makes`;
  }
  const missing = [...expected.keys()].find((name) => !found.has(name));
  return missing === undefined ? undefined : `it lacks the ${missing}`;
}

const inOneLine = (text: string | null): string | undefined => text?.replace(/\s+/g, " ").trim();
