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
 * is gone when the process ends. So a commit counts only if the path still names the file, and its log the log.
 *
 * Looks at nothing on a runtime without `process.getBuiltinModule`.
 *
 * @param file the path; `undefined` for a database in memory, which nobody can remove
 */
export function fileGuard(database: SqliteDatabase, file: string | undefined): FileGuard {
  const fs = fileSystem();
  if (file === undefined || !fs) return { afterCommit: () => undefined, beforeRead: () => undefined };
  const files = [file, `${file}-wal`].map((path) => ({ path, identity: identityOf(path, fs) }));
  let lost: StoreOpenError | undefined;
  let readAt = 0;

  const afterCommit = (): void => {
    const changed = files.find(
      ({ path, identity }) => identity !== undefined && identityOf(path, fs) !== identity,
    );
    // Outside WAL mode, which this connection alone could have left, there is no log.
    if (changed && (changed.path === file || pragma(database, "journal_mode") === "wal")) {
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
  return `${stats.dev}:${stats.ino}${path.endsWith("-wal") || stats.size > 0 ? "" : ":empty"}`;
}
