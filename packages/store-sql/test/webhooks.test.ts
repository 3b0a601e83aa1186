import type { WebhookMessage } from "@oauth-dcr/core/webhooks";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../tests/support/seeded-random.js";
import { describeUnless } from "../../../tests/support/services.js";
import {
  backUpPostgres,
  openPostgresAuditLog,
  openPostgresWebhookOutbox,
  restorePostgres,
} from "../src/index.js";
import { auditEvent, recordAll } from "./audit-support.js";
import { noServer, SERVER, serverPool, temporarySchemas } from "./postgres-support.js";
import { temporaryFiles } from "./support.js";
import {
  delivererOf,
  pgliteOutboxes,
  serverOutboxes,
  sqliteOutboxes,
  type OutboxDatabase,
} from "./webhook-support.js";

const NOW = 1_790_000_000;
const DAY = 86_400_000;
const SEED = Number(process.env["WEBHOOK_SEED"] ?? Date.now() % 1_000_000_007);
const clock = () => ({ now: NOW * 1000 });

/** An event of a client at an instant, so that the order can be told. */
function eventAt(client: string, second: number) {
  return auditEvent(client, { at: new Date((NOW + second) * 1000).toISOString() });
}

function outboxTests(database: OutboxDatabase): void {
  it("delivers what is recorded from now on, and a new endpoint gets nothing older", async () => {
    const { log, outbox } = await database.open();
    await log.record(auditEvent("old"));
    const { taken, deliverAll } = delivererOf(await (await outbox()).openQueue("test"), () => 200, clock());
    await recordAll(log, [auditEvent("a"), auditEvent("b", { type: "client_read" }), auditEvent("c")]);
    await deliverAll();
    expect(taken.map(({ client }) => client).sort()).toEqual(["a", "c"]);
    expect(new Set(taken.map(({ id }) => id)).size).toBe(2);
    for (const { id } of taken) expect(id).toMatch(/^msg_[0-9a-f]{32}$/);
  });

  it("delivers with another process what was recorded before the first one was killed", async () => {
    const { log, outbox, run } = await database.open();
    const dying = await (await outbox()).openQueue("test");
    await recordAll(log, [auditEvent("a"), auditEvent("b")]);
    const request = { holder: "dying", leaseSeconds: 1000, now: NOW, limit: 8 };
    expect((await dying.next(request))?.events).toHaveLength(2);

    const { taken, deliverAll } = delivererOf(await (await outbox()).openQueue("test"), () => 200, clock());
    await deliverAll();
    expect(taken).toEqual([]);
    await run("UPDATE webhook_endpoint SET lease_expires_at = 0 RETURNING endpoint");
    await deliverAll();
    expect(taken.map(({ client }) => client).sort()).toEqual(["a", "b"]);

    const late = { cursor: 2, delivered: [], waiting: [], dead: [], now: NOW, retryAll: false };
    expect(await dying.settle("dying", { ...late, cursor: 99 })).toBeUndefined();
    expect(await run("SELECT position FROM webhook_endpoint")).toEqual([
      expect.objectContaining({
        position: expect.toSatisfy((position) => Number(position) === 2) as unknown,
      }),
    ]);
  });

  it("lets another process go on at once when the first one ends well", async () => {
    const { log, outbox } = await database.open();
    const first = delivererOf(await (await outbox()).openQueue("test"), () => 200, clock());
    await log.record(auditEvent("a"));
    await first.deliverAll();
    await log.record(auditEvent("b"));
    await first.delivery.close();
    const second = delivererOf(await (await outbox()).openQueue("test"), () => 200, clock());
    await second.deliverAll();
    expect(second.taken.map(({ client }) => client)).toEqual(["b"]);
  });

  it("goes on after a rest with a lease of its own, and extends it", async () => {
    const { outbox, run } = await database.open();
    const queue = await (await outbox()).openQueue("test");
    const request = { holder: "one", leaseSeconds: 20, now: NOW, limit: 8 };
    expect(await queue.next(request)).toBeDefined();
    await run("UPDATE webhook_endpoint SET lease_expires_at = lease_expires_at - 10 RETURNING endpoint");
    expect(await queue.next(request)).toBeDefined();
    await run("UPDATE webhook_endpoint SET lease_expires_at = lease_expires_at - 15 RETURNING endpoint");
    expect(await queue.next({ ...request, holder: "other" })).toBeUndefined();
  });

  it("keeps the endpoints apart: one that takes nothing holds up no other", async () => {
    const { log, outbox } = await database.open();
    const opened = await outbox();
    const dead = delivererOf(await opened.openQueue("dead"), () => 500, clock());
    const live = delivererOf(await opened.openQueue("live"), () => 200, clock());
    await recordAll(log, [auditEvent("a"), auditEvent("b")]);
    await Promise.all([dead.deliverAll(), live.deliverAll()]);
    expect(live.taken).toHaveLength(2);
    expect(dead.taken).toHaveLength(0);
  });

  it(`loses nothing and keeps each client's order, whatever fails (WEBHOOK_SEED=${SEED})`, async () => {
    const random = seededRandom(SEED);
    const { log, outbox } = await database.open();
    const time = clock();
    const answer = (): number => (random() < 0.25 ? 500 : 200);
    const recorded: { client: string; at: string }[] = [];
    let one = delivererOf(await (await outbox()).openQueue("test"), answer, time);
    const all: { client: string; at: string }[] = [];
    for (let second = 0; second < 60; second += 1) {
      const event = eventAt(`c${Math.floor(random() * 5)}`, second);
      await log.record(event);
      recorded.push({ client: String(event.clientId), at: event.at });
      if (random() < 0.5) await one.deliverAll();
      if (random() < 0.2) {
        await one.delivery.close();
        all.push(...one.taken);
        one = delivererOf(await (await outbox()).openQueue("test"), answer, time);
      }
      time.now += Math.floor(random() * 60_000);
    }
    // Twelve failures of one message in a row are as good as impossible.
    for (let i = 0; i < 60; i += 1, time.now += DAY / 4) await one.deliverAll();
    all.push(...one.taken);
    expect((await (await outbox()).listDead()).messages).toEqual([]);
    for (const name of ["c0", "c1", "c2", "c3", "c4"]) {
      const of = (list: { client: string; at: string }[]) =>
        list.flatMap(({ client, at }) => (client === name ? [at] : []));
      expect(of(all)).toEqual(of(recorded));
    }
  });

  it("lists what was given up page by page, and delivers it when told", async () => {
    const { log, outbox } = await database.open();
    const opened = await outbox();
    const time = clock();
    let isBroken = true;
    const queue = await opened.openQueue("test");
    const { taken, deliverAll } = delivererOf(queue, () => (isBroken ? 400 : 200), time);
    await recordAll(
      log,
      Array.from({ length: 150 }, (_, index) => auditEvent(`c${index}`)),
    );
    for (let i = 0; i < 16; i += 1, time.now += DAY / 4) await deliverAll();

    const first = await opened.listDead();
    const second = await opened.listDead(first.next);
    const third = await opened.listDead(second.next);
    expect([first, second, third].map(({ messages }) => messages.length)).toEqual([100, 50, 0]);
    expect(third.next).toBeUndefined();
    const [one] = second.messages;
    expect(one).toMatchObject({ endpoint: "test", attempts: 12, problem: "status 400", position: 101 });
    expect(JSON.parse(one!.body)).toMatchObject({ type: "client.disabled" });

    isBroken = false;
    expect(await opened.redeliver("msg_unknown")).toBe(0);
    expect(await opened.redeliver(one!.id)).toBe(1);
    await deliverAll();
    expect(taken.map(({ id }) => id)).toEqual([one!.id]);
    expect(await opened.redeliver()).toBe(149);
    await deliverAll();
    expect(new Set(taken.map(({ id }) => id)).size).toBe(150);
    expect((await opened.listDead()).messages).toEqual([]);
  });

  it("keeps 10,000 dead messages of an endpoint, the newest, and tells how many were discarded", async () => {
    const { outbox, run } = await database.open();
    const queue = await (await outbox()).openQueue("test");
    const request = { holder: "one", leaseSeconds: 1000, now: NOW, limit: 8 };
    await queue.next(request);
    const dead = Array.from({ length: 10_003 }, (_, index): WebhookMessage & { problem: string } => {
      return {
        position: index + 1,
        id: `msg_${index}`,
        lane: "",
        body: "{}",
        attempts: 12,
        problem: "status 500",
      };
    });
    const settled = { cursor: 0, delivered: [], waiting: [], now: NOW, retryAll: false };
    expect(await queue.settle("one", { ...settled, dead })).toBe(3);
    const [row] = await run("SELECT min(position) AS oldest, count(*) AS messages FROM webhook_message");
    expect(Object.values(row!).map(Number)).toEqual([4, 10_000]);
  });

  it("tells how many events were pruned from the log before they were delivered", async () => {
    const { log, outbox } = await database.open();
    const queue = await (await outbox()).openQueue("test");
    await recordAll(log, [eventAt("a", 0), eventAt("b", 1), eventAt("c", 100)]);
    await log.prune({ before: NOW + 50 });
    const { taken, errors, deliverAll } = delivererOf(queue, () => 200, clock());
    await deliverAll();
    expect(taken.map(({ client }) => client)).toEqual(["c"]);
    expect(errors).toEqual(["webhooks of test: 0 attempts failed, 0 messages are dead, 2 are lost"]);
  });

  it("does not stop at an event that somebody changed in the database", async () => {
    const { log, outbox, run } = await database.open();
    const { taken, deliverAll } = delivererOf(await (await outbox()).openQueue("test"), () => 200, clock());
    await recordAll(log, [auditEvent("a"), auditEvent("b"), auditEvent("c")]);
    await run("UPDATE audit_event SET event = 'x' WHERE position = 1 RETURNING position");
    await run("UPDATE audit_event SET event = 'null' WHERE position = 2 RETURNING position");
    await deliverAll();
    expect(taken.map(({ client }) => client)).toEqual(["c"]);
  });

  it.each(["", "a b", "x".repeat(101), "a:b"])("refuses an endpoint with the name %j", async (name) => {
    const { outbox } = await database.open();
    await expect((await outbox()).openQueue(name)).rejects.toMatchObject({ code: "ERR_OPTION" });
    await expect((await outbox()).listDead("nonsense")).rejects.toMatchObject({ code: "ERR_OPTION" });
  });
}

