import { copyFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import Database from "libsql";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openSqliteAuditLog, openSqliteStore } from "../src/index.js";
import { client, temporaryFiles } from "./support.js";

const newFile = temporaryFiles();
const REPLACED = { code: "ERR_STORE_REPLACED" };

afterEach(() => vi.restoreAllMocks());

describe("a SQLite file that is taken away under an open store", () => {
  const ways: Readonly<Record<string, (file: string) => void>> = {
    removed: (file) => rmSync(file),
    "removed with all that belongs to it": (file) =>
      ["", "-wal", "-shm"].forEach((end) => rmSync(file + end, { force: true })),
    "without its log": (file) => rmSync(`${file}-wal`),
    "without the index of its log": (file) => rmSync(`${file}-shm`),
    moved: (file) => renameSync(file, `${file}.old`),
    "replaced by a copy": (file) => {
      copyFileSync(file, `${file}.copy`);
      renameSync(`${file}.copy`, file);
    },
    "replaced by an empty file": (file) => {
      rmSync(file);
      writeFileSync(file, "");
    },
    emptied: (file) => truncateSync(file, 0),
  };

  it.each(Object.keys(ways))("%s: nothing more is acknowledged, and reads fail", async (way) => {
    const file = newFile();
    const clock = vi.spyOn(performance, "now").mockReturnValue(1_000_000);
    const store = openSqliteStore(new Database(file));
    expect(await store.createClient(client("before"))).toEqual({ outcome: "created" });
    expect(await store.findClient("before")).toBeDefined();
    ways[way]?.(file);
    // Between two looks of a read.
    clock.mockReturnValue(1_000_251);
    await expect(store.findClient("before")).rejects.toMatchObject(REPLACED);
    await expect(store.createClient(client("after"))).rejects.toBeInstanceOf(Error);
    await expect(store.countClients(0)).rejects.toMatchObject(REPLACED);
    store.close();
  });

  it("a write before any read is not acknowledged, and putting the file back does not help", async () => {
    const file = newFile();
    const store = openSqliteStore(new Database(file));
    await store.createClient(client("before"));
    renameSync(file, `${file}.old`);
    await expect(store.createClient(client("after"))).rejects.toMatchObject(REPLACED);
    renameSync(`${file}.old`, file);
    await expect(store.createClient(client("later"))).rejects.toMatchObject(REPLACED);
    store.close();
  });

  it("with its log emptied: no write is acknowledged, as nobody could read it later", async () => {
    const file = newFile();
    const store = openSqliteStore(new Database(file));
    await store.createClient(client("before"));
    truncateSync(`${file}-wal`, 0);
    await expect(store.createClient(client("after"))).rejects.toMatchObject(REPLACED);
    await expect(store.findClient("before")).rejects.toMatchObject(REPLACED);
    store.close();
  });

  it("holds for an audit log too", async () => {
    const file = newFile();
    const log = openSqliteAuditLog(new Database(file));
    rmSync(file);
    const event = {
      type: "client_expired",
      at: "2030-01-01T00:00:00Z",
      actor: "system",
      clientId: "a",
    } as const;
    await expect(log.record(event)).rejects.toMatchObject(REPLACED);
    log.close();
  });

  it("leaves alone a store in memory, and a file that another process checkpoints and vacuums", async () => {
    const memory = openSqliteStore(new Database(":memory:"));
    expect(await memory.createClient(client("one"))).toEqual({ outcome: "created" });
    memory.close();
    const file = newFile();
    const [store, other] = [openSqliteStore(new Database(file)), new Database(file)];
    await store.createClient(client("one"));
    other.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    other.exec("VACUUM");
    other.close();
    expect(await store.createClient(client("two"))).toEqual({ outcome: "created" });
    store.close();
  });
});
