import { PGlite } from "@electric-sql/pglite";
import { registrationStoreContract, registrationStoreRaces } from "@oauth-dcr/contract-tests";
import type { AuditEvent } from "@oauth-dcr/core";
import type { InitialAccessToken } from "@oauth-dcr/core/store";
import fc from "fast-check";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import {
  openAuditedPostgresStore,
  openAuditedSqliteStore,
  openPostgresAuditLog,
  openPostgresStore,
  openSqliteAuditLog,
  openSqliteStore,
  type AuditedPostgresStore,
  type AuditedSqliteStore,
  type PostgresPool,
} from "../src/index.js";
import { auditEvent } from "./audit-support.js";
import { pglitePool, serverPool, temporarySchemas } from "./postgres-support.js";
import { client, temporaryFiles } from "./support.js";

type AuditedStore = AuditedSqliteStore | AuditedPostgresStore;

/** A store, and what a process finds in its log that opens it afterwards: the events, in their order. */
interface Opened {
  readonly store: AuditedStore;
  /** The same data once more, as another process has it. */
  readonly openAgain: () => Promise<AuditedStore>;
  readonly foundEvents: () => Promise<readonly AuditEvent[]>;
  /** The names of the events. */
  readonly found: () => Promise<readonly string[]>;
}

interface Place {
  readonly name: string;
  readonly open: () => Promise<Opened>;
  /** The same without events. */
  readonly openPlain: () => Promise<
    Pick<Opened, "found"> & { readonly store: Omit<AuditedStore, "auditLog"> }
  >;
}

const newFile = temporaryFiles();
const closing: { close(): void }[] = [];
afterAll(() => closing.forEach((each) => each.close()));

function closedLater<T extends { close(): void }>(opened: T): T {
  closing.push(opened);
  return opened;
}

const parsed = (rows: unknown): readonly AuditEvent[] =>
  (rows as { event: string }[]).map(({ event }) => JSON.parse(event) as AuditEvent);

const namesIn = (events: () => Promise<readonly AuditEvent[]>) => async (): Promise<readonly string[]> =>
  (await events()).map((event) => ("clientId" in event && event.clientId) || "");

function sqlitePlace(): Place {
  const eventsIn = (file: string) => async (): Promise<readonly AuditEvent[]> => {
    const log = closedLater(openSqliteAuditLog(new Database(file)));
    expect(await log.verify()).toMatchObject({ ok: true });
    return parsed(new Database(file).prepare("SELECT event FROM audit_event ORDER BY position").all());
  };
  return {
    name: "SQLite",
    open() {
      const file = newFile();
      const open = () => closedLater(openAuditedSqliteStore(new Database(file)));
      return Promise.resolve({
        store: open(),
        openAgain: () => Promise.resolve(open()),
        foundEvents: eventsIn(file),
        found: namesIn(eventsIn(file)),
      });
    },
    openPlain() {
      const file = newFile();
      return Promise.resolve({
        store: closedLater(openSqliteStore(new Database(file))),
        found: namesIn(eventsIn(file)),
      });
    },
  };
}

interface Postgres {
  readonly pool: PostgresPool;
  readonly newSchema: () => string;
}

function postgresPlace(name: string, { pool, newSchema }: Postgres): Place {
  const eventsIn = (schema: string) => async (): Promise<readonly AuditEvent[]> => {
    const log = await openPostgresAuditLog(pool, { schema });
    expect(await log.verify()).toMatchObject({ ok: true });
    const asked = await pool.connect();
    const { rows } = await asked.query(`SELECT event FROM "${schema}".audit_event ORDER BY position`);
    asked.release();
    return parsed(rows);
  };
  return {
    name,
    async open() {
      const schema = newSchema();
      const patience = { lockTimeoutSeconds: 60, statementTimeoutSeconds: 60 };
      const open = () => openAuditedPostgresStore(pool, { schema, ...patience });
      return {
        store: await open(),
        openAgain: open,
        foundEvents: eventsIn(schema),
        found: namesIn(eventsIn(schema)),
      };
    },
    async openPlain() {
      const schema = newSchema();
      return { store: await openPostgresStore(pool, { schema }), found: namesIn(eventsIn(schema)) };
    },
  };
}

const pglite = new PGlite();
afterAll(async () => pglite.close());
let schemas = 0;
const onPglite = { pool: pglitePool(pglite), newSchema: () => `audited_${(schemas += 1)}` };
const server = await serverPool();
const onServer = server && { pool: server, newSchema: temporarySchemas(server) };
const PLACES = [
  sqlitePlace(),
  postgresPlace("PGlite", onPglite),
  ...(onServer ? [postgresPlace("PostgreSQL", onServer)] : []),
];