const newFile = temporaryFiles();
describe("webhooks on SQLite", () => outboxTests(sqliteOutboxes(newFile)));

function postgresTests(database: OutboxDatabase): void {
  outboxTests(database);

  it("delivers events that a killed process has committed and not chained", async () => {
    const { outbox, run } = await database.open();
    const { taken, deliverAll } = delivererOf(await (await outbox()).openQueue("test"), () => 200, clock());
    const event = JSON.stringify(auditEvent("a"));
    await run(`INSERT INTO audit_pending (event) VALUES ('${event}')`);
    await deliverAll();
    expect(taken.map(({ client }) => client)).toEqual(["a"]);
  });
}

describe("webhooks on PGlite", () => postgresTests(pgliteOutboxes()));

const pool = await serverPool();
describeUnless(noServer, "webhooks on PostgreSQL", () => {
  const server = pool!;
  postgresTests(serverOutboxes(server));

  const backupPool = new pg.Pool(SERVER);
  const newSchema = temporarySchemas(backupPool);
  it("are in a backup, with what waits and what is done", async () => {
    const [schema, restored] = [newSchema(), newSchema()];
    const log = await openPostgresAuditLog(server, { schema });
    const queue = await (await openPostgresWebhookOutbox(server, { schema })).openQueue("test");
    await recordAll(log, [auditEvent("a"), auditEvent("b")]);
    await delivererOf(queue, ({ data }) => (data.client_id === "a" ? 200 : 500), clock()).deliverAll();
    await restorePostgres(backupPool, backUpPostgres(backupPool, { schema }), { schema: restored });
    const again = await (await openPostgresWebhookOutbox(server, { schema: restored })).openQueue("test");
    const time = { now: NOW * 1000 + DAY };
    await backupPool.query(`UPDATE "${restored}".webhook_endpoint SET lease_expires_at = 0`);
    const { taken, deliverAll } = delivererOf(again, () => 200, time);
    await deliverAll();
    expect(taken.map(({ client }) => client)).toEqual(["b"]);
  });
});
