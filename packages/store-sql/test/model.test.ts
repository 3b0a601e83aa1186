import { registrationStoreModel } from "@oauth-dcr/contract-tests";
import fc from "fast-check";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import { openSqliteStore, type SqliteStore } from "../src/index.js";

const opened: SqliteStore[] = [];
afterAll(() => opened.forEach((store) => store.close()));

registrationStoreModel({ describe, it, expect }, fc, {
  name: "SQLite",
  runs: 100,
  createStore() {
    const store = openSqliteStore(new Database(":memory:"));
    opened.push(store);
    return store;
  },
});
