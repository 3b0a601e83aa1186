import { PGlite } from "@electric-sql/pglite";
import type { GivenConsent } from "@oauth-dcr/core/consent";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import {
  backUpPostgres,
  openAuditedPostgresStore,
  openAuditedSqliteStore,
  openPostgresAuditLog,
  openPostgresStore,
  openSqliteStore,
  restorePostgres,
  type PostgresStore,
} from "../src/index.js";
import { auditEvent } from "./audit-support.js";
import { describeUnless } from "../../../tests/support/services.js";
import { noServer, pglitePool, serverPool, somebodyWaitsFor, temporarySchemas } from "./postgres-support.js";
import { client, temporaryFiles } from "./support.js";

const newFile = temporaryFiles();
const database = new PGlite();
const pool = pglitePool(database);
afterAll(async () => database.close());
let schemas = 0;
const newSchema = () => `consents_${(schemas += 1)}`;

const given: GivenConsent = {
  ...{ userId: "u", clientId: "a", destination: "app.example", scopes: ["read"], at: 1_790_000_000 },
};

describe("consents in SQLite", () => {
  it("end with their client also for a connection that looks at no foreign keys and knows no consents", async () => {
    const file = newFile();
    const store = openSqliteStore(new Database(file));
    await store.createClient(client("a"));
    await store.consents.recordConsent(given);
    const stranger = new Database(file);
    stranger.exec("PRAGMA foreign_keys = OFF; DELETE FROM client WHERE client_id = 'a'");
    stranger.close();
    await store.createClient(client("a"));
    expect(await store.consents.findConsent("u", "a")).toBe(undefined);
    store.close();
  });

  it("are the same for two processes, of which one records what the other widens and withdraws", async () => {
    const file = newFile();
    const [one, other] = [openSqliteStore(new Database(file)), openSqliteStore(new Database(file))];
    await one.createClient(client("a"));
    const scopes = Array.from({ length: 20 }, (_, index) => `s${index}`).sort();
    await Promise.all(
      scopes.map(async (scope, index) =>
        (index % 2 ? one : other).consents.recordConsent({ ...given, scopes: [scope] }),
      ),
    );
    expect((await one.consents.findConsent("u", "a"))?.grants[0]?.scopes).toEqual(scopes);
    expect(await other.consents.withdrawConsent("u", "a")).toEqual({ outcome: "withdrawn" });
    expect(await one.consents.findConsent("u", "a")).toBe(undefined);
    one.close();
    other.close();
  });

  it("are committed with their audit event, and events of what was not done are not", async () => {
    const store = openAuditedSqliteStore(new Database(newFile()));
    await store.createClient(client("a"));
    await store.consents.recordConsent(given, [auditEvent("recorded")]);
    await store.consents.recordConsent({ ...given, clientId: "none" }, [auditEvent("not found")]);
    await store.consents.recordConsent({ ...given, consentSince: 1 }, [auditEvent("changed")]);
    await store.consents.withdrawConsent("u", "a", [auditEvent("withdrawn")]);
    await store.consents.withdrawConsent("u", "a", [auditEvent("nothing there")]);
    expect(await store.auditLog.verify()).toMatchObject({ ok: true, events: 2 });
    store.close();
  });
});

