// Ends when a process of the PostgreSQL server on this machine has ended.
// node await-end.mjs <pid>
import pg from "pg";

const client = new pg.Client({ host: "127.0.0.1", user: "postgres", database: "test" });
await client.connect();
const alive = "SELECT 1 FROM pg_stat_activity WHERE pid = $1";
while ((await client.query(alive, [process.argv[2]])).rows.length > 0);
await client.end();
