import type { RegisteredClient, RegistrationStore } from "@oauth-dcr/core";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { openD1Store, StoreOpenError, type D1Database, type D1Statement } from "../src/d1.js";
import { openSqliteStore } from "../src/index.js";
import { SQLITE_MIGRATIONS } from "../src/sqlite/migrations.js";
import { d1Databases } from "./d1-support.js";
import { client, temporaryFiles } from "./support.js";

const { newDatabase, bindingOf } = await d1Databases();
const newFile = temporaryFiles();

const SCHEMA = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";

async function rows(database: D1Database, sql: string): Promise<readonly unknown[]> {
  return (await database.prepare(sql).all()).results;
}

async function schemaOf(database: D1Database): Promise<readonly unknown[]> {
  const found = (await rows(database, SCHEMA)) as { name: string }[];
  return found.filter(({ name }) => !/^_cf_|^schema_version$/.test(name));
}

/** A database as a release of that version left it, with a client in it. */
async function olderDatabase(version: number): Promise<D1Database> {
  const database = newDatabase();
  const steps = SQLITE_MIGRATIONS.slice(0, version).flat();
  for (const sql of [
    "CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT",
    `INSERT INTO schema_version (version) VALUES (${version})`,
    ...steps,
    "INSERT INTO client (client_id, client_id_issued_at, metadata) VALUES ('old', 1, '{}')",
  ]) {
    await database.prepare(sql).all();
  }
  return database;
}

describe("opening D1", () => {
  it("makes the tables of SQLite's store at first use, and asks nothing before", async () => {
    const database = newDatabase();
    const store = openD1Store(database);
    expect(await schemaOf(database)).toEqual([]);
    expect(await store.findClient("nobody")).toBe(undefined);
    const file = new Database(newFile());
    openSqliteStore(file);
    expect(await schemaOf(database)).toEqual(file.prepare(SCHEMA).all());
    expect(await rows(database, "SELECT version FROM schema_version")).toEqual([
      { version: SQLITE_MIGRATIONS.length },
    ]);
  });

  it("lets any number of first requests come at once, of several workers", async () => {
    const database = newDatabase();
    const stores = Array.from({ length: 8 }, () => openD1Store(database));
    const calls = stores.flatMap((store, worker) =>
      [1, 2, 3].map(async (request) => store.createClient(client(`client-${worker}-${request}`))),
    );
    expect(await Promise.all(calls)).toEqual(calls.map(() => ({ outcome: "created" })));
    expect(await rows(database, "SELECT count(*) AS clients FROM client")).toEqual([{ clients: 24 }]);
    expect(await rows(database, "SELECT position FROM audit_head")).toEqual([{ position: 0 }]);
    expect((await rows(database, "SELECT version FROM schema_version")).length).toBe(1);
  });

  it.each(SQLITE_MIGRATIONS.slice(0, -1).map((_, index) => index + 1))(
    "upgrades the tables of version %i, with several at it, and keeps the clients",
    async (version) => {
      const database = await olderDatabase(version);
      const stores = Array.from({ length: 4 }, () => openD1Store(database));
      const found = await Promise.all(stores.map(async (store) => store.findClient("old")));
      for (const one of found) expect(one).toMatchObject({ clientId: "old", status: "active", version: 1 });
      expect(await stores[0]!.createClient(client("new"))).toEqual({ outcome: "created" });
    },
  );

  it("goes on where somebody stopped before the first step", async () => {
    const database = newDatabase();
    await database.prepare("CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT").all();
    expect(await openD1Store(database).createClient(client("new"))).toEqual({ outcome: "created" });
  });

  it("refuses tables of a newer version and of another program, and leaves them as they are", async () => {
    const newer = await olderDatabase(SQLITE_MIGRATIONS.length);
    await newer.prepare("UPDATE schema_version SET version = version + 1").all();
    const foreign = newDatabase();
    await foreign.prepare("CREATE TABLE client (name TEXT)").all();
    for (const [database, code] of [
      [newer, "ERR_STORE_NEWER_SCHEMA"],
      [foreign, "ERR_STORE_FOREIGN_DATABASE"],
    ] as const) {
      const before = await rows(database, SCHEMA);
      const store = openD1Store(database);
      for (const call of [() => store.findClient("old"), () => store.createClient(client("new"))]) {
        const error = await call().catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(StoreOpenError);
        expect(error).toMatchObject({ code });
      }
      expect(await rows(database, SCHEMA)).toEqual(before);
    }
  });

  it("stands beside the table in which wrangler notes its migrations", async () => {
    const database = newDatabase();
    await database.prepare("CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY)").all();
    expect(await openD1Store(database).createClient(client("new"))).toEqual({ outcome: "created" });
  });

  it("takes a binding as Cloudflare's types describe it", async () => {
    const store = openD1Store(await bindingOf(newDatabase()));
    const given = { ...client("client"), quotaKeys: ["total"], fingerprint: "same" };
    const guards = { quotas: [{ key: "total", limit: 1 }] };
    expect(await store.createClient(given, guards)).toEqual({ outcome: "created" });
    expect(await store.findClient("client")).toEqual(given);
    expect(await store.createClient({ ...client("next"), quotaKeys: ["total"] }, guards)).toEqual({
      outcome: "quota_exceeded",
      key: "total",
    });
  });

  it("refuses what is no binding", () => {
    for (const wrong of [undefined, {}, "DB"]) {
      expect(() => openD1Store(wrong as D1Database)).toThrow(/openD1Store: database: give the binding/);
    }
  });
});

