import { PGlite } from "@electric-sql/pglite";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import { openPostgresAuditLog, openSqliteAuditLog, type PostgresPool } from "../src/index.js";
import {
  auditEvent,
  pgliteAuditLogs,
  postgresAuditLogs,
  recordAll,
  sqliteAuditLogs,
  type AuditDatabase,
} from "./audit-support.js";
import { pglitePool, serverPool } from "./postgres-support.js";
import { temporaryFiles } from "./support.js";

const newFile = temporaryFiles();
const server = await serverPool();
const DATABASES: readonly AuditDatabase[] = [
  sqliteAuditLogs(newFile),
  pgliteAuditLogs(),
  ...(server ? [postgresAuditLogs(server)] : []),
];

describe.each(DATABASES)("the events of a log on $name", ({ open }) => {
  it("are read page by page, the newest first, past those that somebody changed", async () => {
    const { log, run } = await open();
    expect(await log.readEvents({ limit: 4 })).toEqual({ events: [] });
    await recordAll(
      log,
      Array.from({ length: 10 }, (_, index) => auditEvent(`client-${index + 1}`)),
    );
    await run(`UPDATE audit_event SET event = 'no JSON' WHERE position = 9`);
    await run(`UPDATE audit_event SET event = 'null' WHERE position = 8`);
    const pages: (readonly number[])[] = [];
    for (let before: number | undefined; ;) {
      const page = await log.readEvents({ limit: 4, ...(before !== undefined && { before }) });
      pages.push(page.events.map(({ position }) => position));
      for (const { event, position } of page.events)
        expect(event).toMatchObject({ clientId: `client-${position}` });
      before = page.next;
      if (before === undefined) break;
    }
    expect(pages).toEqual([
      [10, 7],
      [6, 5, 4, 3],
      [2, 1],
    ]);
    await expect(log.readEvents({ limit: 0 })).rejects.toThrow("limit");
    await expect(log.readEvents({ limit: 1001 })).rejects.toThrow("limit");
    await expect(log.readEvents({ limit: 1, before: 0 })).rejects.toThrow("before");
  });
});

describe.each(DATABASES)("the history of a client on $name", ({ open }) => {
  it("has its events alone, the newest first, page by page", async () => {
    const { log } = await open();
    const events = Array.from({ length: 30 }, (_, index) =>
      auditEvent(index % 3 === 0 ? "ours" : `other-${index}`, { statusReason: String(index) }),
    );
    await recordAll(log, [...events, auditEvent("", { clientId: undefined })]);
    const reasons: string[] = [];
    const sizes: number[] = [];
    for (let before: number | undefined; ;) {
      const page = await log.readClientHistory("ours", { limit: 4, ...(before && { before }) });
      sizes.push(page.events.length);
      for (const { event, position } of page.events) {
        expect(event).toMatchObject({ type: "client_disabled", clientId: "ours" });
        expect(position).toBe(Number((event as { statusReason?: string }).statusReason) + 1);
        reasons.push((event as { statusReason?: string }).statusReason ?? "");
      }
      before = page.next;
      if (before === undefined) break;
    }
    expect(reasons).toEqual([27, 24, 21, 18, 15, 12, 9, 6, 3, 0].map(String));
    expect(sizes).toEqual([4, 4, 2]);
    expect(await log.readClientHistory("nobody", { limit: 4 })).toEqual({ events: [] });
  });

  it("is of exactly that identifier, whatever characters it has and however long it is", async () => {
    const { log } = await open();
    const long = `https://app.example/${"long/".repeat(200)}`;
    const ids = ['a"b', 'a"c', "a\\b", "a", "ü\u0000x", "'; DROP TABLE audit_event", long, `${long}2`, "'%_"];
    await recordAll(
      log,
      ids.map((id) => auditEvent(id)),
    );
    for (const id of ids) {
      const { events } = await log.readClientHistory(id, { limit: 100 });
      expect(events.map(({ event }) => (event as { clientId: string }).clientId)).toEqual([id]);
    }
    expect(await log.verify()).toMatchObject({ ok: true, events: ids.length });
  });

  it("is read past events that somebody changed into anything else", async () => {
    const { log, run } = await open();
    await recordAll(log, [auditEvent("ours"), auditEvent("ours"), auditEvent("ours"), auditEvent("ours")]);
    await run(`UPDATE audit_event SET event = 'no JSON' WHERE position = 1`);
    await run(`UPDATE audit_event SET event = '{"clientId":"ours"' WHERE position = 2`);
    await run(`UPDATE audit_event SET event = '[{"clientId":"ours"}]' WHERE position = 3`);
    const { events } = await log.readClientHistory("ours", { limit: 100 });
    expect(events.map(({ position }) => position)).toEqual([4]);
  });

  it.each([
    { limit: 0 },
    { limit: 1001 },
    { limit: 1.5 },
    { limit: 10, before: 0 },
    { limit: 10, before: "1" },
  ])("is refused for %j", async (page) => {
    const { log } = await open();
    await expect(log.readClientHistory("a", page as never)).rejects.toMatchObject({ code: "ERR_OPTION" });
  });
});

describe("the history of a client is read by its index", () => {
  it("on SQLite", async () => {
    const database = new Database(newFile());
    const asked: string[] = [];
    const log = openSqliteAuditLog({
      get open() {
        return database.open;
      },
      get inTransaction() {
        return database.inTransaction;
      },
      exec: (sql) => database.exec(sql),
      prepare(sql) {
        asked.push(sql);
        return database.prepare(sql);
      },
      close: () => database.close(),
    });
    await log.readClientHistory("a", { limit: 10 });
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${asked.at(-1) ?? ""}`).all('"a"', 9, 10);
    expect(JSON.stringify(plan)).toMatch(/SEARCH audit_event USING INDEX audit_event_client/);
    expect(JSON.stringify(plan)).not.toMatch(/TEMP B-TREE/);
    log.close();
  });

  it("on PostgreSQL", async () => {
    const database = new PGlite();
    afterAll(async () => database.close());
    const inner = pglitePool(database);
    let asked: readonly [string, unknown[]] = ["", []];
    const pool: PostgresPool = {
      async connect() {
        const client = await inner.connect();
        return {
          ...client,
          query: async (text: string, values?: unknown[]) => {
            if (text.includes("audit_event") && values) asked = [text, values];
            return client.query(text, values);
          },
          release: (error) => client.release(error),
        };
      },
    };
    const log = await openPostgresAuditLog(pool, { schema: "history" });
    await recordAll(
      log,
      Array.from({ length: 500 }, (_, index) => auditEvent(index)),
    );
    await database.exec("ANALYZE history.audit_event");
    expect((await log.readClientHistory("7", { limit: 10 })).events).toHaveLength(1);
    const { rows } = await database.query(`EXPLAIN ${asked[0]}`, asked[1]);
    expect(JSON.stringify(rows)).toMatch(/Index.*audit_event_client/);
    expect(JSON.stringify(rows)).not.toMatch(/Seq Scan/);
  });
});
