import { readFileSync, statSync, writeFileSync } from "node:fs";
import {
  createClientRegistration,
  mcpPreset,
  openRegistration,
  type RegistrationStore,
} from "@oauth-dcr/core";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { openSqliteStore, type OpenSqliteStoreOptions, type SqliteStore } from "../src/index.js";
import { client, clients, startChild, temporaryFiles } from "./support.js";

const newFile = temporaryFiles();
const CREATED = { outcome: "created" };

interface Opened {
  readonly file: string;
  readonly database: Database.Database;
  readonly store: SqliteStore;
}

/** A store that serves, with one client in it. */
async function serving(options: OpenSqliteStoreOptions = { lockTimeoutSeconds: 0 }): Promise<Opened> {
  const file = newFile();
  const database = new Database(file);
  const store = openSqliteStore(database, options);
  expect(await store.createClient(client("before"))).toEqual(CREATED);
  return { file, database, store };
}

/** What must hold when a fault is over: nothing lost, nothing of the refused, and the same store goes on. */
async function expectRecovered({ file, store }: Opened, refused: readonly string[]): Promise<void> {
  expect(await store.findClient("before")).toEqual(client("before"));
  for (const clientId of refused) expect(await store.findClient(clientId)).toBe(undefined);
  for (const clientId of [...refused, "after"]) {
    expect(await store.createClient(client(clientId))).toEqual(CREATED);
  }
  store.close();

  const database = new Database(file);
  expect(database.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" });
  const ids = database.prepare("SELECT client_id FROM client").all() as { client_id: string }[];
  expect(ids.map(({ client_id }) => client_id).sort()).toEqual(["before", ...refused, "after"].sort());
  database.close();
}

async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    (value) => value,
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

describe("while another process holds the lock", () => {
  it("a registration is refused once it waited long enough, and reading goes on", async () => {
    const opened = await serving({ lockTimeoutSeconds: 0.05 });
    const holder = startChild("hold-lock.mjs", opened.file, "BEGIN IMMEDIATE");
    expect(await holder.nextLine()).toBe("locked");

    const attempts = ["a", "b"].map(async (id) => codeOf(opened.store.createClient(client(id))));
    expect(await opened.store.findClient("before")).toEqual(client("before"));
    expect(await Promise.all(attempts)).toEqual(["SQLITE_BUSY", "SQLITE_BUSY"]);

    holder.process.stdin.end();
    expect(await holder.ended).toBe(0);
    await expectRecovered(opened, ["a", "b"]);
  });

  it("a registration waits for it, and the event loop does not", async () => {
    const opened = await serving({ lockTimeoutSeconds: 60 });
    const holder = startChild("hold-lock.mjs", opened.file, "BEGIN IMMEDIATE");
    expect(await holder.nextLine()).toBe("locked");

    let pending = true;
    const attempt = opened.store.createClient(client("patient")).finally(() => (pending = false));
    // Letting go takes the event loop: the line to the holder, and its end, go through it.
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(pending).toBe(true);
    expect(await opened.store.findClient("patient")).toBe(undefined);
    holder.process.stdin.end();
    expect(await holder.ended).toBe(0);
    expect(await attempt).toEqual(CREATED);
    expect(await opened.store.findClient("patient")).toEqual(client("patient"));
    opened.store.close();
  });

  it("reads that met the lock keep none of their own", async () => {
    // In WAL mode readers meet a lock only while a log is recovered; without it they are easy to lock out.
    const opened = await serving();
    opened.database.exec("PRAGMA journal_mode = DELETE");
    const other = new Database(opened.file);
    other.exec("BEGIN EXCLUSIVE");
    expect(await codeOf(opened.store.findClient("before"))).toBe("SQLITE_BUSY");
    expect(await codeOf(opened.store.createClient(client("refused")))).toBe("SQLITE_BUSY");
    other.exec("COMMIT");

    expect(await opened.store.createClient(client("next"))).toEqual(CREATED);
    other.exec("BEGIN EXCLUSIVE; DELETE FROM client WHERE client_id = 'next'; COMMIT");
    expect(await opened.store.findClient("next")).toBe(undefined);
    other.close();
    await expectRecovered(opened, ["refused"]);
  });
});

describe("while the database cannot be written", () => {
  it("registrations are refused, and reading goes on", async () => {
    const opened = await serving();
    opened.database.exec("PRAGMA query_only = 1");
    expect(await codeOf(opened.store.createClient(client("a")))).toBe("SQLITE_READONLY");
    expect(await opened.store.findClient("before")).toEqual(client("before"));
    opened.database.exec("PRAGMA query_only = 0");
    await expectRecovered(opened, ["a"]);
  });
});

describe("while the database is full", () => {
  it("registrations are refused with all of their group, and reading goes on", async () => {
    const opened = await serving();
    opened.database.exec("PRAGMA max_page_count = 20");
    const many = clients("many", 100, 3000);
    const codes = await Promise.all(many.map(async (each) => codeOf(opened.store.createClient(each))));
    expect(new Set(codes)).toEqual(new Set(["SQLITE_FULL"]));
    expect(await opened.store.findClient("before")).toEqual(client("before"));
    // What fits is still taken.
    expect(await opened.store.createClient(client("small"))).toEqual(CREATED);

    opened.database.exec("PRAGMA max_page_count = 1000000");
    for (const { clientId } of many) expect(await opened.store.findClient(clientId)).toBe(undefined);
    opened.database.exec("DELETE FROM client WHERE client_id = 'small'");
    await expectRecovered(
      opened,
      many.map(({ clientId }) => clientId),
    );
  });

  it("keeps what was acknowledged before the disk ran full", async () => {
    const opened = await serving();
    opened.database.exec("PRAGMA max_page_count = 40");
    const acknowledged: string[] = [];
    for (const each of clients("one", 100, 3000)) {
      const result = await codeOf(opened.store.createClient(each));
      if (result === "SQLITE_FULL") break;
      expect(result).toEqual(CREATED);
      acknowledged.push(each.clientId);
    }
    expect(acknowledged.length).toBeGreaterThan(5);
    expect(acknowledged.length).toBeLessThan(100);
    for (const id of acknowledged) expect(await opened.store.findClient(id)).toMatchObject({ clientId: id });
    opened.store.close();
    const reopened = openSqliteStore(new Database(opened.file));
    for (const id of acknowledged) expect(await reopened.findClient(id)).toMatchObject({ clientId: id });
    reopened.close();
  });
});

describe("while the file is damaged", () => {
  it("reading rejects instead of telling tales, and goes on when the file is restored", async () => {
    const opened = await serving();
    await Promise.all(clients("old", 200, 1000).map(async (each) => opened.store.createClient(each)));
    opened.database.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size = 0; PRAGMA shrink_memory");
    const whole = readFileSync(opened.file);
    const damaged = Buffer.from(whole).fill("garbage", 4096, statSync(opened.file).size);
    writeFileSync(opened.file, damaged);
    expect(await codeOf(opened.store.findClient("old-7"))).toBe("SQLITE_CORRUPT");
    expect(await codeOf(opened.store.createClient(client("a")))).toBe("SQLITE_CORRUPT");

    writeFileSync(opened.file, whole);
    opened.database.exec("PRAGMA shrink_memory"); // Forgets the damaged pages, as other traffic would in time.
    for (const each of clients("old", 200, 1000)) {
      expect(await opened.store.findClient(each.clientId)).toEqual(each);
    }
    opened.database.exec("DELETE FROM client WHERE client_id LIKE 'old-%'");
    await expectRecovered(opened, ["a"]);
  });

  it("a row whose metadata is no JSON rejects", async () => {
    const opened = await serving();
    opened.database.exec(
      `INSERT INTO client (client_id, client_id_issued_at, metadata) VALUES ('broken', 1, '{"redirect_uris":[')`,
    );
    await expect(opened.store.findClient("broken")).rejects.toThrow(SyntaxError);
    opened.store.close();
  });
});

describe("the registration endpoint", () => {
  const body = JSON.stringify({ redirect_uris: ["http://localhost:3118/callback"] });

  function endpoint(store: RegistrationStore): () => Promise<Response> {
    const url = "https://as.example/register";
    const { fetch } = createClientRegistration({
      ...mcpPreset({
        issuer: "https://as.example",
        authorization_endpoint: "https://as.example/authorize",
        token_endpoint: "https://as.example/token",
        registration_endpoint: url,
      }),
      idempotentRegistration: false,
      quotas: {},
      access: openRegistration({ dangerouslyUnlimited: true }),
      store,
      audit: () => undefined,
      onError: () => undefined,
    });
    const headers = { "content-type": "application/json" };
    return async () => fetch(new Request(url, { method: "POST", headers, body }));
  }

  it.each([
    ["locked", () => "SELECT 1", "BEGIN IMMEDIATE", "COMMIT"],
    ["read-only", () => "PRAGMA query_only = 1", "SELECT 1", "SELECT 1"],
    ["full", () => "PRAGMA max_page_count = 1", "SELECT 1", "SELECT 1"],
  ])("answers 503 while the database is %s, and 201 afterwards", async (_what, fault, lock, unlock) => {
    const { file, database, store } = await serving();
    const register = endpoint(store);
    const other = new Database(file);
    const filler = clients("filler", 2, 4000);
    database.exec(fault());
    other.exec(lock);
    // Fills what is left of the last pages.
    await Promise.all(filler.map(async (each) => codeOf(store.createClient(each))));
    const statuses: number[] = [];
    for (let index = 0; index < 40; index += 1) statuses.push((await register()).status);
    expect(statuses.at(-1)).toBe(503);
    other.exec(unlock);
    database.exec("PRAGMA query_only = 0; PRAGMA max_page_count = 1000000");
    expect((await register()).status).toBe(201);
    store.close();
    other.close();
  });
});

describe("after close", () => {
  it("every call rejects, and closing again does nothing", async () => {
    const { store } = await serving();
    store.close();
    store.close();
    await expect(store.createClient(client("late"))).rejects.toThrow("closed");
    await expect(store.findClient("before")).rejects.toThrow("closed");
  });

  it("of the connection by somebody else, every call rejects", async () => {
    const { store, database } = await serving();
    database.close();
    await expect(store.createClient(client("late"))).rejects.toThrow("not open");
    await expect(store.findClient("before")).rejects.toThrow("closed");
    store.close();
  });
});
