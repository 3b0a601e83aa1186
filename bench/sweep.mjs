// How long the event loop is blocked at most while 1,000,000 expired clients are swept from SQLite.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const CLIENTS = Number(process.argv[2] ?? 1_000_000);
const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-sweep-"));
const file = join(directory, "clients");
openSqliteStore(new Database(file)).close();
const filling = new Database(file);
filling.exec(`
  WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${CLIENTS})
  INSERT INTO client (client_id, client_id_issued_at, status, expires_at, quota_keys, metadata)
  SELECT printf('%032d', n), 1790000000, 'pending', 1790000000 + abs(random()) % 1000,
    '["address:192.0.2.' || (n % 250) || '","total"]',
    '{"redirect_uris":["http://127.0.0.1:3118/callback"],"token_endpoint_auth_method":"none","client_name":"Client"}'
  FROM number;
  INSERT INTO quota_count
  SELECT keys.value, count(*) FROM client, json_each(quota_keys) AS keys GROUP BY keys.value`);
filling.exec("PRAGMA wal_checkpoint(TRUNCATE)");
filling.close();

const store = openSqliteStore(new Database(file), { checkIntegrity: false });
let events = 0;
const registration = createClientRegistration({
  ...mcpPreset({ issuer: "https://as.example" }),
  access: openRegistration({ dangerouslyUnlimited: true }),
  store,
  audit: () => void (events += 1),
});
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const start = performance.now();
let deleted = 0;
for (let more = true; more;) {
  const sweep = await registration.sweepClients({ limit: 10_000 });
  deleted += sweep.deleted;
  more = sweep.more;
}
const seconds = (performance.now() - start) / 1000;
delay.disable();
console.log(`${deleted} clients swept in ${seconds.toFixed(1)} s, with ${events} audit events`);
console.log(`longest block of the event loop: ${(delay.max / 1e6).toFixed(1)} ms`);
console.log("left:", JSON.stringify(await registration.countClients()));
store.close();
rmSync(directory, { recursive: true });
