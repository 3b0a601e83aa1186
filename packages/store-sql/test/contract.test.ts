import { consentStoreContract, registrationStoreContract } from "@oauth-dcr/contract-tests";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import { openSqliteStore, type SqliteStore } from "../src/index.js";
import { temporaryFiles } from "./support.js";

const newFile = temporaryFiles();
const opened: SqliteStore[] = [];
afterAll(() => opened.forEach((store) => store.close()));

const options = {
  name: "SQLite",
  createStore() {
    const store = openSqliteStore(new Database(newFile()));
    opened.push(store);
    return store;
  },
};
registrationStoreContract({ describe, it, expect }, options);
consentStoreContract({ describe, it, expect }, options);
