import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { openSqliteStore, StoreOpenError, type OpenSqliteStoreOptions } from "../src/index.js";
import { client, clients, restoredFile, startChild, temporaryFiles } from "./support.js";

const newFile = temporaryFiles();
const quick = { openTimeoutSeconds: 0.05 };

/** The error that opening is refused with, after a look at what every refusal must do. */
function refusal(database: Database.Database, options: OpenSqliteStoreOptions = quick): StoreOpenError {
  try {
    openSqliteStore(database, options).close();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreOpenError);
    expect(database.open).toBe(false);
    return error as StoreOpenError;
  }
  throw new Error("the database was not refused");
}

/** A file with `count` clients in it. */
async function filledFile(count = 1, bytes = 0): Promise<string> {
  const file = newFile();
  const store = openSqliteStore(new Database(file));
  await Promise.all(clients("old", count, bytes).map(async (each) => store.createClient(each)));
  store.close();
  return file;
}

async function expectUsable(file: string): Promise<void> {
  const store = openSqliteStore(new Database(file));
  expect(await store.createClient(client("new"))).toEqual({ outcome: "created" });
  expect(await store.findClient("new")).toEqual(client("new"));
  expect(await store.findClient("old-0")).toEqual(client("old-0"));
  store.close();
}

describe("a database that opens", () => {
  it("keeps its clients from one start to the next", async () => {
    const file = await filledFile(300);
    const store = openSqliteStore(new Database(file));
    for (const each of clients("old", 300)) expect(await store.findClient(each.clientId)).toEqual(each);
    store.close();
  });

  it("is in WAL mode, and syncs every commit to the disk", () => {
    const database = new Database(newFile());
    const store = openSqliteStore(database);
    expect(database.prepare("PRAGMA journal_mode").get()).toMatchObject({ journal_mode: "wal" });
    expect(database.prepare("PRAGMA synchronous").get()).toMatchObject({ synchronous: 2 }); // FULL
    // What a lock may keep the event loop waiting for; the rest of the wait is asynchronous.
    expect(database.prepare("PRAGMA busy_timeout").get()).toMatchObject({ timeout: 5 });
    store.close();
  });

  it("may be an empty file, and may be in memory", async () => {
    const file = newFile();
    writeFileSync(file, "");
    for (const database of [new Database(file), new Database(":memory:")]) {
      const store = openSqliteStore(database);
      await store.createClient(client("a"));
      expect(await store.findClient("a")).toEqual(client("a"));
      store.close();
    }
  });

  it("is whole in its one file after close, so that a copy of it is a backup", async () => {
    const file = await filledFile(50);
    const copy = newFile();
    writeFileSync(copy, readFileSync(file));
    await expectUsable(copy);
  });

  it("leaves no trace of trying to register", async () => {
    const database = new Database(await filledFile(0));
    const store = openSqliteStore(database);
    expect(database.prepare("SELECT count(*) AS count FROM client").get()).toMatchObject({ count: 0 });
    store.close();
  });
});

describe("a locked database is refused", () => {
  it.each([
    ["a new file", "BEGIN EXCLUSIVE", 0],
    ["a file in use", "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE", 1],
  ])("by another process: %s", async (_what, sql, count) => {
    const file = count === 0 ? newFile() : await filledFile(count);
    const holder = startChild("hold-lock.mjs", file, sql);
    expect(await holder.nextLine()).toBe("locked");
    const error = refusal(new Database(file));
    expect(error.code).toBe("ERR_STORE_LOCKED");
    expect(error.message).toContain(`${file} is locked by another process`);
    expect(error.cause).toMatchObject({ code: "SQLITE_BUSY" });

    holder.process.stdin.end();
    expect(await holder.ended).toBe(0);
    const store = openSqliteStore(new Database(file));
    expect(await store.createClient(client("new"))).toEqual({ outcome: "created" });
    store.close();
  });

  it.each([
    ["a writer's", "BEGIN IMMEDIATE"],
    ["a reader's, before the file is in WAL mode", "BEGIN; CREATE TEMP TABLE seen AS SELECT * FROM client"],
  ])("but waited for while the lock may yet go: %s", async (_whose, sql) => {
    const file = await restoredFile(newFile, 1);
    // Opening blocks this process, so the other lets go by itself.
    const holder = startChild("hold-lock.mjs", file, sql, "300");
    expect(await holder.nextLine()).toBe("locked");
    await expectUsable(file);
    expect(await holder.ended).toBe(0);
  });
});

describe("a read-only database is refused", () => {
  it("opened without the right to write", async () => {
    const file = await filledFile();
    const error = refusal(new Database(`file:${file}?mode=ro`));
    expect(error.code).toBe("ERR_STORE_READ_ONLY");
    expect(error.message).toContain("cannot be written");
    expect(error.cause).toMatchObject({ code: "SQLITE_READONLY" });
    await expectUsable(file);
  });

  it("on a connection that may only query", async () => {
    const database = new Database(await filledFile());
    database.exec("PRAGMA query_only = 1");
    expect(refusal(database).code).toBe("ERR_STORE_READ_ONLY");
  });

  it("that nobody filled yet", () => {
    const file = newFile();
    new Database(file).exec("PRAGMA user_version = 0");
    expect(refusal(new Database(`file:${file}?mode=ro`)).code).toBe("ERR_STORE_READ_ONLY");
  });

  it("in a directory that nobody may write", async ({ skip }) => {
    const file = await filledFile();
    const directory = join(dirname(file), "frozen");
    mkdirSync(directory);
    const frozen = join(directory, "store.db");
    writeFileSync(frozen, readFileSync(file));
    const freeze = freezer(directory, frozen);
    if (!freeze) skip("neither permissions nor chattr +i bind this user here");
    try {
      expect(refusal(new Database(frozen)).code).toBe("ERR_STORE_READ_ONLY");
    } finally {
      freeze?.thaw();
    }
    await expectUsable(frozen);
  });
});

