// What a client costs in each database, and what one machine does with few of them and with many: bytes a row with all
// indexes, and calls a second. PostgreSQL is the one on 127.0.0.1:5432, database test. Sizes: node capacity.mjs
// SMALL LARGE.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  openPostgresAuditLog,
  openPostgresStore,
  openSqliteAuditLog,
  openSqliteStore,
} from "@oauth-dcr/store-sql";
import Database from "libsql";
import pg from "pg";

const [SMALL = 10_000, LARGE = 1_000_000] = process.argv.slice(2).map(Number);
const CALLS = 20_000;
const AT_ONCE = 64;
const NOW = 1_790_000_000;
const METADATA = {
  redirect_uris: ["http://127.0.0.1/callback", "cursor://anysphere.cursor-retrieval/oauth/callback"],
  token_endpoint_auth_method: "none",
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  client_name: "Client of a usual length",
  client_uri: "https://client.example/",
  scope: "tools:read tools:execute",
  application_type: "native",
};
const ORIGIN = { source: "open", policies: [] };

/** One of the clients that a database is filled with. */
const idOf = (number) => `client${String(number).padStart(20, "0")}`;
const anyOf = (count) => idOf(1 + Math.floor(Math.random() * count));

/** The rows of `filled`, in the SQL of both: `n` is the number of the row. */
const columns =
  "client_id, client_id_issued_at, version, status, expires_at, fingerprint, quota_keys, requirements, origin, metadata";
const values = (id, fingerprint) => `${id}, ${NOW}, 1, 'pending', ${NOW} + n % 86400, ${fingerprint},
  '["address:192.0.2.1","total"]', '{"pkce":true}', '${JSON.stringify(ORIGIN)}', '${JSON.stringify(METADATA)}'`;

function newClient() {
  return {
    clientId: randomBytes(13).toString("hex"),
    clientIdIssuedAt: NOW,
    version: 1,
    status: "pending",
    expiresAt: NOW + 86_400,
    fingerprint: randomBytes(32).toString("hex"),
    requirements: { pkce: true },
    origin: ORIGIN,
    metadata: METADATA,
  };
}

async function rate(call) {
  let begun = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (begun < CALLS) {
        begun += 1;
        await call();
      }
    }),
  );
  return Math.round((CALLS / (performance.now() - start)) * 1000);
}

async function measure(name, count, store, bytes) {
  const quotas = [{ key: "total", limit: 1e12 }];
  console.log(`${name}, ${count} clients: ${Math.round(bytes / count)} bytes a client`);
  console.log(`  created ${await rate(() => store.createClient(newClient()))}/s`);
  const counted = () => ({
    ...newClient(),
    quotaKeys: [`address:192.0.2.${Math.floor(Math.random() * 256)}`, "total"],
  });
  console.log(
    `  created ${await rate(() => store.createClient(counted(), { quotas }))}/s, counted in one pool of all`,
  );
  console.log(`  found   ${await rate(() => store.findClient(anyOf(count)))}/s`);
  console.log(
    `  used    ${await rate(() => store.recordClientUse(anyOf(count), { at: NOW - 1, expiresAt: NOW + 90 * 86_400 }))}/s`,
  );
}

const EVENT = {
  type: "client_registered",
  at: "2026-11-24T12:00:00.000Z",
  actor: "anonymous",
  requestId: "a22cno44jyyawf2hdw64t2ac7q",
  clientAddress: "192.0.2.1",
  source: "open",
  findings: [],
  clientId: "a22cno44jyyawf2hdw64t2ac7q",
  redirectUris: METADATA.redirect_uris,
  status: "pending",
  origin: ORIGIN,
};

async function sqlite(count) {
  const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-capacity-"));
  const file = join(directory, "clients");
  openSqliteStore(new Database(file)).close();
  const filling = new Database(file);
  filling.exec(`WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${count})
    INSERT INTO client (${columns})
    SELECT ${values("printf('client%020d', n)", "lower(hex(randomblob(32)))")} FROM number`);
  filling.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  filling.close();
  const store = openSqliteStore(new Database(file), { checkIntegrity: false });
  await measure("SQLite", count, store, statSync(file).size);
  store.close();
  const log = openSqliteAuditLog(new Database(file), { checkIntegrity: false });
  console.log(`  audited ${await rate(() => log.record(EVENT))}/s`);
  log.close();
  rmSync(directory, { recursive: true });
}

async function postgres(count) {
  const schema = `capacity_${process.pid}`;
  const pool = new pg.Pool({ host: "127.0.0.1", user: "postgres", database: "test", max: 10 });
  const store = await openPostgresStore(pool, { schema });
  try {
    await pool.query(`INSERT INTO ${schema}.client (${columns})
      SELECT ${values("'client' || lpad(n::text, 20, '0')", "md5(random()::text) || md5(random()::text)")}
      FROM generate_series(1, ${count}) AS n`);
    await pool.query(`ANALYZE ${schema}.client`);
    const { rows } = await pool.query("SELECT pg_total_relation_size($1) AS bytes", [`${schema}.client`]);
    await measure("PostgreSQL", count, store, Number(rows[0].bytes));
    const log = await openPostgresAuditLog(pool, { schema });
    console.log(`  audited ${await rate(() => log.record(EVENT))}/s`);
    const audited = await pool.query("SELECT pg_total_relation_size($1) AS bytes", [`${schema}.audit_event`]);
    console.log(`  ${Math.round(Number(audited.rows[0].bytes) / CALLS)} bytes an event`);
  } finally {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    await pool.end();
  }
}

for (const count of [SMALL, LARGE]) await sqlite(count);
for (const count of [SMALL, LARGE]) await postgres(count);
