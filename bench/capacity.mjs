// What a client costs in each database, and what one machine does with few of them and with many: bytes a row with all
// indexes, calls a second and their p99. Few and many take turns, and each turn deletes what it created. Sizes: node
// capacity.mjs FEW MANY. Prints JSON.
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
import { POSTGRES, postgresAnswers } from "./postgres.mjs";
import { list, median } from "./timed.mjs";

const CALLS = 20_000;
const ROUNDS = 5;
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

/** Calls a second, and the milliseconds within which 99 of 100 are answered. */
async function pace(call) {
  const times = [];
  let begun = 0;
  const start = performance.now();
  await Promise.all(
    list(AT_ONCE, async () => {
      while (begun < CALLS / ROUNDS) {
        begun += 1;
        const before = performance.now();
        await call();
        times.push(performance.now() - before);
      }
    }),
  );
  const perSecond = (times.length / (performance.now() - start)) * 1000;
  return { perSecond, p99: times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] };
}

const STEPS = {
  created: ({ store }) => store.createClient(newClient()),
  counted({ store }) {
    const quotaKeys = [`address:192.0.2.${Math.floor(Math.random() * 256)}`, "total"];
    return store.createClient({ ...newClient(), quotaKeys }, { quotas: [{ key: "total", limit: 1e12 }] });
  },
  async found({ store, count }) {
    if (!(await store.findClient(anyOf(count)))) throw new Error("a client is missing");
  },
  // A day later in each round: a second use of the same day is not written.
  async used({ store, count }, round) {
    const at = NOW - (ROUNDS + 1 - round) * 86_400;
    const { outcome } = await store.recordClientUse(anyOf(count), { at, expiresAt: at + 90 * 86_400 });
    if (outcome !== "recorded") throw new Error(`a use was not recorded: ${outcome}`);
  },
  audited: ({ log }) => log.record(EVENT),
};

/** Medians of each step on each of `databases`. */
async function paces(databases) {
  const all = databases.map(() => Object.fromEntries(Object.keys(STEPS).map((step) => [step, []])));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [step, call] of Object.entries(STEPS)) {
      for (const [place, database] of databases.entries()) {
        const result = await pace(() => call(database, round));
        if (round > 0) all[place][step].push(result);
        if (step === "counted") await database.forget();
      }
    }
  }
  const medianOf = (results, what) => median(results.map((result) => result[what]));
  return all.map((steps) =>
    Object.fromEntries(
      Object.entries(steps).map(([step, results]) => [
        step,
        { perSecond: medianOf(results, "perSecond"), p99: medianOf(results, "p99") },
      ]),
    ),
  );
}

/** Deletes what the rounds created, whose identifiers are hexadecimal. */
const FORGET = "DELETE FROM client WHERE client_id < 'client' OR client_id > 'clienu'";

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

function sqlite(count) {
  const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-capacity-"));
  const file = join(directory, "clients");
  openSqliteStore(new Database(file)).close();
  const filling = new Database(file);
  filling.exec(`WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${count})
    INSERT INTO client (${columns})
    SELECT ${values("printf('client%020d', n)", "lower(hex(randomblob(32)))")} FROM number`);
  filling.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const bytes = statSync(file).size;
  const store = openSqliteStore(new Database(file), { checkIntegrity: false });
  const log = openSqliteAuditLog(new Database(file), { checkIntegrity: false });
  return {
    count,
    bytes,
    store,
    log,
    forget: () => filling.exec(FORGET),
    close() {
      for (const open of [store, log, filling]) open.close();
      rmSync(directory, { recursive: true });
    },
  };
}

async function postgres(count) {
  const schema = `capacity_${process.pid}_${count}`;
  const pool = new pg.Pool({ connectionString: POSTGRES, max: 10, options: `-c search_path=${schema}` });
  const drop = async () => {
    await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await pool.end();
  };
  try {
    const store = await openPostgresStore(pool, { schema });
    await pool.query(`INSERT INTO client (${columns})
      SELECT ${values("'client' || lpad(n::text, 20, '0')", "md5(random()::text) || md5(random()::text)")}
      FROM generate_series(1, ${count}) AS n`);
    await pool.query("VACUUM ANALYZE client");
    const { rows } = await pool.query("SELECT pg_total_relation_size('client') AS bytes");
    const log = await openPostgresAuditLog(pool, { schema });
    return {
      count,
      bytes: Number(rows[0].bytes),
      store,
      log,
      forget: () => pool.query(FORGET),
      close: drop,
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10_000, 1_000_000];
const kinds = { SQLite: sqlite, ...((await postgresAnswers()) && { PostgreSQL: postgres }) };
const measured = [];
for (const [name, open] of Object.entries(kinds)) {
  const databases = [];
  try {
    for (const count of counts) databases.push(await open(count));
    for (const [place, steps] of (await paces(databases)).entries()) {
      const { count, bytes } = databases[place];
      measured.push({ name, count, bytesEach: bytes / count, steps });
    }
  } finally {
    for (const database of databases) await database.close();
  }
}
console.log(JSON.stringify(measured));
