import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql"; // or better-sqlite3

export const store = openSqliteStore(new Database("clients.sqlite"));
