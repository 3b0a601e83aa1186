import type { Socket } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { Pool, type PoolConfig } from "pg";
import { afterAll } from "vitest";
import { missing } from "../../../tests/support/services.js";
import {
  openPostgresStore,
  type OpenPostgresStoreOptions,
  type PostgresClient,
  type PostgresPool,
  type PostgresStore,
} from "../src/index.js";

export const SERVER = { host: "127.0.0.1", user: "postgres", database: "test" };

/** Why there is no server on this machine; `undefined` if there is one. */
export const noServer = await missing("postgresql");

/** A pool of the server on this machine; `undefined` if there is none. */
export async function serverPool(options: PoolConfig = {}): Promise<Pool | undefined> {
  if (noServer !== undefined) return undefined;
  const pool = new Pool({ ...SERVER, ...options });
  pool.on("error", () => undefined); // Some tests break connections.
  await pool.query("SELECT 1");
  return pool;
}

/** Names schemas of this process's own, which are gone when its tests are over. Ends the pool then. */
export function temporarySchemas(pool: Pool): () => string {
  const names: string[] = [];
  afterAll(async () => {
    for (const name of names) await pool.query(`DROP SCHEMA IF EXISTS "${name}" CASCADE`);
    await pool.end();
  });
  return () => {
    names.push(`test_${process.pid}_${names.length}_${Math.random().toString(36).slice(2, 8)}`);
    return names.at(-1) ?? "";
  };
}

/** PGlite has one connection: who wants it waits until the one before has released it. */
export function pglitePool(database: PGlite): PostgresPool {
  let last = Promise.resolve();
  return {
    async connect() {
      const before = last;
      let release: PostgresClient["release"] = () => undefined;
      last = new Promise((resolve) => (release = () => resolve()));
      await before;
      const query: PostgresClient["query"] = async (text, values) =>
        values
          ? database.query(text, values)
          : { rows: (await database.exec(text)).flatMap(({ rows }) => rows) };
      return { query, release };
    },
  };
}

/** What a connection is about to be asked. */
export interface Asked {
  readonly sql: string;
  /** The process of the server behind it. */
  readonly pid: number;
  readonly socket: Socket;
}

/** The same pool, which waits for `stop` before each statement. */
export function stoppingPool(
  inner: Pool,
  stop: (asked: Asked) => Promise<unknown> | undefined,
): PostgresPool {
  return {
    async connect() {
      const taken = await inner.connect();
      const { processID: pid, connection } = taken as unknown as {
        readonly processID: number;
        readonly connection: { readonly stream: Socket };
      };
      return {
        async query(sql, values) {
          await stop({ sql: sql.trimStart(), pid, socket: connection.stream });
          return taken.query(sql, values);
        },
        release: (error) => taken.release(error),
        on: (event, listener) => taken.on(event, listener),
        removeListener: (event, listener) => taken.removeListener(event, listener),
      };
    },
  };
}

/** A store that waits for `stop` before each of its statements, once it is open. */
export async function stoppingStore(
  inner: Pool,
  stop: (asked: Asked) => Promise<unknown> | undefined,
  options: OpenPostgresStoreOptions,
): Promise<PostgresStore> {
  let isOpen = false;
  const store = await openPostgresStore(
    stoppingPool(inner, (asked) => (isOpen ? stop(asked) : undefined)),
    options,
  );
  isOpen = true;
  return store;
}

/** Is done once a process of the server waits for a lock that the process `pid` has. */
export async function somebodyWaitsFor(pid: number, server: Pool): Promise<void> {
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))";
  while ((await server.query(waiting, [pid])).rows.length === 0);
}

/** How many clients each pool counts. */
export async function countsIn(schema: string, server: Pool): Promise<Readonly<Record<string, number>>> {
  const { rows } = await server.query<{ quota_key: string; clients: string }>(
    `SELECT quota_key, sum(clients) AS clients FROM "${schema}".quota_shard GROUP BY quota_key`,
  );
  return Object.fromEntries(rows.map(({ quota_key, clients }) => [quota_key, Number(clients)]));
}