/** Does `work` between the reading and the writing of a change, the first `times` of them. */
function overtaken(database: D1Database, work: () => Promise<unknown>, times = 1): D1Database {
  const writing = new WeakSet<D1Statement>();
  let left = times;
  return {
    prepare(sql) {
      const statement = database.prepare(sql);
      if (!sql.startsWith("INSERT INTO schema_version")) return statement;
      return {
        all: () => statement.all(),
        bind(...values) {
          const bound = statement.bind(...values);
          writing.add(bound);
          return bound;
        },
      };
    },
    async batch(statements) {
      if (left > 0 && statements.some((statement) => writing.has(statement))) {
        left -= 1;
        await work();
      }
      return database.batch(statements);
    },
  };
}

const NOW = 1_790_000_000;
const TOKEN = {
  id: "token",
  tokenHash: "hash",
  issuedAt: NOW,
  expiresAt: NOW + 100,
  usesLeft: 1,
  constraints: {},
};
const GUARDS = {
  spendInitialAccessToken: { id: "token", at: NOW },
  quotas: [
    { key: "address", limit: 1 },
    { key: "total", limit: 9 },
  ],
};
const GIVEN: RegisteredClient = {
  ...client("client"),
  status: "pending",
  expiresAt: NOW + 10,
  fingerprint: "same",
  quotaKeys: ["address", "total"],
};
/** One that is there already. */
const HERE: RegisteredClient = { ...GIVEN, clientId: "here", fingerprint: "here", quotaKeys: ["total"] };

async function everything(database: D1Database): Promise<readonly unknown[]> {
  const tables = ["client", "quota_count", "initial_access_token"];
  return Promise.all(tables.map(async (table) => rows(database, `SELECT * FROM ${table}`)));
}