describe("a full database is refused", () => {
  it("that has no room for the schema", () => {
    const database = new Database(newFile());
    database.exec("PRAGMA max_page_count = 1");
    const error = refusal(database);
    expect(error.code).toBe("ERR_STORE_FULL");
    expect(error.message).toContain("has no room for another client");
    expect(error.cause).toMatchObject({ code: "SQLITE_FULL" });
  });

  it("that has no room for one more client, and opens again when it has", async () => {
    const file = await filledFile(100, 1000);
    const database = new Database(file);
    database.exec("PRAGMA max_page_count = 1"); // SQLite takes the pages there are.
    expect(refusal(database).code).toBe("ERR_STORE_FULL");
  });
});

describe("a damaged database is refused", () => {
  it.each([
    ["text", Buffer.from("This is the shopping list.\n".repeat(500))],
    ["zeros", Buffer.alloc(8192)],
    ["a header cut short", Buffer.from("SQLite format 3\0")],
  ])("that is none: %s", (_what, bytes) => {
    const file = newFile();
    writeFileSync(file, bytes);
    const error = refusal(new Database(file));
    expect(error.code).toBe("ERR_STORE_NOT_A_DATABASE");
    expect(error.message).toContain("is not a SQLite database");
    expect(error.cause).toMatchObject({ code: "SQLITE_NOTADB" });
    expect(readFileSync(file)).toEqual(bytes);
  });

  it("whose header was overwritten", async () => {
    const file = await filledFile(300);
    overwrite(file, 0, 100);
    expect(refusal(new Database(file)).code).toBe("ERR_STORE_NOT_A_DATABASE");
  });

  it("whose pages in the middle were overwritten, and it is left as it is", async () => {
    const file = await filledFile(300);
    const pages = statSync(file).size / 4096;
    overwrite(file, Math.floor(pages / 2) * 4096, 3 * 4096);
    const bytes = readFileSync(file);
    const error = refusal(new Database(file));
    expect(error.code).toBe("ERR_STORE_CORRUPT");
    expect(error.message).toContain("is damaged");
    expect(readFileSync(file)).toEqual(bytes);
  });

  it("that was cut short", async () => {
    const file = await filledFile(300);
    truncateSync(file, 5 * 4096);
    expect(refusal(new Database(file)).code).toBe("ERR_STORE_CORRUPT");
  });
});

describe("somebody else's database is refused and left as it is", () => {
  it("of a newer version", async () => {
    const file = await filledFile();
    const newer = new Database(file);
    const { user_version } = newer.prepare("PRAGMA user_version").get() as { user_version: number };
    newer.exec(`PRAGMA user_version = ${user_version + 1}; PRAGMA wal_checkpoint(TRUNCATE)`);
    const bytes = readFileSync(file);
    const error = refusal(new Database(file));
    expect(error.code).toBe("ERR_STORE_NEWER_SCHEMA");
    expect(error.message).toContain("newer version");
    expect(readFileSync(file)).toEqual(bytes);
    newer.exec(`PRAGMA user_version = ${user_version}`);
    await expectUsable(file);
  });

  it.each([
    ["with tables", "CREATE TABLE invoice (id INTEGER)"],
    ["with a version", "PRAGMA user_version = 1"],
    ["with an application_id", "PRAGMA application_id = 1"],
  ])("of another program: %s", (_what, sql) => {
    const file = newFile();
    new Database(file).exec(sql);
    const bytes = readFileSync(file);
    const error = refusal(new Database(file));
    expect(error.code).toBe("ERR_STORE_FOREIGN_DATABASE");
    expect(error.message).toContain("belongs to another program");
    expect(readFileSync(file)).toEqual(bytes);
  });
});

describe("a programmer's mistake is told apart", () => {
  it.each([
    ["a path", "clients.db" as never, {}],
    ["nothing", undefined as never, {}],
    ["a negative time", new Database(":memory:"), { lockTimeoutSeconds: -1 }],
    ["a closed connection", closedDatabase(), {}],
    ["no number", new Database(":memory:"), { openTimeoutSeconds: Number.NaN }],
  ])("%s", (_what, database, options) => {
    expect(() => openSqliteStore(database, options)).toThrow(
      expect.objectContaining({ name: "MisuseError", code: "ERR_OPTION" }),
    );
  });
});

function closedDatabase(): Database.Database {
  const database = new Database(":memory:");
  database.close();
  return database;
}

function overwrite(file: string, start: number, length: number): void {
  const bytes = readFileSync(file);
  bytes.fill("garbage", start, start + length);
  writeFileSync(file, bytes);
}

/** Takes the right to write away, by whichever means binds this user; `undefined` when none does. */
function freezer(directory: string, file: string): { thaw(): void } | undefined {
  const canWrite = (): boolean => {
    try {
      writeFileSync(join(directory, "probe"), "");
      rmSync(join(directory, "probe"));
      return true;
    } catch {
      return false;
    }
  };
  chmodSync(file, 0o444);
  chmodSync(directory, 0o555);
  const thawModes = (): void => {
    chmodSync(directory, 0o755);
    chmodSync(file, 0o644);
  };
  if (!canWrite()) return { thaw: thawModes };
  thawModes();
  try {
    execFileSync("chattr", ["+i", file, directory], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  return { thaw: () => void execFileSync("chattr", ["-i", directory, file]) };
}
