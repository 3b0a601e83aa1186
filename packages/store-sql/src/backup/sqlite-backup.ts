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
 * Reads a backup of a SQLite store to its end and says what is in it. Changes nothing.
 *
 * @param database an open connection to the backup, which may be read-only
 * @param file where it is, for messages
 * @throws StoreOpenError for a file that is damaged, is no database of a store, or was written by a newer version
 * @example
 * ```ts
 * import { verifySqliteBackup } from "@oauth-dcr/store-sql";
 * import Database from "libsql";
 *
 * const { clients } = verifySqliteBackup(new Database("backup.sqlite"), "backup.sqlite");
 * ```
 */
export function verifySqliteBackup(database: SqliteDatabase, file: string): BackupContents {
  const state = schemaState(database);
  if (state !== "ours") throw new StoreOpenError(state === "empty" ? "foreign_database" : state, file);
  const finding = String(pragma(database, "integrity_check(1)"));
  if (finding !== "ok") throw new StoreOpenError("corrupt", file, { detail: finding });
  const objects = database
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all() as SchemaObject[];
  const foreign = foreignObject(objects, Number(pragma(database, "user_version")));
  if (foreign)
    throw new StoreOpenError("foreign_database", file, {
      detail: `it has the ${foreign.type} ${foreign.name}`,
    });
  const tables = objects.filter(({ type }) => type === "table");
  return backupContents(
    Object.fromEntries(
      tables.map(({ name }) => {
        const [row] = database.prepare(`SELECT count(*) AS rows FROM "${name}"`).all();
        return [name, (row as { readonly rows: number }).rows];
      }),
    ),
  );
}

interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/** Something that no version up to this one has made. A trigger would go on acting on all later clients. */
function foreignObject(objects: readonly SchemaObject[], version: number): SchemaObject | undefined {
  const made = SQLITE_MIGRATIONS.slice(0, version).flat();
  const isOurs = ({ type, name, sql }: SchemaObject): boolean =>
    type === "trigger"
      ? made.some((statement) => inOneLine(statement) === inOneLine(sql))
      : made.some((statement) => CREATED.exec(statement)?.[1] === name);
  return objects.find((object) => !isOurs(object));
}

const CREATED = /^CREATE (?:UNIQUE )?(?:TABLE|INDEX) (\w+)/;

const inOneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
