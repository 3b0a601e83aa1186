// The PostgreSQL server that the bench uses: each part works in a schema of its own and drops it.
import pg from "pg";

export const POSTGRES = process.env.BENCH_POSTGRES ?? "postgres://postgres@127.0.0.1:5432/test";

async function withPostgres(use) {
  const client = new pg.Client({ connectionString: POSTGRES });
  try {
    await client.connect();
    await use(client);
  } finally {
    await client.end();
  }
}

export const dropSchema = (schema) =>
  withPostgres((client) => client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`));

export async function postgresAnswers() {
  try {
    await withPostgres((client) => client.query("SELECT 1"));
    return true;
  } catch {
    console.error(`skipped: no PostgreSQL answers at ${POSTGRES}`);
    return false;
  }
}

/** A pool of connections. Where no server answers, says so and ends the process: what was measured before stands. */
export async function postgresPool(options) {
  const pool = new pg.Pool({ connectionString: POSTGRES, ...options });
  pool.on("error", () => undefined);
  try {
    await pool.query("SELECT 1");
  } catch (error) {
    console.log(`PostgreSQL: not measured, ${error.message}`);
    process.exit(0);
  }
  return pool;
}
