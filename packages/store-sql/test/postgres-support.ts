import { PGlite } from "@electric-sql/pglite";
import { Pool } from "pg";
import { afterAll } from "vitest";
import type { PostgresClient, PostgresPool } from "../src/index.js";

/** A pool of the server on this machine; `undefined`, with the reason on the console, if there is none. */
export async function serverPool(size = 10): Promise<Pool | undefined> {
  const pool = new Pool({ host: "127.0.0.1", user: "postgres", database: "test", max: size });
  pool.on("error", () => undefined); // Some tests break connections.
  try {
    await pool.query("SELECT 1");
  } catch (error) {
    console.log(`skipped: no PostgreSQL on 127.0.0.1:5432 (${String(error)})`);
    await pool.end();
    return undefined;
  }
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

/** The same pool, which waits for `stop` before each statement that begins with `text`. */
export function stoppingPool(inner: Pool, text: string, stop: (pid: number) => Promise<void>): PostgresPool {
  return {
    async connect() {
      const taken = await inner.connect();
      return {
        async query(sql, values) {
          if (sql.trimStart().startsWith(text))
            await stop((taken as unknown as { processID: number }).processID);
          return taken.query(sql, values);
        },
        release: (error) => taken.release(error),
        on: (event, listener) => taken.on(event, listener),
        removeListener: (event, listener) => taken.removeListener(event, listener),
      };
    },
  };
}