describe("a change on D1 that another overtakes between its reading and its writing", () => {
  /** What the other does, and what then becomes of the change. */
  const overtakings: readonly [
    what: string,
    other: (store: RegistrationStore) => unknown,
    change: (store: RegistrationStore) => unknown,
    outcome: object,
  ][] = [
    [
      "a creation, by a client in the pool's last place",
      (store) => store.createClient({ ...client("other"), quotaKeys: ["address"] }),
      (store) => store.createClient(GIVEN, GUARDS),
      { outcome: "quota_exceeded", key: "address" },
    ],
    [
      "a creation, by the last use of its token",
      (store) => store.createClient(client("other"), { spendInitialAccessToken: { id: "token", at: NOW } }),
      (store) => store.createClient(GIVEN, GUARDS),
      { outcome: "initial_access_token_spent" },
    ],
    [
      "a creation, by the end of its token",
      (store) => store.revokeInitialAccessToken("token", NOW),
      (store) => store.createClient(GIVEN, GUARDS),
      { outcome: "initial_access_token_spent" },
    ],
    [
      "a creation, by one of the same identifier",
      (store) => store.createClient(client("client")),
      (store) => store.createClient(GIVEN, GUARDS),
      { outcome: "duplicate_client_id" },
    ],
    [
      "a creation, by one of the same fingerprint",
      (store) => store.createClient({ ...client("other"), fingerprint: "same" }),
      (store) => store.createClient(GIVEN, GUARDS),
      { outcome: "existing", client: { ...client("other"), fingerprint: "same" } },
    ],
    [
      "a creation, by one that changes nothing for it",
      (store) => store.createClient({ ...client("other"), quotaKeys: ["total"] }),
      (store) => store.createClient(GIVEN, GUARDS),
      { outcome: "created" },
    ],
    [
      "a renewal, by a longer one",
      (store) =>
        store.createClient({ ...GIVEN, clientId: "third", fingerprint: "here", expiresAt: NOW + 50 }),
      (store) => store.createClient({ ...GIVEN, fingerprint: "here", expiresAt: NOW + 30 }),
      {
        outcome: "existing",
        client: { ...HERE, expiresAt: NOW + 50 },
      },
    ],
    [
      "a renewal, by a shorter one",
      (store) =>
        store.createClient({ ...GIVEN, clientId: "third", fingerprint: "here", expiresAt: NOW + 20 }),
      (store) => store.createClient({ ...GIVEN, fingerprint: "here", expiresAt: NOW + 30 }),
      {
        outcome: "existing",
        client: { ...HERE, expiresAt: NOW + 30 },
      },
    ],
    [
      "a renewal, by a stop: the answer has it",
      (store) =>
        store.changeClientStatus("here", { from: ["pending"], to: "awaiting_approval", expiresAt: NOW + 10 }),
      (store) => store.createClient({ ...GIVEN, fingerprint: "here", expiresAt: NOW + 30 }),
      {
        outcome: "existing",
        client: { ...HERE, status: "awaiting_approval", version: 2, expiresAt: NOW + 30 },
      },
    ],
    [
      "a renewal, by the deletion of the client",
      (store) => store.deleteClient("here"),
      (store) => store.createClient({ ...GIVEN, fingerprint: "here", expiresAt: NOW + 30 }),
      { outcome: "created" },
    ],
    [
      "a use, by a stop",
      (store) => store.changeClientStatus("here", { from: ["pending"], to: "disabled" }),
      (store) => store.recordClientUse("here", { at: NOW }),
      { outcome: "unusable" },
    ],
    [
      "a use, by a sweep",
      (store) => store.deleteExpiredClients(["here"], NOW + 10),
      (store) => store.recordClientUse("here", { at: NOW }),
      { outcome: "not_found" },
    ],
    [
      "a replacement, by another",
      (store) => store.replaceClient({ ...HERE, version: 2 }, 1),
      (store) => store.replaceClient({ ...HERE, version: 2, clientIdIssuedAt: 5 }, 1),
      { outcome: "conflict" },
    ],
    [
      "a replacement, by a use",
      (store) => store.recordClientUse("here", { at: NOW }),
      (store) => store.replaceClient({ ...HERE, version: 2, clientIdIssuedAt: 5 }, 1),
      { outcome: "replaced" },
    ],
    [
      "a stop, by another",
      (store) => store.changeClientStatus("here", { from: ["pending"], to: "disabled" }),
      (store) => store.changeClientStatus("here", { from: ["pending"], to: "disabled" }),
      { outcome: "conflict" },
    ],
  ];

  it.each(overtakings)("%s: ends as if it had come second", async (_, other, change, outcome) => {
    const [raced, inOrder] = [newDatabase(), newDatabase()];
    for (const database of [raced, inOrder]) {
      const store = openD1Store(database);
      await store.createInitialAccessToken(TOKEN);
      await store.createClient(HERE);
    }
    const [one, two] = [openD1Store(raced), openD1Store(inOrder)];
    let overtakings = 0;
    const between = async (): Promise<unknown> => {
      overtakings += 1;
      return Promise.resolve(other(one));
    };
    const slow = openD1Store(overtaken(raced, between));
    expect(await change(slow)).toEqual(outcome);
    expect(overtakings).toBe(1);
    await other(two);
    expect(await change(two)).toEqual(outcome);
    expect(await everything(raced)).toEqual(await everything(inOrder));
  });

  it("rejects when others overtake it again and again, and has written nothing", async () => {
    const database = newDatabase();
    const store = openD1Store(database);
    await store.createClient(GIVEN);
    let uses = 0;
    const use = async () => store.recordClientUse("client", { at: NOW - 1000 + (uses += 1) });
    const slow = openD1Store(overtaken(database, use, Infinity));
    await expect(slow.changeClientStatus("client", { from: ["active"], to: "disabled" })).resolves.toEqual({
      outcome: "conflict",
    });
    await use();
    const stop = slow.changeClientStatus("client", { from: ["active"], to: "disabled" });
    await expect(stop).rejects.toThrow("others changed the same again and again");
    expect(await store.findClient("client")).toMatchObject({
      status: "active",
      lastUsedAt: NOW - 1000 + uses,
    });
  });
});

