import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { Pool } from "pg";
import { expect, it } from "vitest";
import { openPostgresStore, type PostgresPool } from "../src/index.js";
import { describeUnless } from "../../../tests/support/services.js";
import {
  countsIn,
  SERVER,
  serverPool,
  somebodyWaitsFor,
  stoppingStore,
  temporarySchemas,
  noServer,
} from "./postgres-support.js";
import { client } from "./support.js";

const pool = await serverPool();
const CREATED = { outcome: "created" };
const NOW = 1_790_000_000;
const AWAIT_END = fileURLToPath(new URL("children/await-end.mjs", import.meta.url));

describeUnless(noServer, "PostgreSQL, when connections break", () => {
  const server = pool!;
  const newSchema = pool ? temporarySchemas(pool) : () => "";

  it.each(["INSERT INTO", "COMMIT"])(
    "before a first %s, nothing is there by halves, and the next call works",
    async (text) => {
      const schema = newSchema();
      const victims = new Pool({ ...SERVER, max: 1 });
      victims.on("error", () => undefined);
      let kills = 0;
      const store = await stoppingStore(
        victims,
        async ({ sql, pid }) => {
          if (!sql.startsWith(text) || kills === 1) return;
          kills += 1;
          await server.query("SELECT pg_terminate_backend($1, 60000)", [pid]);
        },
        { schema },
      );
      const added = { ...client("client"), quotaKeys: ["a", "b"] };
      const creating = store.createClient(added, { quotas: [{ key: "a", limit: 5 }] });
      // Before the COMMIT is sent the change is tried again; afterwards nobody knows, and it is not.
      if (text === "COMMIT") await expect(creating).rejects.toThrow("unknown");
      else expect(await creating).toEqual(CREATED);
      expect(kills).toBe(1);
      expect(await store.findClient("client")).toEqual(text === "COMMIT" ? undefined : added);
      expect(await countsIn(schema, server)).toEqual(text === "COMMIT" ? {} : { a: 1, b: 1 });
      expect(await store.createClient(client("next"))).toEqual(CREATED);
      await victims.end();
    },
  );

  it("behind a COMMIT, nobody knows, and what was written stays whole and alone", async () => {
    const schema = newSchema();
    const others = await openPostgresStore(server, { schema });
    const victims = new Pool({ ...SERVER, max: 1 });
    victims.on("error", () => undefined);
    let transactions = 0;
    async function loseTheAnswer(socket: Socket): Promise<void> {
      socket.pause();
      while (!(await others.findClient("client")));
      socket.destroy();
    }
    const store = await stoppingStore(
      victims,
      ({ sql, socket }) => {
        if (sql.startsWith("BEGIN")) transactions += 1;
        if (sql === "COMMIT" && transactions === 1) void loseTheAnswer(socket);
        return undefined;
      },
      { schema },
    );
    const added = { ...client("client"), quotaKeys: ["a"] };
    await expect(store.createClient(added)).rejects.toThrow("unknown");
    expect(transactions).toBe(1);
    expect(await store.findClient("client")).toEqual(added);
    expect(await countsIn(schema, server)).toEqual({ a: 1 });
    expect(await store.createClient(client("next"))).toEqual(CREATED);
    await victims.end();
  });

  it("while reading, the reading is done again", async () => {
    const victims = new Pool({ ...SERVER, max: 1 });
    victims.on("error", () => undefined);
    let kills = 0;
    const store = await stoppingStore(
      victims,
      async ({ sql, pid }) => {
        if (!sql.startsWith("SELECT") || kills === 2) return;
        kills += 1;
        await server.query("SELECT pg_terminate_backend($1, 60000)", [pid]);
      },
      { schema: newSchema() },
    );
    expect(await store.findClient("nobody")).toBe(undefined);
    expect(kills).toBe(2);
    await victims.end();
  });

  it("gives no connection back for use on which an answer is still to come", async () => {
    const schema = newSchema();
    const single = new Pool({ ...SERVER, max: 1, query_timeout: 200 });
    single.on("error", () => undefined);
    const store = await openPostgresStore(single, { schema, lockTimeoutSeconds: 60 });
    await store.createClient(client("held"));
    const holder = await server.connect();
    await holder.query(`BEGIN; SELECT 1 FROM "${schema}".client FOR UPDATE`);
    try {
      await expect(store.recordClientUse("held", { at: NOW })).rejects.toThrow("Query read timeout");
      expect(await store.findClient("held")).toEqual(client("held"));
    } finally {
      await holder.query("ROLLBACK");
      holder.release();
    }
    await single.end();
  });

  it("that nobody answers are waited for once", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    let connections = 0;
    silent.on("connection", (socket) => {
      connections += 1;
      socket.on("error", () => undefined);
    });
    const { port } = silent.address() as AddressInfo;
    const unanswered = new Pool({ ...SERVER, port, connectionTimeoutMillis: 100 });
    let current: PostgresPool = server;
    const store = await openPostgresStore({ connect: () => current.connect() }, { schema: newSchema() });
    current = unanswered;
    await expect(store.createClient(client("client"))).rejects.toThrow("connection timeout");
    await expect(store.findClient("client")).rejects.toThrow("connection timeout");
    expect(connections).toBe(2);
    current = server;
    expect(await store.createClient(client("client"))).toEqual(CREATED);
    await unanswered.end();
    silent.close();
  });

  it("for standing still in the middle of a change, others have its locks, and it begins again", async () => {
    const schema = newSchema();
    const own = new Pool({ ...SERVER, max: 1 });
    own.on("error", () => undefined);
    const others = await openPostgresStore(server, { schema, lockTimeoutSeconds: 60 });
    const counted = (id: string) => ({ ...client(id), quotaKeys: ["total"] });
    const quotas = [{ key: "total", limit: 2 }];
    let other: Promise<unknown> | undefined;
    const store = await stoppingStore(
      own,
      async ({ sql, pid }) => {
        if (other || !/^INSERT INTO \S+client /.test(sql)) return;
        other = others.createClient(counted("other"), { quotas });
        await somebodyWaitsFor(pid, server);
        await other;
      },
      { schema, statementTimeoutSeconds: 0.2 },
    );
    expect(await store.createClient(counted("still"), { quotas })).toEqual(CREATED);
    expect(await other).toEqual(CREATED);
    expect(await countsIn(schema, server)).toEqual({ total: 2 });
    await own.end();
  });

  it("for standing still with all its process, it begins again", async () => {
    const own = new Pool({ ...SERVER, max: 1 });
    own.on("error", () => undefined);
    let stops = 0;
    const store = await stoppingStore(
      own,
      ({ sql, pid }) => {
        // Nothing of this process hears of the end before the statement is sent.
        if (sql.startsWith("INSERT INTO") && (stops += 1) === 1)
          execFileSync(process.execPath, [AWAIT_END, String(pid)]);
        return undefined;
      },
      { schema: newSchema(), statementTimeoutSeconds: 0.2 },
    );
    expect(await store.createClient(client("client"))).toEqual(CREATED);
    expect(stops).toBe(2);
    await own.end();
  });
});
