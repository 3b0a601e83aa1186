// Opens a store as soon as a line arrives, registers one client and finds it again.
// node open-store.mjs <file> <client_id>
import { once } from "node:events";
import { writeSync } from "node:fs";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const [file, clientId] = process.argv.slice(2);
const database = new Database(file);
writeSync(1, "ready\n");
await once(process.stdin, "data");
const store = openSqliteStore(database);
const { outcome } = await store.createClient({
  clientId,
  clientIdIssuedAt: 1,
  version: 1,
  status: "active",
  requirements: {},
  origin: { source: "open", policies: [] },
  metadata: {},
});
const found = await store.findClient(clientId);
store.close();
writeSync(1, `${outcome} ${found?.clientId}\n`);
process.exit();