it("D1 counts a client once in a pool that it names twice", async () => {
  const database = newDatabase();
  const store = openD1Store(database);
  await store.createClient({ ...client("stays"), quotaKeys: ["total"] });
  const counts = async () => rows(database, "SELECT * FROM quota_count");
  for (const end of [
    async () => store.deleteClient("client"),
    async () => store.deleteExpiredClients(["client"], NOW + 10),
    async () => store.changeClientStatus("client", { from: ["pending"], to: "disabled" }),
  ]) {
    await store.createClient({ ...GIVEN, quotaKeys: ["total", "total"] });
    expect(await counts()).toEqual([{ quota_key: "total", clients: 2 }]);
    await end();
    expect(await counts()).toEqual([{ quota_key: "total", clients: 1 }]);
  }
});

describe("a change on D1 that fails", () => {
  const faults = ["INSERT ON client", "UPDATE ON initial_access_token", "INSERT ON quota_count"];
  it.each(faults)("at its %s rejects with D1's error, and has written nothing", async (event) => {
    const database = newDatabase();
    const store = openD1Store(database);
    await store.createInitialAccessToken(TOKEN);
    const fault = `CREATE TRIGGER fault BEFORE ${event} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`;
    await database.prepare(fault).all();
    const before = await everything(database);
    await expect(store.createClient(GIVEN, GUARDS)).rejects.toThrow("the disk is full");
    expect(await everything(database)).toEqual(before);
    await database.prepare("DROP TRIGGER fault").all();
    expect(await store.createClient(GIVEN, GUARDS)).toEqual({ outcome: "created" });
  });

  it.each(["UPDATE ON quota_count", "DELETE ON quota_count", "DELETE ON client"])(
    "at its %s leaves the client and its pools as they were",
    async (event) => {
      const database = newDatabase();
      const store = openD1Store(database);
      await store.createClient(GIVEN);
      const fault = `CREATE TRIGGER fault BEFORE ${event} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`;
      await database.prepare(fault).all();
      const before = await everything(database);
      await expect(store.deleteClient("client")).rejects.toThrow("the disk is full");
      await expect(store.deleteExpiredClients(["client"], NOW + 10)).rejects.toThrow("the disk is full");
      expect(await everything(database)).toEqual(before);
    },
  );
});
