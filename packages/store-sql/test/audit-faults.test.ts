import Database from "libsql";
import { Pool } from "pg";
import { describe, expect, it } from "vitest";
import {
  openPostgresAuditLog,
  openPostgresStore,
  openSqliteAuditLog,
  openSqliteStore,
  type SqliteAuditLog,
  type SqliteDatabase,
} from "../src/index.js";
import { auditEvent, recordAll } from "./audit-support.js";
import { describeUnless } from "../../../tests/support/services.js";
import { serverPool, stoppingPool, temporarySchemas, noServer } from "./postgres-support.js";
import { client, startChild, temporaryFiles, WITHOUT_SEARCH_IN_SQLITE, withoutSearchIn } from "./support.js";

const pool = await serverPool();
const PROCESSES = 4;
const BURSTS = 25;

async function settled(promises: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) =>
    result.status === "fulfilled" ? "recorded" : (result.reason as { code?: unknown } | undefined)?.code,
  );
}

const many = (count: number) => Array.from({ length: count }, (_, index) => auditEvent(index));
/** Who recorded what, in the order of the chain. */
type Recorded = Readonly<Record<string, readonly number[]>>;

function recordedBy(events: readonly string[]): Recorded {
  const recorded: Record<string, number[]> = {};
  for (const event of events) {
    const { clientId, number } = JSON.parse(event) as { clientId: string; number: number };
    (recorded[clientId] ??= []).push(number);
  }
  return recorded;
}

describe("the audit log in SQLite", () => {
  const newFile = temporaryFiles();

  it(`is one chain of what ${PROCESSES} processes record at once, each in its order`, async () => {
    const file = newFile();
    const names = Array.from({ length: PROCESSES }, (_, index) => `process ${index}`);
    const children = names.map((name) => startChild("append-events.mjs", file, name, String(BURSTS)));
    for (const child of children) expect(await child.nextLine()).toBe("ready");
    for (const child of children) child.process.stdin.write("go\n");
    for (const child of children) expect(await child.nextLine()).toBe("done");
    expect(await Promise.all(children.map(async ({ ended }) => ended))).toEqual(names.map(() => 0));

    const database = new Database(file);
    const log = openSqliteAuditLog(database);
    expect(await log.verify()).toMatchObject({ ok: true, events: PROCESSES * BURSTS * 10 });
    const rows = database.prepare("SELECT event FROM audit_event ORDER BY position").all();
    const inOrder = Array.from({ length: BURSTS * 10 }, (_, index) => index);
    expect(recordedBy(rows.map((row) => (row as { event: string }).event))).toEqual(
      Object.fromEntries(names.map((name) => [name, inOrder])),
    );
    log.close();
  });

  it("lets events that arrive together share a commit, and bounds their number", async () => {
    const database = new Database(newFile());
    let commits = 0;
    const watched: SqliteDatabase = {
      open: true,
      inTransaction: false,
      exec(sql) {
        if (sql === "COMMIT") commits += 1;
        return database.exec(sql);
      },
      prepare: (sql) => database.prepare(sql),
      close: () => database.close(),
    };
    const log = openSqliteAuditLog(watched);
    commits = 0;
    await recordAll(log, many(1000));
    expect(commits).toBe(4);
    expect(await log.verify()).toMatchObject({ ok: true, events: 1000 });
    log.close();
  });

  it.each([
    ["is locked", "SELECT 1", "BEGIN IMMEDIATE", "SQLITE_BUSY"],
    ["cannot be written", "PRAGMA query_only = 1", "SELECT 1", "SQLITE_READONLY"],
    ["is full", "PRAGMA max_page_count = 1", "SELECT 1", "SQLITE_FULL"],
    ["has no table for it", "ALTER TABLE audit_event RENAME TO elsewhere", "SELECT 1", "SQLITE_ERROR"],
  ])(
    "rejects while the database %s, with nothing written, and goes on afterwards",
    async (_what, fault, lock, code) => {
      const file = newFile();
      const database = new Database(file);
      const log: SqliteAuditLog = openSqliteAuditLog(database, { lockTimeoutSeconds: 0 });
      await recordAll(log, many(3));
      const other = new Database(file);
      database.exec(fault);
      other.exec(lock);
      // More than what is left of the last pages.
      const events = many(10).map((event) => ({ ...event, more: "x".repeat(10_000) }));
      expect(await settled(events.map(async (event) => log.record(event)))).toEqual(events.map(() => code));
      if (other.inTransaction) other.exec("COMMIT");
      database.exec("PRAGMA query_only = 0; PRAGMA max_page_count = 1000000");
      if (fault.startsWith("ALTER")) database.exec("ALTER TABLE elsewhere RENAME TO audit_event");
      expect(await log.verify()).toMatchObject({ ok: true, events: 3 });
      await recordAll(log, events);
      expect(await log.verify()).toMatchObject({ ok: true, events: 13 });
      other.close();
      log.close();
    },
  );

  it("comes to a file of the version before, which keeps its clients, whichever opens it first", async () => {
    for (const opener of [openSqliteAuditLog, openSqliteStore]) {
      const file = newFile();
      const store = openSqliteStore(new Database(file));
      await store.createClient(client("old"));
      store.close();
      const before = new Database(file);
      before.exec(`DROP TABLE audit_event; DROP TABLE audit_head; DROP TABLE webhook_endpoint; DROP TABLE webhook_message;
        ${WITHOUT_SEARCH_IN_SQLITE}
        PRAGMA user_version = 3`);
      before.close();
      opener(new Database(file)).close();
      const [upgraded, log] = [openSqliteStore(new Database(file)), openSqliteAuditLog(new Database(file))];
      expect(await upgraded.findClient("old")).toEqual(client("old"));
      await log.record(auditEvent("new"));
      expect(await log.verify()).toMatchObject({ ok: true, events: 1 });
      upgraded.close();
      log.close();
    }
  });

  it.each([
    ["no connection", undefined],
    ["a closed one", () => Object.assign(new Database(newFile()), {})],
  ])("refuses %s under its own name", (_what, make) => {
    const database = make?.();
    database?.close();
    expect(() => openSqliteAuditLog(database as unknown as SqliteDatabase)).toThrow(
      /^openSqliteAuditLog: database/,
    );
  });
});

