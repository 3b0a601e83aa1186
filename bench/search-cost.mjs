/*
 * What the indexes and triggers of search and counts cost a registration: the same registrations on two databases, one of
 * which has none of them, in turns, in one run. `node bench/search-cost.mjs [rounds] [registrations of a round] [clients that are
 * there]`; PostgreSQL by the PG* variables, and only where one answers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { openPostgresStore, openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";
import { postgresPool } from "./postgres.mjs";

const [ROUNDS, REGISTRATIONS, CLIENTS] = [40, 500, 100_000].map((usual, index) =>
  Number(process.argv[2 + index] ?? usual),
);
const AT_ONCE = 64;

/** Clients as they come: a name of a few words, and a redirect URI on the web or on the own machine. */
const NAMES = ["Claude", "Cursor", "MCP Inspector", "Visual Studio Code", "An assistant for mail", "agent-7"];
let registrations = 0;
function metadata() {
  const n = (registrations += 1);
  return {
    client_name: NAMES[n % NAMES.length],
    redirect_uris: [n % 2 ? `https://app${n % 50_000}.example/callback` : "http://127.0.0.1:3000/callback"],
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
  };
}

function registrationOn(store) {
  return createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["mcp:tools"] }),
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 1e9, windowSeconds: 60 }) }),
    store,
    idempotentRegistration: false,
    quotas: { perAddress: 1e9, total: 1e9 },
    audit: () => undefined,
  });
}

/** Registrations a second, and the time of the processor in this process for each in microseconds. */
async function measure({ registerClient }) {
  let left = REGISTRATIONS;
  const [begin, used] = [performance.now(), process.cpuUsage()];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left > 0) {
        left -= 1;
        const { ok, error } = await registerClient(metadata(), {
          clientAddress: `198.51.${registrations % 200}.7`,
        });
        if (!ok) throw new Error(JSON.stringify(error));
      }
    }),
  );
  const { user, system } = process.cpuUsage(used);
  return { rate: (REGISTRATIONS / (performance.now() - begin)) * 1000, cpu: (user + system) / REGISTRATIONS };
}

async function compare(name, searched, bare) {
  await measure(searched);
  await measure(bare);
  const pairs = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? [searched, bare] : [bare, searched];
    const [first, second] = [await measure(order[0]), await measure(order[1])];
    pairs.push(round % 2 === 0 ? [first, second] : [second, first]);
  }
  const quarters = (of) => {
    const sorted = pairs.map(of).sort((one, other) => one - other);
    return [1, 2, 3].map((quarter) => sorted[Math.floor((sorted.length * quarter) / 4)]);
  };
  const middle = (of) => quarters(of)[1].toFixed(0);
  const ratios = (of) => quarters(of).map((ratio) => ratio.toFixed(2));
  const rates = ratios(([one, other]) => one.rate / other.rate);
  const cpu = ratios(([one, other]) => one.cpu / other.cpu);
  console.log(
    `${name}: ${middle(([one]) => one.rate)} registrations a second with search and counts, ` +
      `${middle(([, other]) => other.rate)} without; ratio of pairs: median ${rates[1]}, half within ${rates[0]} to ${rates[2]}\n` +
      `${name}: ${middle(([one]) => one.cpu)} µs of this process with, ${middle(([, other]) => other.cpu)} µs without; ` +
      `ratio of pairs: median ${cpu[1]}, half within ${cpu[0]} to ${cpu[2]}`,
  );
}

const INDEXES = ["owner", "name", "last_used_at", "status", "tier", "source"].map((one) => `client_${one}`);
const COLUMNS =
  "client_id, client_id_issued_at, version, status, requirements, origin, metadata, name, terms";
const values = (n) => `'client-' || ${n}, 1790000000 + ${n}, 1, 'pending', '{}',
  '{"source":"open","policies":[]}', '{"client_name":"Client"}', 'client ' || ${n},
  '["host:h' || ${n} % 50000 || '.example"]'`;

const folder = mkdtempSync(join(tmpdir(), "search-cost-"));
try {
  const stores = [true, false].map((isSearched) => {
    const file = join(folder, `${isSearched}.sqlite`);
    openSqliteStore(new Database(file)).close();
    const database = new Database(file);
    if (!isSearched) {
      const triggers = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
      for (const trigger of triggers) database.exec(`DROP TRIGGER ${trigger.name}`);
      for (const index of INDEXES) database.exec(`DROP INDEX ${index}`);
    }
    database.exec(`INSERT INTO client (${COLUMNS})
      WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${CLIENTS})
      SELECT ${values("n")} FROM number`);
    database.close();
    return openSqliteStore(new Database(file));
  });
  await compare("SQLite", ...stores.map(registrationOn));
  for (const store of stores) store.close();
} finally {
  rmSync(folder, { recursive: true });
}

const pool = await postgresPool({ connectionTimeoutMillis: 60_000, max: 10 });
const schemas = [true, false].map((isSearched) => `bench_cost_${process.pid}_${isSearched}`);
try {
  const stores = [];
  for (const schema of schemas) {
    stores.push(
      await openPostgresStore(pool, { schema, statementTimeoutSeconds: 600, lockTimeoutSeconds: 60 }),
    );
    if (schema.endsWith("false")) {
      const { rows } = await pool.query(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal",
        [`${schema}.client`],
      );
      for (const { tgname } of rows) await pool.query(`DROP TRIGGER ${tgname} ON ${schema}.client`);
      for (const index of INDEXES) await pool.query(`DROP INDEX ${schema}.${index}`);
    }
    await pool.query(`INSERT INTO ${schema}.client (${COLUMNS})
      SELECT ${values("n")} FROM generate_series(1, ${CLIENTS}) AS n`);
    await pool.query(`VACUUM ANALYZE ${schema}.client`);
  }
  await compare("PostgreSQL", ...stores.map(registrationOn));
} finally {
  for (const schema of schemas) await pool.query(`DROP SCHEMA ${schema} CASCADE`);
  await pool.end();
}
