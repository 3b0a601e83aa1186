import { requireKnownOptions } from "@oauth-dcr/core";
import { toRow } from "../sql/client-row.js";
import { migrate, schemaState, type SchemaState } from "./migrations.js";
import { SQLITE, sqliteConnection, type SqliteConnection } from "./connection.js";
import { sqliteCondition } from "./condition.js";
import { closeDatabase, pragma, type SqliteDatabase } from "./database.js";
import { fileGuard } from "./file-guard.js";
import { requireOption } from "../sql/require-option.js";
import { statements } from "../sql/statements.js";
import { StoreOpenError } from "../sql/store-open-error.js";
import { transactions, type Transaction } from "./transaction.js";

/** Options of `openSqliteStore`, `openSqliteAuditLog` and `openAuditedSqliteStore`. */
export interface OpenSqliteStoreOptions {
  /** How long opening waits for the lock of another process, in seconds. Blocks the thread. Default: 5. */
  readonly openTimeoutSeconds?: number;
  /**
   * How long a change waits for the lock of another process, in seconds. Blocks nothing. The call rejects with the driver's
   * error afterwards. Default: 2.
   */
  readonly lockTimeoutSeconds?: number;
  /** Reads the whole file when it is opened, and refuses a damaged one. Takes about 1 s a GB. Default: `true`. */
  readonly checkIntegrity?: boolean;
}

/** While serving, a lock may hold the thread this long; the wait proper is asynchronous, in `group-commit.ts`. */
const BUSY_TIMEOUT_MILLISECONDS = 5;

/** More rounds than processes will start at the same moment on a file that is not in WAL mode yet. */
const WAL_ATTEMPTS = 50;

/** As much as one registration can need: the largest body that core reads unless told otherwise. */
const LARGEST_METADATA_BYTES = 65_536;

/**
 * What all openers do: brings the database into the state in which it serves, and hands it to `serve`.
 *
 * @param opener its name, for the messages
 */
export function openSqliteDatabase<Opened>(
  opener: string,
  database: SqliteDatabase,
  options: OpenSqliteStoreOptions,
  serve: (connection: SqliteConnection, lockTimeoutSeconds: number) => Opened,
): Opened {
  const { openTimeoutSeconds, lockTimeoutSeconds, checkIntegrity } = readOptions(opener, options);
  requireOption(
    opener,
    typeof (database as Partial<SqliteDatabase> | undefined)?.prepare === "function",
    "database: give an opened connection, such as new Database(file)",
  );
  requireOption(opener, database.open, "database: is closed already");

  let file = "(in memory)";
  try {
    const path = fileOf(database);
    file = path ?? file;
    database.exec(`PRAGMA busy_timeout = ${Math.round(openTimeoutSeconds * 1000)}`);
    // A commit returns when the disk has it, so that a power cut takes nothing acknowledged.
    database.exec("PRAGMA synchronous = FULL");

    const transaction = transactions(database);
    refuseUnknown(
      transaction(() => schemaState(database), "BEGIN"),
      file,
    );
    if (checkIntegrity) refuseDamaged(database, file);
    enterWalMode(database, transaction, file);
    refuseUnknown(migrate(database, transaction), file);
    tryToRegister(database, transaction);

    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MILLISECONDS}`);
    return serve(sqliteConnection(database, transaction, fileGuard(database, path)), lockTimeoutSeconds);
  } catch (cause) {
    closeDatabase(database);
    if (cause instanceof StoreOpenError) throw cause;
    throw new StoreOpenError(sqliteCondition(cause) ?? "unavailable", file, { cause });
  }
}

function readOptions(opener: string, options: OpenSqliteStoreOptions): Required<OpenSqliteStoreOptions> {
  requireKnownOptions(opener, options, [
    "openTimeoutSeconds",
    "lockTimeoutSeconds",
    "checkIntegrity",
  ] satisfies (keyof OpenSqliteStoreOptions)[]);
  const { openTimeoutSeconds = 5, lockTimeoutSeconds = 2, checkIntegrity = true } = options;
  for (const [name, seconds] of Object.entries({ openTimeoutSeconds, lockTimeoutSeconds })) {
    requireOption(opener, typeof seconds === "number" && seconds >= 0, `${name}: must be 0 or more`);
  }
  requireOption(opener, typeof checkIntegrity === "boolean", "checkIntegrity: must be true or false");
  return { openTimeoutSeconds, lockTimeoutSeconds, checkIntegrity };
}

/** The path of the file, for messages; libsql's connection does not know it. */
function fileOf(database: SqliteDatabase): string | undefined {
  const [main] = database.prepare("PRAGMA database_list").all() as { file?: unknown }[];
  return typeof main?.file === "string" && main.file !== "" ? main.file : undefined;
}

function refuseUnknown(state: SchemaState, file: string): void {
  if (state === "foreign_database" || state === "newer_schema") throw new StoreOpenError(state, file);
}

/** SQLite notices a damaged page when it reads it: better now than when the client on it comes back. */
function refuseDamaged(database: SqliteDatabase, file: string): void {
  const finding = String(pragma(database, "quick_check(1)"));
  if (finding !== "ok") throw new StoreOpenError("corrupt", file, { detail: finding });
}

/**
 * Readers and the writer do not wait for each other in WAL mode, and a commit costs one sync. The mode stays with the
 * file. SQLite does not wait here for another who writes, such as a process that starts at the same moment on the same
 * new file; a transaction does, and then it is our turn.
 */
function enterWalMode(database: SqliteDatabase, transaction: Transaction, file: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const mode = String(pragma(database, "journal_mode = WAL"));
      if (mode === "wal" || mode === "memory") return;
      throw new StoreOpenError("unavailable", file, {
        detail: `its journal mode stays ${mode}; on a network file system it has to`,
      });
    } catch (error) {
      if (sqliteCondition(error) !== "locked" || attempt === WAL_ATTEMPTS) throw error;
      transaction(() => undefined);
    }
  }
}

/** Goes through the motions of a registration: room is there, or the database is refused as full. */
function tryToRegister(database: SqliteDatabase, transaction: Transaction): void {
  const metadata = { client_name: "x".repeat(LARGEST_METADATA_BYTES) };
  transaction(() => {
    database.exec("SAVEPOINT trial");
    database.prepare(statements(SQLITE).insertClient).all(
      ...toRow({
        clientId: "trial",
        clientIdIssuedAt: 0,
        version: 1,
        status: "active",
        requirements: {},
        origin: { source: "open", policies: [] },
        metadata,
      }),
    );
    database.exec("ROLLBACK TO trial");
  });
}
