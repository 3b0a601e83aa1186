import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { Pool } from "pg";
import { describe, expect, it } from "vitest";
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
        if (/^INSERT INTO \S+client /.test(sql) && (stops += 1) === 1)
          execFileSync(process.execPath, [AWAIT_END, String(pid)]);
        return undefined;
      },
      { schema: newSchema(), statementTimeoutSeconds: 0.2 },
    );
    const counted = { ...client("client"), quotaKeys: ["a"] };
    expect(await store.createClient(counted)).toEqual(CREATED);
    expect(stops).toBe(2);
    await own.end();
  });

  describe("for a client that counts in no pool", () => {
    /** A store, and what it has asked since it was opened. */
    async function asking(
      stop: (sql: string, asked: number, pid: number, socket: Socket) => unknown = () => undefined,
    ) {
      const schema = newSchema();
      const victims = new Pool({ ...SERVER, max: 1 });
      victims.on("error", () => undefined);
      const asked: string[] = [];
      const store = await stoppingStore(
        victims,
        async ({ sql, pid, socket }) => {
          asked.push(sql.split(" ", 1)[0] ?? "");
          await stop(sql, asked.length, pid, socket);
        },
        { schema },
      );
      const rows = async () =>
        Number(
          (await server.query<{ n: string }>(`SELECT count(*) AS n FROM "${schema}".client`)).rows[0]?.n,
        );
      return { store, asked, rows, schema, end: () => victims.end() };
    }

    it("inserts it by one statement", async () => {
      const { store, asked, end } = await asking();
      expect(await store.createClient({ ...client("alone"), fingerprint: "f" })).toEqual(CREATED);
      expect(asked).toEqual(["INSERT"]);
      const again = await store.createClient({ ...client("other"), fingerprint: "f" });
      expect(again).toMatchObject({ outcome: "existing", client: { clientId: "alone" } });
      expect(await store.createClient(client("alone"))).toEqual({ outcome: "duplicate_client_id" });
      await end();
    });

    it("tries again where the connection ends before the statement", async () => {
      const { store, asked, rows, end } = await asking(async (_, count, pid) => {
        if (count === 1) await server.query("SELECT pg_terminate_backend($1, 60000)", [pid]);
      });
      expect(await store.createClient(client("alone"))).toEqual(CREATED);
      expect(asked[0]).toBe("INSERT");
      expect(asked.length).toBeGreaterThan(1);
      expect(await rows()).toBe(1);
      await end();
    });

    it("never takes another client of the same identifier for its own write, also where the connection ends", async () => {
      const { store, schema, end } = await asking(async (_, count, pid) => {
        if (count === 1) await server.query("SELECT pg_terminate_backend($1, 60000)", [pid]);
      });
      const others = await openPostgresStore(server, { schema });
      const first = { ...client("alone"), metadata: { client_name: "another" } };
      await others.createClient(first);
      expect(await store.createClient(client("alone"))).toEqual({ outcome: "duplicate_client_id" });
      expect(await others.findClient("alone")).toEqual(first);
      await end();
    });

    it("knows its own row where the answer was lost behind the statement", async () => {
      const schema = newSchema();
      const others = await openPostgresStore(server, { schema });
      const victims = new Pool({ ...SERVER, max: 1 });
      victims.on("error", () => undefined);
      let inserts = 0;
      const store = await stoppingStore(
        victims,
        ({ sql, socket }) => {
          if (!sql.startsWith("INSERT")) return undefined;
          if ((inserts += 1) === 1) void loseTheAnswer(socket);
          return undefined;
        },
        { schema },
      );
      async function loseTheAnswer(socket: Socket): Promise<void> {
        socket.pause();
        while (!(await others.findClient("alone")));
        socket.destroy();
      }
      expect(await store.createClient(client("alone"))).toEqual(CREATED);
      expect(inserts).toBe(1);
      const { rows } = await server.query<{ n: string }>(`SELECT count(*) AS n FROM "${schema}".client`);
      expect(rows[0]?.n).toBe("1");
      await victims.end();
    });

    it("waits for somebody of the same fingerprint no longer than for any lock", async () => {
      const { store, schema, end } = await asking();
      const holder = await server.connect();
      await store.createClient({ ...client("held"), fingerprint: "f" });
      await holder.query(`BEGIN; DELETE FROM "${schema}".client`);
      try {
        await expect(store.createClient({ ...client("late"), fingerprint: "f" })).rejects.toThrow(
          "lock timeout",
        );
      } finally {
        await holder.query("ROLLBACK");
        holder.release();
      }
      await end();
    });
  });
});
