import type { StoreOpenProblem } from "../sql/store-open-error.js";

/** What SQLite itself finds wrong with a database. */
type SqliteCondition = Exclude<
  StoreOpenProblem,
  "foreign_database" | "newer_schema" | "empty" | "replaced" | "unavailable"
>;

/**
 * By primary result code and its name. Drivers give one or the other, often as an extended code
 * (`SQLITE_BUSY_RECOVERY`, 261), whose low byte and first word are the primary one.
 * @see https://www.sqlite.org/rescode.html
 */
const CONDITIONS: readonly (readonly [resultCode: number, name: string, condition: SqliteCondition])[] = [
  [5, "SQLITE_BUSY", "locked"],
  [6, "SQLITE_LOCKED", "locked"],
  [8, "SQLITE_READONLY", "read_only"],
  [11, "SQLITE_CORRUPT", "corrupt"],
  [13, "SQLITE_FULL", "full"],
  // The file itself is open by then: what cannot be made is the log beside it, in a directory without the right to.
  [14, "SQLITE_CANTOPEN", "read_only"],
  [26, "SQLITE_NOTADB", "not_a_database"],
];

/** The condition that a driver's error stands for; `undefined` for any other error. */
export function sqliteCondition(error: unknown): SqliteCondition | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, rawCode } = error as { code?: unknown; rawCode?: unknown };
  return CONDITIONS.find(
    ([resultCode, name]) =>
      (typeof rawCode === "number" && (rawCode & 0xff) === resultCode) ||
      (typeof code === "string" && (code === name || code.startsWith(`${name}_`))),
  )?.[2];
}
