// Registration servers of this repository: all checks, audit and a rate limit that nobody reaches.
import { createServer } from "node:http";
import { serve } from "@hono/node-server";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";
import { toHonoHandler } from "@oauth-dcr/hono";
import { toNodeHandler } from "@oauth-dcr/node";
import { openPostgresStore, openSqliteStore } from "@oauth-dcr/store-sql";
import { Hono } from "hono";
import Database from "libsql";
import pg from "pg";
import { listen, tellUsage } from "./serve.mjs";

const [kind, place] = process.argv.slice(2);
let events = 0;

const registration = (store, options = {}) =>
  createClientRegistration({
    ...mcpPreset({ issuer: "http://127.0.0.1", scopes_supported: ["tools:read"] }),
    idempotentRegistration: false,
    // What a preset bounds: who measures registers more than a stranger may.
    ...{ lifecycle: {}, quotas: {}, maxBodyBytes: 65_536 },
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 1e9, windowSeconds: 1 }) }),
    audit: () => void (events += 1),
    store,
    ...options,
  });
const onNode = (store, options) => listen(createServer(toNodeHandler(registration(store, options))));
const postgres = async (options) => {
  const pool = new pg.Pool({ connectionString: process.env.BENCH_POSTGRES, max: 10 });
  onNode(await openPostgresStore(pool, { schema: place }), options);
};

const kinds = {
  "Node.js adapter, memory": () => onNode(memoryStore()),
  "Node.js adapter, memory, idempotent": () => onNode(memoryStore(), { idempotentRegistration: true }),
  "Hono adapter, memory"() {
    const app = new Hono();
    app.post("/register", toHonoHandler(registration(memoryStore())));
    serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => tellUsage(port));
  },
  "Node.js adapter, SQLite": () => onNode(openSqliteStore(new Database(place))),
  "Node.js adapter, PostgreSQL": () => postgres({}),
  "Node.js adapter, PostgreSQL, total quota": () => postgres({ quotas: { total: 1e9 } }),
};
await kinds[kind]();
