import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

export const store = openSqliteStore(new Database("clients.sqlite"));
