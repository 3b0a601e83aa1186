import { readFileSync } from "node:fs";
import Database from "libsql";
import { expect, it } from "vitest";
import { openSqliteStore } from "../src/index.js";
import { clients, temporaryFiles } from "./support.js";

const newFile = temporaryFiles();
const NOW = 1_790_000_000;

it("a batch of a sweep is in the file soon, and does not wait for a thousand pages to be written at once", async () => {
  const file = newFile();
  const store = openSqliteStore(new Database(file));
  const expired = clients("old", 50).map((each) => ({ ...each, expiresAt: NOW }));
  await Promise.all(expired.map(async (each) => store.createClient(each)));
  expect(readFileSync(file).includes("Client old-8")).toBe(false);
  await store.deleteExpiredClients(["old-7"], NOW);
  await new Promise((resolve) => setImmediate(resolve));
  expect(readFileSync(file).includes("Client old-8")).toBe(true);
  store.close();
});
