// Records events to an audit log as soon as a line arrives, in bursts of ten.
// node append-events.mjs <file> <name> <bursts>
import { once } from "node:events";
import { writeSync } from "node:fs";
import { openSqliteAuditLog } from "@oauth-dcr/store-sql";
import Database from "libsql";

const [file, name, bursts] = process.argv.slice(2);
const log = openSqliteAuditLog(new Database(file), { openTimeoutSeconds: 60, lockTimeoutSeconds: 60 });
writeSync(1, "ready\n");
await once(process.stdin, "data");
for (let burst = 0; burst < Number(bursts); burst += 1) {
  const numbers = Array.from({ length: 10 }, (_, index) => burst * 10 + index);
  await Promise.all(numbers.map((number) => log.record({ type: "client_disabled", clientId: name, number })));
}
log.close();
writeSync(1, "done\n");
process.exit();
