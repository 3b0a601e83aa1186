// Records events of ten clients without end, and delivers them as webhooks, until it is killed. Writes each event to its
// output, as a line of JSON, once it is recorded.
// node deliver-webhooks.mjs <sqlite file, or postgres:schema> <url> <secret> <name>
import { writeSync } from "node:fs";
import { webConnection } from "@oauth-dcr/core/guarded-fetch";
import { webhookDelivery } from "@oauth-dcr/core/webhooks";
import {
  openPostgresAuditLog,
  openPostgresWebhookOutbox,
  openSqliteAuditLog,
  openSqliteWebhookOutbox,
} from "@oauth-dcr/store-sql";
import Database from "libsql";
import pg from "pg";

const [place, url, secret, name] = process.argv.slice(2);
const schema = place.startsWith("postgres:") ? place.slice("postgres:".length) : undefined;
const pool = new pg.Pool({ host: "127.0.0.1", user: "postgres", database: "test" });
const patient = { openTimeoutSeconds: 60, lockTimeoutSeconds: 60 };
const [log, outbox] = schema
  ? [await openPostgresAuditLog(pool, { schema }), await openPostgresWebhookOutbox(pool, { schema })]
  : [openSqliteAuditLog(new Database(place), patient), openSqliteWebhookOutbox(new Database(place), patient)];
const delivery = webhookDelivery({
  endpoint: { name: "test", url, secrets: [secret], allowPrivateUrl: true },
  queue: await outbox.openQueue("test"),
  connection: webConnection(),
  onError: () => undefined,
});
writeSync(1, "ready\n");

let number = 0;
async function record() {
  for (;;) {
    number += 1;
    const event = {
      type: number % 2 ? "client_disabled" : "client_enabled",
      at: `${name}/${number}`,
      actor: "operator",
      clientId: `${name}-${number % 10}`,
    };
    await log.record(event);
    writeSync(1, `${JSON.stringify(event)};\n`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function deliver() {
  for (;;) {
    await delivery.deliver();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

await Promise.all([record(), deliver()]);
