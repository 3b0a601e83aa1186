import { existsSync, statSync } from "node:fs";
import { MisuseError, type RegistrationStore } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import {
  backUpPostgres,
  openAuditedPostgresStore,
  openAuditedSqliteStore,
  openPostgresAuditLog,
  openPostgresStore,
  openPostgresWebhookOutbox,
  openSqliteAuditLog,
  openSqliteStore,
  openSqliteWebhookOutbox,
  readPostgresStatus,
  restorePostgres,
  StoreOpenError,
  type AuditLog,
  type BackupContents,
  type DatabaseStatus,
  type WebhookOutbox,
} from "@oauth-dcr/store-sql";
import SqliteDatabase from "libsql";
import pg from "pg";
import { counted, readSealed, writeSealed } from "./backup-lines.js";
import { breakablePool } from "./breakable-pool.js";
import { makeNewFile, requireFile } from "./new-file.js";
import { isPostgresUrl } from "../settings/postgres-url.js";
import { wrong } from "../settings/setting-error.js";
import { backUpSqliteFile, restoreSqliteFile, sqliteFileStatus } from "./sqlite-backup.js";

/**
 * A database as the operator names it. Nothing is opened before it is asked for; what cannot be opened rejects with a
 * StoreOpenError, or with what a PostgreSQL server says that cannot be reached or refuses.
 */
export interface Database {
  /** Where the data is, in words for the operator. */
  readonly place: string;
  /** Whether there is something to open, which opening would make if there is not. */
  exists(): Promise<boolean>;
  openStore(): Promise<RegistrationStore>;
  /** The store with its audit log, which has the event of each change that is committed. */
  openAuditedStore(): Promise<AuditedStore>;
  /** The audit log alone. */
  openAuditLog(): Promise<AuditLog>;
  /** The webhooks that the events of the audit log make. */
  openWebhookOutbox(): Promise<WebhookOutbox>;
  /** Tells once when the store that was opened can never serve again: its file was removed or replaced. */
  onLost(tell: (error: Error) => void): void;
  /** Tells everybody who waits for the store that it failed, where a server can stay silent. The store is no use then. */
  breakOff(): void;
  /**
   * Writes all of it into a new file, and reads that again.
   *
   * @param onProgress is told how many rows are written; SQLite writes the whole in one step
   */
  backUp(file: string, onProgress: (rows: number) => void): Promise<BackupContents>;
  /** Makes it of a backup; only where there is nothing yet. */
  restore(file: string): Promise<BackupContents>;
  /** What it says of itself. Opens no store, so that an older schema stays as it is. */
  status(): Promise<DatabaseStatus>;
  /** Lets go of what was opened. */
  close(): Promise<void>;
}

/** A store with its audit log. */
export interface AuditedStore extends RegistrationStore {
  readonly auditLog: AuditLog;
}

/** How often is looked whether a SQLite file is still there. */
const LOOK_MILLISECONDS = 500;

/** So that a server that stays silent is an error soon, and a request is told to come again. */
const TIMEOUT_MILLISECONDS = 5_000;

/**
 * A PostgreSQL database, a SQLite file, or memory when there is neither.
 *
 * @param queryTimeoutMilliseconds how long a query of PostgreSQL may take
 */
export function databaseAt(
  database: string | undefined,
  queryTimeoutMilliseconds = TIMEOUT_MILLISECONDS,
): Database {
  if (database === undefined) return memory;
  return isPostgresUrl(database) ? postgresAt(database, queryTimeoutMilliseconds) : sqliteAt(database);
}

const noLogInMemory = () => Promise.reject(new Error("there is no audit log in memory"));

const memory: Database = {
  place: "in memory, gone at exit",
  exists: () => Promise.resolve(true),
  openStore: () => Promise.resolve(memoryStore()),
  openAuditedStore: noLogInMemory,
  openAuditLog: noLogInMemory,
  openWebhookOutbox: noLogInMemory,
  onLost: () => undefined,
  breakOff: () => undefined,
  backUp: () => Promise.reject(new Error("there is nothing to back up in memory")),
  restore: () => Promise.reject(new Error("what is restored into memory is gone at once")),
  status: () => Promise.reject(new Error("there is no database in memory")),
  close: () => Promise.resolve(),
};