describe("a large ledger in SQLite", () => {
  const USERS = 9000;
  async function withLedgers(expiresAt?: number) {
    const file = newFile();
    const connection = new Database(file);
    const store = openSqliteStore(connection);
    await store.createClient({ ...client("a"), ...(expiresAt !== undefined && { expiresAt }) });
    await store.createClient(client("b"));
    for (const clientId of ["a", "b"]) await store.consents.recordConsent({ ...given, clientId });
    connection.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${USERS})
      INSERT INTO consent SELECT 'u' || i, client_id, grants FROM consent, n WHERE user_id = 'u'`);
    const left = (clientId: string) =>
      (
        connection.prepare("SELECT count(*) AS n FROM consent WHERE client_id = ?").get(clientId) as {
          n: number;
        }
      ).n;
    return { file, store, left };
  }

  it.each([
    ["deletes its client", (store: ReturnType<typeof openSqliteStore>) => store.deleteClient("a")],
    [
      "is swept",
      (store: ReturnType<typeof openSqliteStore>) => store.deleteExpiredClients(["a", "b"], 9, []),
    ],
  ])("holds nobody up while one %s, and ends whole", async (_, deletion) => {
    const { store, left } = await withLedgers(9);
    const order: string[] = [];
    const deleting = deletion(store).then(() => order.push("deleted"));
    await store.recordClientUse("b", { at: 1_790_000_001 }).then(() => order.push("used"));
    await deleting;
    expect(order).toEqual(["used", "deleted"]);
    expect([left("a"), left("b")]).toEqual([0, USERS + 1]);
    await store.createClient(client("a"));
    expect((await store.consents.findConsentsForClient("a", { limit: 9 })).consents).toEqual([]);
    store.close();
  });

  it("never shows again where the process ended midway: the client is there until the last of it is gone", async () => {
    const { file, store } = await withLedgers();
    const deletion = store.deleteClient("a").catch(String);
    await store.recordClientUse("b", { at: 1_790_000_001 });
    store.close();
    expect(await deletion).toContain("closed");
    const connection = new Database(file);
    const again = openSqliteStore(connection);
    expect((await again.findClient("a"))?.clientId).toBe("a");
    expect(await again.deleteClient("a")).toEqual({ outcome: "deleted" });
    await again.createClient(client("a"));
    expect(connection.prepare("SELECT count(*) AS n FROM consent WHERE client_id = 'a'").get()).toMatchObject(
      {
        n: 0,
      },
    );
    again.close();
  });
});

describe("consents in PostgreSQL", () => {
  it.each([
    ["deletes its client", (store: PostgresStore) => store.deleteClient("a")],
    ["is swept", (store: PostgresStore) => store.deleteExpiredClients(["a"], 9, [])],
  ])("go in parts where they are many and one %s", async (_, deletion) => {
    const schema = newSchema();
    const store = await openPostgresStore(pool, { schema });
    await store.createClient({ ...client("a"), expiresAt: 9 });
    await store.consents.recordConsent(given);
    await database.exec(`INSERT INTO ${schema}.consent
      SELECT 'u' || i, client_id, grants FROM ${schema}.consent, generate_series(1, 2500) AS i`);
    await deletion(store);
    expect(await store.findClient("a")).toBe(undefined);
    expect((await database.query(`SELECT count(*)::int AS n FROM ${schema}.consent`)).rows).toEqual([
      { n: 0 },
    ]);
  });

  it("are committed with their audit event, and events of what was not done are not", async () => {
    const schema = newSchema();
    const store = await openAuditedPostgresStore(pool, { schema });
    await store.createClient(client("a"));
    await store.consents.recordConsent(given, [auditEvent("recorded")]);
    await store.consents.recordConsent({ ...given, clientId: "none" }, [auditEvent("not found")]);
    await store.consents.withdrawConsent("u", "a", [auditEvent("withdrawn")]);
    await store.consents.withdrawConsent("u", "a", [auditEvent("nothing there")]);
    const log = await openPostgresAuditLog(pool, { schema });
    expect(await log.verify()).toMatchObject({ ok: true, events: 2 });
  });

  it("are in a backup, and end with their clients after it was restored", async () => {
    const [schema, restored] = [newSchema(), newSchema()];
    const store = await openPostgresStore(pool, { schema });
    for (const clientId of ["a", "b"]) {
      await store.createClient(client(clientId));
      await store.consents.recordConsent({ ...given, clientId });
    }
    const lines: string[] = [];
    for await (const line of backUpPostgres(pool, { schema })) lines.push(line);
    await restorePostgres(pool, linesOf(lines), { schema: restored });
    const { consents, ...clients } = await openPostgresStore(pool, { schema: restored });
    expect(await consents.findConsent("u", "a")).toEqual(await store.consents.findConsent("u", "a"));
    await clients.deleteClient("a");
    expect((await consents.findConsentsOfUser("u", { limit: 9 })).consents).toMatchObject([
      { clientId: "b" },
    ]);
  });
});

const server = await serverPool();
describeUnless(noServer, "consents of a PostgreSQL server", () => {
  const names = server && temporarySchemas(server);

  it.each([
    ["is being deleted", "DELETE FROM", "not_found"],
    ["has changed", `UPDATE`, "changed"],
  ])("wait while the client %s, and are then not recorded", async (_what, verb, outcome) => {
    const schema = names!();
    const store = await openPostgresStore(server!, { schema });
    await store.createClient(client("a"));
    const holder = await server!.connect();
    const { rows } = await holder.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    // A change of the store has the row to itself from its first look on.
    await holder.query(`BEGIN; SELECT 1 FROM "${schema}".client FOR UPDATE`);
    const changed = verb === "UPDATE" ? ` SET requirements = '{"consentSince":1}'` : "";
    await holder.query(`${verb} "${schema}".client${changed}`);
    const recording = store.consents.recordConsent(given);
    await somebodyWaitsFor(rows[0]?.pid ?? 0, server!);
    await holder.query("COMMIT");
    holder.release();
    expect(await recording).toEqual({ outcome });
    expect(await store.consents.findConsent("u", "a")).toBe(undefined);
  });
});

it.each(["a\0b", "a\ud800"])("what a table cannot hold is nobody's consent: %j", async (strange) => {
  const store = openSqliteStore(new Database(newFile()));
  await store.createClient(client("a"));
  for (const wrong of [{ userId: strange }, { clientId: strange }, { at: 0.5 }, { consentSince: 0.5 }]) {
    await expect(store.consents.recordConsent({ ...given, ...wrong })).rejects.toThrow(TypeError);
  }
  expect(await store.consents.findConsent(strange, "a")).toBe(undefined);
  expect(await store.consents.withdrawConsent("u", strange)).toEqual({ outcome: "not_found" });
  expect(await store.consents.findConsentsOfUser(strange, { limit: 9 })).toEqual({ consents: [] });
  expect(await store.consents.forgetUser(strange)).toBe(0);
  store.close();
});

async function* linesOf(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}
