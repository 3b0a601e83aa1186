import { StoreOpenError } from "../sql/store-open-error.js";
import { pragma, type SqliteDatabase } from "./database.js";

/** So often at most do reads look at the file. Each commit does. */
const READ_INTERVAL_MILLISECONDS = 250;

/** Notices that the files of an open database are no longer those that its path names. */
export interface FileGuard {
  /** @throws StoreOpenError when they are not; from then on always */
  afterCommit(): void;
  /** The same, at most every 250 ms. */
  beforeRead(): void;
}

/**
 * SQLite goes on in a file that somebody removed or replaced, and in WAL mode nothing tells it. What it then acknowledges
 * is gone when the process ends. So a commit counts only if the path still names the file, its log the log and its index the
 * index, and if the log still has its beginning.
 *
 * Looks at nothing on a runtime without `process.getBuiltinModule`.
 *
 * @param file the path; `undefined` for a database in memory, which nobody can remove
 */
export function fileGuard(database: SqliteDatabase, file: string | undefined): FileGuard {
  const fs = fileSystem();
  if (file === undefined || !fs) return { afterCommit: () => undefined, beforeRead: () => undefined };
  const log = `${file}-wal`;
  // Who opens a database without its index makes another one, and two that write by different indexes lose each other's commits.
  const files = [file, log, `${file}-shm`].map((path) => ({ path, identity: identityOf(path, fs) }));
  let lost: StoreOpenError | undefined;
  let readAt = 0;

  const afterCommit = (): void => {
    const changed =
      files.find(({ path, identity }) => identity !== undefined && identityOf(path, fs) !== identity)?.path ??
      (hasLostItsBeginning(log, fs) ? log : undefined);
    // Outside WAL mode, which this connection alone could have left, there is no log.
    if (changed !== undefined && (changed === file || pragma(database, "journal_mode") === "wal")) {
      lost ??= new StoreOpenError("replaced", file);
    }
    if (lost) throw lost;
  };

  return {
    afterCommit,
    beforeRead() {
      const now = performance.now();
      if (!lost && now - readAt < READ_INTERVAL_MILLISECONDS) return;
      readAt = now;
      afterCommit();
    },
  };
}

/** The little of `node:fs` that is needed. Asked for at run time, so that this package loads where there is none. */
interface FileSystem {
  readonly statSync: (
    path: string,
    options: { throwIfNoEntry: false },
  ) => { readonly dev: number; readonly ino: number; readonly size: number } | undefined;
  readonly openSync: (path: string, flags: "r") => number;
  readonly readSync: (
    descriptor: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => number;
  readonly closeSync: (descriptor: number) => void;
}

function fileSystem(): FileSystem | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => FileSystem | undefined };
  };
  return process?.getBuiltinModule?.("node:fs");
}

/** `undefined` where there is no file. A file that was emptied is another one. */
function identityOf(path: string, { statSync }: FileSystem): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return undefined;
  const mayBeEmpty = path.endsWith("-wal") || path.endsWith("-shm");
  return `${stats.dev}:${stats.ino}${mayBeEmpty || stats.size > 0 ? "" : ":empty"}`;
}

/** The first bytes of a log, of which the last one may be one more. */
const LOG_BEGINNING = [0x37, 0x7f, 0x06, 0x82];

/**
 * Whether somebody emptied a log. SQLite then goes on behind what it had written, so that zeros stand before it, and nobody
 * can read any of it after the process has ended. A log that a checkpoint has emptied gets a new beginning with the next commit.
 *
 * @see SQLite WAL-mode file format, section 2.1 https://www.sqlite.org/walformat.html#the_wal_file_format
 */
function hasLostItsBeginning(log: string, { openSync, readSync, closeSync }: FileSystem): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(log, "r");
  } catch {
    // There is none, or no descriptor is free: that it was removed is seen otherwise.
    return false;
  }
  try {
    const bytes = new Uint8Array(LOG_BEGINNING.length);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    return (
      length > 0 && !LOG_BEGINNING.every((byte, at) => byte === (at < 3 ? bytes[at] : (bytes[at] ?? 0) & ~1))
    );
  } finally {
    closeSync(descriptor);
  }
}
