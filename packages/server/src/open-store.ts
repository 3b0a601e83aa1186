import { existsSync } from "node:fs";
import type { RegistrationStore } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import { openPostgresStore, openSqliteStore, StoreOpenError } from "@oauth-dcr/store-sql";
import Database from "libsql";
import pg from "pg";

/** A store, and how to let go of it. */
export interface OpenStore {
  readonly store: RegistrationStore;
  /** Where the data is, in words for the operator. */
  readonly place: string;
  close(): Promise<void>;
}

/** So that a server that stays silent is an error soon, and a request is told to come again. */
const TIMEOUT_MILLISECONDS = 5_000;

/**
 * Opens a PostgreSQL database, a SQLite file, or memory when there is neither.
 *
 * @throws StoreOpenError, or the error of a PostgreSQL server that cannot be reached or refuses
 */
export async function openStore(database: string | undefined): Promise<OpenStore> {
  if (database === undefined) {
    return { store: memoryStore(), place: "in memory, gone at exit", close: () => Promise.resolve() };
  }
  if (isPostgres(database)) return openPostgres(database);
  const store = openSqliteStore(connect(database));
  return {
    store,
    place: database,
    close() {
      store.close();
      return Promise.resolve();
    },
  };
}

/** Whether there is something to open, as far as that can be told without opening it. */
export function mayExist(database: string): boolean {
  return isPostgres(database) || existsSync(database);
}

export function isPostgres(database: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(database);
}

/** The schema is named in the URL's query, beside what the driver reads there. */
async function openPostgres(text: string): Promise<OpenStore> {
  const url = new URL(text);
  const schema = url.searchParams.get("schema") ?? undefined;
  url.searchParams.delete("schema");
  const pool = new pg.Pool({
    connectionString: url.href,
    connectionTimeoutMillis: TIMEOUT_MILLISECONDS,
    query_timeout: TIMEOUT_MILLISECONDS,
    // A server that stays silent does not answer a goodbye either, and would keep this process from its end.
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is replaced; whoever needs one and gets none hears of it.
  pool.on("error", () => undefined);
  try {
    const store = await openPostgresStore(pool, schema === undefined ? {} : { schema });
    const place = `${url.protocol}//${url.host}${url.pathname}, schema ${schema ?? "oauth_dcr"}`;
    return { store, place, close: () => pool.end() };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

function connect(file: string): Database.Database {
  try {
    return new Database(file);
  } catch (cause) {
    throw new StoreOpenError("unavailable", file, { cause });
  }
}
