import { join } from "node:path";
import { registrationStoreContract } from "@oauth-dcr/contract-tests";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import { openSqliteStore, type SqliteStore } from "../src/index.js";
import { temporaryDirectory } from "./temporary-directory.js";

const directory = temporaryDirectory();
const opened: SqliteStore[] = [];
afterAll(() => opened.forEach((store) => store.close()));

registrationStoreContract(
  { describe, it, expect },
  {
    name: "SQLite",
    createStore() {
      const store = openSqliteStore(new Database(join(directory, `${opened.length}.db`)));
      opened.push(store);
      return store;
    },
  },
);
