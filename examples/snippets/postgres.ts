import { openPostgresStore } from "@oauth-dcr/store-sql";
import pg from "pg";

// Without the two time limits, a request would wait for a silent PostgreSQL for ever.
export const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  connectionTimeoutMillis: 5_000,
  query_timeout: 5_000,
});
pool.on("error", console.error); // otherwise a broken idle connection would end the process

export const store = await openPostgresStore(pool, { schema: "oauth_dcr" });
