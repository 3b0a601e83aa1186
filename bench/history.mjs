/*
 * How long a page of a client's history takes with a million events in the audit log, and what its index costs each event: the
 * same events are recorded in two logs, one of which has no index, in turns. The million is written by SQL.
 * `node bench/history.mjs [events] [rounds]`; PostgreSQL by the PG* variables, and only where one answers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresAuditLog, openSqliteAuditLog } from "@oauth-dcr/store-sql";
import Database from "libsql";
import { postgresPool } from "./postgres.mjs";

const [EVENTS, ROUNDS] = [1_000_000, 10].map((usual, index) => Number(process.argv[2 + index] ?? usual));
const RECORDED = 2000;
const AT_ONCE = 64;
/** Every hundredth event is of one client, every other of a client with a few. */
const event = (
  n,
) => `'{"type":"client_updated","at":"2026-09-21T14:13:20.000Z","actor":"client","requestId":"' || ${n} ||
  '","findings":[],"clientId":"' || CASE WHEN ${n} % 100 = 0 THEN 'busy' ELSE 'client-' || ${n} % 300000 END ||
  '","redirectUris":["https://app.example/callback"],"status":"active","origin":{"source":"open","policies":[]}}'`;
const values = (n) => `${n}, ${event(n)}, '${"0".repeat(64)}'`;

const sorted = (numbers) => [...numbers].sort((one, other) => one - other);

async function pages(name, log) {
  for (const [what, clientId] of [
    ["a client with a few events", (round) => `client-${1 + ((round * 7919) % 300_000)}`],
    ["a client with a hundredth of all", () => "busy"],
    ["nobody", (round) => `nobody-${round}`],
  ]) {
    const times = [];
    let before;
    for (let round = 0; round < 100; round += 1) {
      const begin = performance.now();
      const page = await log.readClientHistory(clientId(round), { limit: 100, ...(before && { before }) });
      times.push(performance.now() - begin);
      before = what.includes("hundredth") ? page.next : undefined;
    }
    const [middle, longest] = [sorted(times)[50], Math.max(...times)];
    console.log(`${name}: ${what}: median ${middle.toFixed(1)} ms, longest ${longest.toFixed(1)} ms`);
  }
}

let recorded = 0;
async function rate(log) {
  let left = RECORDED;
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left > 0) {
        left -= 1;
        await log.record({
          type: "client_updated",
          at: "2026-09-21T14:13:20.000Z",
          actor: "client",
          requestId: "request",
          findings: [],
          clientId: `new-${(recorded += 1)}`,
          redirectUris: ["https://app.example/callback"],
          status: "active",
          origin: { source: "open", policies: [] },
          changes: [],
        });
      }
    }),
  );
  return (RECORDED / (performance.now() - begin)) * 1000;
}

async function compare(name, indexed, bare) {
  await rate(indexed);
  await rate(bare);
  const ratios = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? [indexed, bare] : [bare, indexed];
    const [first, second] = [await rate(order[0]), await rate(order[1])];
    ratios.push(round % 2 === 0 ? first / second : second / first);
  }
  const all = sorted(ratios).map((ratio) => ratio.toFixed(2));
  console.log(
    `${name}: events a second with the index to those without, in pairs: median ${all[ROUNDS >> 1]}, all ${all.join(" ")}`,
  );
}

const folder = mkdtempSync(join(tmpdir(), "history-"));
try {
  const logs = [true, false].map((isIndexed) => {
    const file = join(folder, `${isIndexed}.sqlite`);
    openSqliteAuditLog(new Database(file)).close();
    const database = new Database(file);
    if (!isIndexed) database.exec("DROP INDEX audit_event_client");
    database.exec(`INSERT INTO audit_event (position, event, hash)
      WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${EVENTS})
      SELECT ${values("n")} FROM number; UPDATE audit_head SET position = ${EVENTS}`);
    database.close();
    return openSqliteAuditLog(new Database(file), { checkIntegrity: false });
  });
  await pages("SQLite", logs[0]);
  await compare("SQLite", ...logs);
  for (const log of logs) log.close();
} finally {
  rmSync(folder, { recursive: true });
}

const pool = await postgresPool({ connectionTimeoutMillis: 60_000, max: 10 });
const schemas = [true, false].map((isIndexed) => `bench_history_${process.pid}_${isIndexed}`);
try {
  const logs = [];
  for (const schema of schemas) {
    logs.push(await openPostgresAuditLog(pool, { schema, statementTimeoutSeconds: 600 }));
    if (schema.endsWith("false")) await pool.query(`DROP INDEX ${schema}.audit_event_client`);
    await pool.query(`INSERT INTO ${schema}.audit_event (position, event, hash)
      SELECT ${values("n")} FROM generate_series(1, ${EVENTS}) AS n`);
    await pool.query(`UPDATE ${schema}.audit_head SET position = ${EVENTS}`);
    await pool.query(`ANALYZE ${schema}.audit_event`);
  }
  await pages("PostgreSQL", logs[0]);
  await compare("PostgreSQL", ...logs);
} finally {
  for (const schema of schemas) await pool.query(`DROP SCHEMA ${schema} CASCADE`);
  await pool.end();
}
