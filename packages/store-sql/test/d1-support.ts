import type { D1Database as CloudflareDatabase } from "@cloudflare/workers-types/experimental";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { Miniflare } from "miniflare";
import { afterAll } from "vitest";
import type { D1Database, D1Result, D1Statement } from "../src/d1.js";

/** As many databases as one file of tests may ask for. */
const DATABASES = 200;

/** Runs in workerd: hands what it is sent to the binding of that name. */
const WORKER = `export default {
  async fetch(request, env) {
    const { binding, queries, isBatch } = await request.json();
    const database = env[binding];
    const statements = queries.map(({ sql, values }) => database.prepare(sql).bind(...values));
    try {
      return Response.json(isBatch ? await database.batch(statements) : await statements[0].all());
    } catch (error) {
      return new Response(error.message, { status: 500 });
    }
  },
};`;

interface Sent extends D1Statement {
  readonly query: { readonly sql: string; readonly values: readonly unknown[] };
}

export interface D1Databases {
  /** An empty database. */
  readonly newDatabase: () => D1Database;
  /** The same database, as miniflare lets Node.js use it: each call takes several times as long. */
  readonly bindingOf: (database: D1Database) => Promise<CloudflareDatabase>;
}

/** D1 inside workerd, for one file of tests. */
export async function d1Databases(): Promise<D1Databases> {
  const names = Array.from({ length: DATABASES }, (_, index) => `database-${index}`);
  const miniflare = new Miniflare({
    modules: true,
    // Else it would ask Cloudflare what a request's `cf` could say.
    cf: false,
    script: WORKER,
    compatibilityDate: "2026-01-01",
    d1Databases: names,
  });
  afterAll(async () => miniflare.dispose());
  const url = await miniflare.ready;

  async function send(
    binding: string,
    isBatch: boolean,
    statements: readonly D1Statement[],
  ): Promise<unknown> {
    const queries = (statements as readonly Sent[]).map(({ query }) => query);
    const body = JSON.stringify({ binding, isBatch, queries });
    const [status, answer] = await post(url, body);
    if (status !== 200) throw new Error(answer);
    return JSON.parse(answer);
  }

  const bindings = new Map<D1Database, string>();
  let used = 0;
  return {
    newDatabase() {
      const binding = names[used];
      if (binding === undefined) throw new Error(`there are ${DATABASES} databases`);
      used += 1;
      const prepare = (sql: string, values: readonly unknown[] = []): Sent => {
        const statement: Sent = {
          query: { sql, values },
          bind: (...bound) => prepare(sql, bound),
          all: async () => (await send(binding, false, [statement])) as D1Result,
        };
        return statement;
      };
      const database: D1Database = {
        prepare,
        batch: async (statements) => (await send(binding, true, statements)) as D1Result[],
      };
      bindings.set(database, binding);
      return database;
    },
    bindingOf: async (database) => miniflare.getD1Database(bindings.get(database)!),
  };
}

/** On a connection of its own: workerd closes those that are kept, and may do so while a request is under way. */
async function post(url: URL, body: string): Promise<readonly [status: number | undefined, answer: string]> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent: new Agent({ keepAlive: false }) }, (response) => {
      text(response).then((answer) => resolve([response.statusCode, answer]), reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