describeUnless(noServer, "the audit log in PostgreSQL", () => {
  const server = pool!;
  const newSchema = pool ? temporarySchemas(pool) : () => "";
  const transactionsOf = async (schema: string): Promise<number> => {
    const sql = `SELECT count(DISTINCT xmin::text) AS n FROM "${schema}".audit_event`;
    return Number((await server.query<{ n: string }>(sql)).rows[0]?.n);
  };

  it(`is one chain of what ${PROCESSES} pools record at once, each in its order`, async () => {
    const schema = newSchema();
    const pools = Array.from(
      { length: PROCESSES },
      () => new Pool({ host: "127.0.0.1", user: "postgres", database: "test", max: 2 }),
    );
    const patient = { schema, lockTimeoutSeconds: 60, statementTimeoutSeconds: 60 };
    const logs = await Promise.all(pools.map(async (each) => openPostgresAuditLog(each, patient)));
    await Promise.all(
      logs.map(async (log, index) => {
        for (let burst = 0; burst < BURSTS; burst += 1) {
          const numbers = Array.from({ length: 10 }, (_, number) => burst * 10 + number);
          await recordAll(
            log,
            numbers.map((number) => auditEvent(`pool ${index}`, { number })),
          );
        }
      }),
    );
    await Promise.all(pools.map(async (each) => each.end()));
    const log = await openPostgresAuditLog(server, { schema });
    expect(await log.verify()).toMatchObject({ ok: true, events: PROCESSES * BURSTS * 10 });
    const { rows } = await server.query<{ event: string }>(
      `SELECT event FROM "${schema}".audit_event ORDER BY position`,
    );
    const inOrder = Array.from({ length: BURSTS * 10 }, (_, index) => index);
    expect(recordedBy(rows.map(({ event }) => event))).toEqual(
      Object.fromEntries(logs.map((_, index) => [`pool ${index}`, inOrder])),
    );
  });

  it("lets events that arrive during a commit share the next one, and bounds their number", async () => {
    const schema = newSchema();
    const log = await openPostgresAuditLog(server, { schema });
    await recordAll(log, many(1000));
    // The first alone, and then 256, 256, 256 and 231.
    expect(await transactionsOf(schema)).toBe(5);
    expect(await log.verify()).toMatchObject({ ok: true, events: 1000 });
  });

  it("gives up on a lock in time, with nothing written, and goes on afterwards", async () => {
    const schema = newSchema();
    const log = await openPostgresAuditLog(server, { schema, lockTimeoutSeconds: 0.05 });
    await log.record(auditEvent("before"));
    const holder = await server.connect();
    await holder.query(`BEGIN; SELECT 1 FROM "${schema}".audit_head FOR UPDATE`);
    expect(await settled(many(3).map(async (event) => log.record(event)))).toEqual([
      "55P03",
      "55P03",
      "55P03",
    ]);
    await holder.query("ROLLBACK");
    holder.release();
    await recordAll(log, many(3));
    expect(await log.verify()).toMatchObject({ ok: true, events: 4 });
  });

  it("rejects while there is no table for it, with nothing written, and goes on afterwards", async () => {
    const schema = newSchema();
    const log = await openPostgresAuditLog(server, { schema });
    await server.query(`ALTER TABLE "${schema}".audit_event RENAME TO elsewhere`);
    expect(await settled(many(3).map(async (event) => log.record(event)))).toEqual([
      "42P01",
      "42P01",
      "42P01",
    ]);
    await server.query(`ALTER TABLE "${schema}".elsewhere RENAME TO audit_event`);
    await recordAll(log, many(3));
    expect(await log.verify()).toMatchObject({ ok: true, events: 3 });
  });

  it.each(["INSERT INTO", "COMMIT"])(
    "whose connection is ended before a first %s holds nothing twice and nothing by halves",
    async (text) => {
      const schema = newSchema();
      const victims = new Pool({ host: "127.0.0.1", user: "postgres", database: "test", max: 1 });
      victims.on("error", () => undefined);
      let kills = 0;
      let armed = false; // Not while it opens.
      const log = await openPostgresAuditLog(
        stoppingPool(victims, async ({ sql, pid }) => {
          if (!armed || kills === 1 || !sql.startsWith(text)) return;
          kills += 1;
          await server.query("SELECT pg_terminate_backend($1, 60000)", [pid]);
        }),
        { schema },
      );
      armed = true;
      // Before the COMMIT is sent the group is tried again; afterwards nobody knows, and it is not.
      const recording = log.record(auditEvent("event"));
      if (text === "COMMIT") await expect(recording).rejects.toThrow("unknown");
      else await recording;
      expect(kills).toBe(1);
      expect(await log.verify()).toMatchObject({ ok: true, events: text === "COMMIT" ? 0 : 1 });
      await log.record(auditEvent("next"));
      expect(await log.verify()).toMatchObject({ ok: true, events: text === "COMMIT" ? 1 : 2 });
      await victims.end();
    },
  );

  it("comes to a schema of the version before, which keeps its clients, whichever opens it first", async () => {
    for (const opener of [openPostgresAuditLog, openPostgresStore]) {
      const schema = newSchema();
      const store = await openPostgresStore(server, { schema });
      await store.createClient(client("old"));
      await server.query(
        `DROP TABLE "${schema}".audit_event, "${schema}".audit_head, "${schema}".audit_pending,
           "${schema}".webhook_endpoint, "${schema}".webhook_message;
         ${withoutSearchIn(schema)}
         ALTER TABLE "${schema}".quota_shard RENAME TO quota_count; UPDATE "${schema}".schema_version SET version = 1`,
      );
      await opener(server, { schema });
      const upgraded = await openPostgresStore(server, { schema });
      const log = await openPostgresAuditLog(server, { schema });
      expect(await upgraded.findClient("old")).toEqual(client("old"));
      await log.record(auditEvent("new"));
      expect(await log.verify()).toMatchObject({ ok: true, events: 1 });
    }
  });

  it("refuses a schema's name under its own name", async () => {
    await expect(openPostgresAuditLog(server, { schema: "pg_x" })).rejects.toThrow(
      /^openPostgresAuditLog: schema/,
    );
  });
});