const NOW = 1_790_000_000;
const token: InitialAccessToken = {
  id: "token",
  tokenHash: "hash",
  issuedAt: NOW,
  expiresAt: NOW + 60,
  usesLeft: 1,
  constraints: {},
};
const expired = (clientId: string) => ({ ...client(clientId), expiresAt: NOW - 1 });

/** Makes every change there is, once, and then each of them where it is refused. */
async function changeEverything(store: Omit<AuditedStore, "auditLog">): Promise<void> {
  const event = (name: string) => [auditEvent(name)];
  const spendInitialAccessToken = { id: "token", at: NOW };
  for (const name of ["done", "refused"]) {
    const of = (what: string) => event(`${what} ${name}`);
    await store.createInitialAccessToken(token, of("issued")).catch(() => undefined);
    await store.createClient(
      { ...client(`a ${name}`), fingerprint: "f" },
      { spendInitialAccessToken, auditEvents: [...of("created"), ...of("spent")] },
    );
    await store.createClient(
      { ...client(`b ${name}`), quotaKeys: ["k"] },
      { quotas: [{ key: "k", limit: 1 }], auditEvents: of("counted") },
    );
    await store.createClient(client("c"), { auditEvents: of("alone") });
    await store.replaceClient({ ...client("c"), version: 2 }, 1, of("replaced"));
    await store.changeClientStatus("c", { from: ["active"], to: "disabled" }, of("disabled"));
    await store.createClient(expired(`d ${name}`));
    const sweep = [`d ${name}`, "c", "nobody"];
    await store.deleteExpiredClients(sweep, NOW, [...of("swept"), ...event("kept"), ...event("nobody")]);
    await store.revokeInitialAccessToken(name === "done" ? "token" : "unknown", NOW, of("revoked"));
    await store.deleteClient("a done", of("deleted"));
  }
}

const DONE = [
  ...["issued", "created", "spent", "counted", "alone", "replaced", "disabled", "swept", "revoked"].map(
    (what) => `${what} done`,
  ),
  "deleted done",
  // Not refused, as another client has expired meanwhile.
  "swept refused",
];

describe.each(PLACES)("a store with its audit log in $name", ({ open, openPlain }) => {
  it("commits each change with its events, and a refused change without", async () => {
    const { store, found } = await open();
    await changeEverything(store);
    expect(await found()).toEqual(DONE);
  });

  it("has an event once that its sink gets too, and one that belongs to no change", async () => {
    const { store, found } = await open();
    const auditEvents = [auditEvent("registered")];
    await Promise.all([
      store.createClient(client("registered"), { auditEvents }),
      store.auditLog.record(auditEvent("apart")),
    ]);
    await store.auditLog.record(auditEvents[0]!);
    expect((await found()).toSorted()).toEqual(["apart", "registered"]);
  });

  it("has an event from its sink whose change failed", async () => {
    const { store, found } = await open();
    const auditEvents = [auditEvent("again")];
    await store.createClient(client("same"));
    expect(await store.createClient(client("same"), { auditEvents })).toEqual({
      outcome: "duplicate_client_id",
    });
    await store.auditLog.record(auditEvents[0]!);
    expect(await found()).toEqual(["again"]);
  });

  it("chains what many write at once, each once", async () => {
    const { store, found } = await open();
    const names = Array.from({ length: 600 }, (_, index) => `client ${index}`).sort();
    await Promise.all(
      names.map(async (name) => {
        const auditEvents = [auditEvent(name)];
        await store.createClient(client(name), { auditEvents });
        await store.auditLog.record(auditEvents[0]!);
      }),
    );
    expect(await store.auditLog.verify()).toMatchObject({ ok: true, events: 600 });
    expect((await found()).toSorted()).toEqual(names);
  });

  it("takes no events where it was opened without a log", async () => {
    const { store, found } = await openPlain();
    await changeEverything(store);
    expect(await found()).toEqual([]);
  });
});

registrationStoreContract(
  { describe, it, expect },
  { name: "SQLite, with its log", createStore: async () => (await PLACES[0]!.open()).store },
);
registrationStoreContract(
  { describe, it, expect },
  { name: "PGlite, with its log", createStore: async () => (await PLACES[1]!.open()).store },
);

// Two processes on the same data, each with its own view of the log.
for (const { name, open } of PLACES) {
  const places = new WeakMap<object, Opened>();
  const placeOf = (store: object): Opened => {
    const opened = places.get(store);
    if (!opened) throw new Error("not a store of this race");
    return opened;
  };
  registrationStoreRaces({ describe, it, expect }, fc, {
    name: `${name}, with its log, in two processes`,
    runs: name === "PostgreSQL" ? 5 : 15,
    async createStore() {
      const opened = await open();
      places.set(opened.store, opened);
      return opened.store;
    },
    openAgain: async (store) => placeOf(store).openAgain(),
    committedEvents: async (store) => placeOf(store).foundEvents(),
  });
}
