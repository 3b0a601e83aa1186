import { openPostgresStore } from "@oauth-dcr/store-sql";
import pg from "pg";

// Without the two time limits, a request waits for a server that stays silent.
export const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  connectionTimeoutMillis: 5_000,
  query_timeout: 5_000,
});
pool.on("error", console.error); // an idle connection that breaks would end the process otherwise

export const store = await openPostgresStore(pool, { schema: "oauth_dcr" });
