/** What is wrong with a database that was refused, one code for each remedy. The README lists them. */
export type StoreOpenErrorCode =
  | "ERR_STORE_LOCKED"
  | "ERR_STORE_READ_ONLY"
  | "ERR_STORE_FULL"
  | "ERR_STORE_CORRUPT"
  | "ERR_STORE_NOT_A_DATABASE"
  | "ERR_STORE_FOREIGN_DATABASE"
  | "ERR_STORE_NEWER_SCHEMA"
  | "ERR_STORE_EMPTY"
  | "ERR_STORE_REPLACED"
  | "ERR_STORE_UNAVAILABLE";

/** What is wrong with a database, as far as it tells an operator what to do. */
export type StoreOpenProblem = StoreOpenErrorCode extends `ERR_STORE_${infer Problem}`
  ? Lowercase<Problem>
  : never;

const RESTORE = "restore a backup (docs/storage.md, Backups, says how)";

/** For each problem what is wrong, and what to do about it. */
const PROBLEMS: Readonly<Record<StoreOpenProblem, readonly [wrong: string, remedy: string]>> = {
  locked: [
    "is locked by another process",
    "End what holds it, such as a database shell or a backup, and start again",
  ],
  read_only: [
    "cannot be written",
    "Give this process write permission on the file and on its directory, and open it for writing",
  ],
  full: ["has no room for another client", "Free space on its disk, or raise the limit on its size"],
  corrupt: ["is damaged", `Keep a copy of it for repair, and ${RESTORE}`],
  not_a_database: [
    "is not a SQLite database, or its first page is damaged or encrypted",
    `Check the path; if it is the right file, ${RESTORE}`,
  ],
  foreign_database: [
    "belongs to another program",
    "Check the path or the binding; the store needs a database of its own",
  ],
  newer_schema: [
    "was written by a newer version of this package",
    `Run that version or a later one; to go back, ${RESTORE} from before the upgrade`,
  ],
  empty: [
    "is an empty file, which is no database",
    `If a database was there, ${RESTORE}; for a new database, delete the file`,
  ],
  replaced: [
    "was removed, moved, emptied or replaced while it was open",
    `End this process; put the file back, or ${RESTORE}, before it starts again`,
  ],
  unavailable: [
    "could not be opened",
    "The cause says why; check that its directory exists and that this process may write there",
  ],
};

/**
 * The database cannot be used, or, with `ERR_STORE_REPLACED`, can no longer be used. `message` says what is wrong and what to do, and `cause` is the driver's own error, if there
 * is one.
 */
export class StoreOpenError extends Error {
  /** Stays the same from release to release; the message may change. */
  readonly code: StoreOpenErrorCode;

  /**
   * @param problem what is wrong with the database
   * @param file where the database is, for the message
   * @param options `cause`: the driver's error; `detail`: more than its message says
   */
  constructor(problem: StoreOpenProblem, file: string, options: { cause?: unknown; detail?: string } = {}) {
    const [wrong, remedy] = PROBLEMS[problem];
    const detail = options.detail ?? (options.cause instanceof Error ? options.cause.message : undefined);
    super(
      `The client database ${file} ${wrong}${detail === undefined ? "" : ` (${detail})`}. ${remedy}.`,
      "cause" in options ? { cause: options.cause } : undefined,
    );
    this.name = "StoreOpenError";
    this.code = `ERR_STORE_${problem.toUpperCase() as Uppercase<StoreOpenProblem>}`;
  }
}