function sqliteAt(file: string): Database {
  const opened: { close(): void }[] = [];
  let store: RegistrationStore | undefined;
  let watching: NodeJS.Timeout | undefined;

  /** On a connection of its own. The file is read for damage once. */
  async function open<Opened extends { close(): void }>(
    opener: (connection: SqliteDatabase.Database, options: { checkIntegrity: boolean }) => Opened,
  ): Promise<Opened> {
    if (opened.length === 0) await refuseEmpty(file);
    const one = opener(connect(file), { checkIntegrity: opened.length === 0 });
    opened.push(one);
    return one;
  }

  /** A store notices at its next read. Without requests there is none. */
  async function look(tell: (error: Error) => void): Promise<void> {
    try {
      await store?.findClient("");
    } catch (error) {
      if (!(error instanceof StoreOpenError)) return;
      clearInterval(watching);
      tell(error);
    }
  }

  return {
    place: file,
    exists: () => Promise.resolve(existsSync(file)),
    openStore: async () => (store = await open(openSqliteStore)),
    async openAuditedStore() {
      const audited = await open(openAuditedSqliteStore);
      store = audited;
      return audited;
    },
    // Who verifies or prunes reads its events anyway, and a large one would keep a server from its start.
    openAuditLog: () => open((connection) => openSqliteAuditLog(connection, { checkIntegrity: false })),
    // Behind the store, which has read the file for damage; a command reads a few rows.
    openWebhookOutbox: () =>
      open((connection) => openSqliteWebhookOutbox(connection, { checkIntegrity: false })),
    onLost(tell) {
      watching = setInterval(() => void look(tell), LOOK_MILLISECONDS).unref();
    },
    breakOff: () => undefined,
    backUp: (backup) => backUpSqliteFile(file, backup),
    restore: (backup) => restoreSqliteFile(backup, file),
    status: () => Promise.resolve(sqliteFileStatus(file)),
    close() {
      clearInterval(watching);
      for (const one of opened) one.close();
      return Promise.resolve();
    },
  };
}

/**
 * An empty file is not a new one: a disk that was full, or a copy that failed, leaves it where a database was. But another
 * process that starts at the same moment may have made it just now, and fills it soon.
 *
 * @throws StoreOpenError
 */
async function refuseEmpty(file: string): Promise<void> {
  const waitUntil = performance.now() + TIMEOUT_MILLISECONDS;
  while (statSync(file, { throwIfNoEntry: false })?.size === 0) {
    if (performance.now() >= waitUntil) throw new StoreOpenError("empty", file);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS / 10));
  }
}

/** The schema is named in the URL's query, beside what the driver reads there. */
function postgresAt(text: string, queryTimeoutMilliseconds: number): Database {
  const url = new URL(text);
  const schema = url.searchParams.get("schema") ?? "oauth_dcr";
  url.searchParams.delete("schema");
  const pool = new pg.Pool({
    connectionString: url.href,
    connectionTimeoutMillis: TIMEOUT_MILLISECONDS,
    query_timeout: queryTimeoutMilliseconds,
    // A server that stays silent does not answer a goodbye either, and would keep this process from its end.
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is replaced; whoever needs one and gets none hears of it.
  pool.on("error", () => undefined);
  const storePool = breakablePool(pool);
  const patience = { statementTimeoutSeconds: queryTimeoutMilliseconds / 1000 };
  return {
    place: `${url.protocol}//${url.host}${url.pathname}, schema ${schema}`,
    exists: () =>
      named(
        pool
          .query("SELECT FROM pg_namespace WHERE nspname = $1", [schema])
          .then(({ rowCount }) => rowCount === 1),
      ),
    openStore: () => named(openPostgresStore(storePool, { schema, ...patience })),
    openAuditedStore: () =>
      named(openAuditedPostgresStore(storePool, { schema, ...patience, auditPool: pool })),
    openAuditLog: () => named(openPostgresAuditLog(pool, { schema, ...patience })),
    openWebhookOutbox: () => named(openPostgresWebhookOutbox(pool, { schema, ...patience })),
    onLost: () => undefined,
    breakOff: storePool.breakOff,
    backUp: (file, onProgress) =>
      makeNewFile(file, async (temporary) => {
        const lines = counted(backUpPostgres(pool, { schema }), onProgress);
        const contents = await named(writeSealed(temporary, lines));
        for await (const _ of readSealed(temporary)) continue;
        return contents;
      }),
    async restore(file) {
      requireFile(file);
      return named(restorePostgres(pool, readSealed(file), { schema }));
    },
    status: () => named(readPostgresStatus(pool, { schema })),
    close: () => pool.end(),
  };
}

/** A driver says what was wrong, but not with which of the operator's settings. */
async function named<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (cause) {
    if (cause instanceof StoreOpenError) throw cause;
    if (cause instanceof MisuseError) throw wrong("database", `cannot be: ${cause.message}`);
    const { message } = cause as { readonly message?: string };
    throw new Error(`the PostgreSQL of --database (or OAUTH_DCR_DATABASE) cannot be used: ${message ?? ""}`, {
      cause,
    });
  }
}

function connect(file: string): SqliteDatabase.Database {
  try {
    return new SqliteDatabase(file);
  } catch (cause) {
    throw new StoreOpenError("unavailable", file, { cause });
  }
}
