// Servers without any rule: an echo, and one insert a request.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import Database from "libsql";
import pg from "pg";
import { answer, echoed, listen, readText, tellUsage } from "./serve.mjs";

const [kind, place] = process.argv.slice(2);

const kinds = {
  "echo on node:http"() {
    listen(createServer((request, response) => readText(request, (text) => answer(response, echoed(text)))));
  },
  "echo on Hono"() {
    const app = new Hono();
    app.post("/register", async (context) => {
      const metadata = await context.req.json();
      return context.json({ client_id: metadata.client_name, ...metadata }, 201);
    });
    serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => tellUsage(port));
  },
  "one insert, SQLite"() {
    const database = new Database(place);
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE client (id TEXT PRIMARY KEY, metadata TEXT)",
    );
    const insert = database.prepare("INSERT INTO client VALUES (?, ?)");
    listen(
      createServer((request, response) =>
        readText(request, (text) => {
          const body = echoed(text);
          insert.run(randomUUID(), body);
          answer(response, body);
        }),
      ),
    );
  },
  async "one insert, PostgreSQL"() {
    const pool = new pg.Pool({ connectionString: process.env.BENCH_POSTGRES, max: 10 });
    await pool.query(`CREATE SCHEMA ${place}`);
    await pool.query(`CREATE TABLE ${place}.client (id text PRIMARY KEY, metadata jsonb)`);
    const insert = `INSERT INTO ${place}.client VALUES ($1, $2)`;
    listen(
      createServer((request, response) =>
        readText(request, async (text) => {
          const body = echoed(text);
          await pool.query({ name: "insert", text: insert, values: [randomUUID(), body] });
          answer(response, body);
        }),
      ),
    );
  },
};
await kinds[kind]();
