/*
 * How long a page of `findClients` and a `countClients` take with a million clients. The clients are written by SQL, through the
 * same indexes and triggers. `node bench/search.mjs [clients]`; PostgreSQL by the PG* variables, and only where one answers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresStore, openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";
import { postgresPool } from "./postgres.mjs";

const CLIENTS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 50;

/** Every tenth was used, every hundredth is held, every thousandth has an owner and a tag; hosts repeat after 50,000. */
const columns = `client_id, client_id_issued_at, version, status, last_used_at, requirements, origin, metadata,
  source, tier, owner, name, terms, administration`;
const values = (n, text) => `${text("'client-' || " + n)}, 1790000000 + ${n}, 1,
  CASE WHEN ${n} % 100 = 0 THEN 'awaiting_approval' WHEN ${n} % 10 = 0 THEN 'active' ELSE 'pending' END,
  CASE WHEN ${n} % 10 = 0 THEN 1790000000 + ${n} END, '{}', '{"source":"open","policies":[]}',
  '{"client_name":"Client"}', CASE WHEN ${n} % 20000 = 0 THEN 'operator' ELSE 'open' END,
  CASE WHEN ${n} % 5000 = 0 THEN 'approved' ELSE 'unknown' END,
  CASE WHEN ${n} % 1000 = 0 THEN 'owner-' || (${n} % 7000) END, 'client ' || ${n},
  '["host:h' || (${n} % 50000) || '.example"' || CASE WHEN ${n} % 1000 = 0 THEN ',"tag:prod"' ELSE '' END || ']',
  NULL`;

const QUERIES = {
  "{}": {},
  host: { host: "h4711.example" },
  tag: { tag: "prod" },
  owner: { owner: "owner-3000" },
  text: { text: "client 12345" },
  "text, common": { text: "client" },
  "text, common, far behind": { text: "client" },
  "status held": { status: "awaiting_approval" },
  "tier approved": { tier: "approved" },
  "source operator": { source: "operator" },
  usedBefore: { usedBefore: 1_790_500_000 },
  "source and tier, both common": { source: "open", tier: "unknown" },
  "pending and operator, nobody": { status: "pending", source: "operator" },
  "common, used, nobody": { status: "pending", usedBefore: 1_799_000_000 },
  "text and tag": { text: "client 5", tag: "prod" },
};

/** Where a page far behind the first one begins: at a name, and a client of it or the number of a row. */
const far = (name) => ({
  "text, common, far behind": JSON.stringify(["client 9", name === "SQLite" ? 9 : "client-9"]),
});

async function measure(name, store) {
  for (const [query, criteria] of Object.entries(QUERIES)) {
    const times = [];
    let after = far(name)[query];
    for (let round = 0; round < ROUNDS; round += 1) {
      const begin = performance.now();
      const page = await store.findClients(criteria, { limit: 100, ...(after && { after }) });
      times.push(performance.now() - begin);
      after = page.next;
    }
    report(`${name}: ${query}`, times);
  }
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = performance.now();
    await store.countClients(1_800_000_000);
    times.push(performance.now() - begin);
  }
  report(`${name}: countClients`, times);
}

function report(name, times) {
  const [first, sorted] = [times[0], [...times].sort((one, other) => one - other)];
  const at = (part) => sorted[Math.floor((sorted.length - 1) * part)].toFixed(1);
  console.log(`${name}: first ${first.toFixed(1)} ms, median ${at(0.5)} ms, longest ${at(1)} ms`);
}

const folder = mkdtempSync(join(tmpdir(), "search-"));
try {
  const file = join(folder, "clients.sqlite");
  const store = openSqliteStore(new Database(file));
  const database = new Database(file);
  database.exec(`INSERT INTO client (${columns})
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${CLIENTS})
    SELECT ${values("n", (text) => text)} FROM number`);
  database.close();
  await measure("SQLite", store);
  store.close();
} finally {
  rmSync(folder, { recursive: true });
}

const pool = await postgresPool({ connectionTimeoutMillis: 2000, max: 4 });
const schema = `bench_search_${process.pid}`;
try {
  const store = await openPostgresStore(pool, { schema, statementTimeoutSeconds: 600 });
  await pool.query(`SET search_path TO ${schema}`);
  await pool.query(`INSERT INTO ${schema}.client (${columns})
    SELECT ${values("n", (text) => text)} FROM generate_series(1, ${CLIENTS}) AS n`);
  await pool.query(`ANALYZE ${schema}.client; ANALYZE ${schema}.client_term`);
  const begin = performance.now();
  let folds = 0;
  for (let left = 1; left > 0; folds += 1) {
    await store.countClients(0);
    const { rows } = await pool.query(`SELECT count(*) AS left FROM ${schema}.client_count_change`);
    left = Number(rows[0].left);
  }
  console.log(
    `PostgreSQL: ${folds} counts took in all changes in ${(performance.now() - begin).toFixed(0)} ms`,
  );
  await measure("PostgreSQL", store);
} finally {
  await pool.query(`DROP SCHEMA ${schema} CASCADE`);
  await pool.end();
}
