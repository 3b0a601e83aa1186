import { PGlite } from "@electric-sql/pglite";
import {
  registrationStoreModel,
  registrationStoreRaces,
  type RegistrationStoreModelOptions,
} from "@oauth-dcr/contract-tests";
import fc from "fast-check";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import { openPostgresStore, openSqliteStore, type SqliteStore } from "../src/index.js";
import { pglitePool, serverPool, temporarySchemas } from "./postgres-support.js";

function goesThrough(options: RegistrationStoreModelOptions): void {
  registrationStoreModel({ describe, it, expect }, fc, options);
  registrationStoreRaces({ describe, it, expect }, fc, options);
}

const opened: SqliteStore[] = [];
afterAll(() => opened.forEach((store) => store.close()));
goesThrough({
  name: "SQLite",
  runs: 100,
  createStore() {
    const store = openSqliteStore(new Database(":memory:"));
    opened.push(store);
    return store;
  },
});

const database = new PGlite();
afterAll(async () => database.close());
const pglite = pglitePool(database);
let schemas = 0;
goesThrough({
  name: "PGlite",
  runs: 20,
  createStore: async () => openPostgresStore(pglite, { schema: `model_${(schemas += 1)}` }),
});

const pool = await serverPool();
if (pool) {
  const newSchema = temporarySchemas(pool);
  const patience = { lockTimeoutSeconds: 60, statementTimeoutSeconds: 60 };
  goesThrough({
    name: "PostgreSQL",
    runs: 40,
    createStore: async () => openPostgresStore(pool, { schema: newSchema(), ...patience }),
  });
}
