import { memoryStoreWithConsents } from "@oauth-dcr/core/consent";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { pinnedConnection, scheduleSweep } from "@oauth-dcr/node";
import { startServer } from "./server.js";

const { mcpUrl, registration } = await startServer({
  port: Number(process.env["PORT"] ?? 3000),
  store: memoryStoreWithConsents(), // or openSqliteStore(…), openPostgresStore(…) of @oauth-dcr/store-sql
  guardedFetch: guardedFetch({ connection: pinnedConnection() }),
  audit: (event) => console.log(JSON.stringify(event)),
  clock: Date.now,
});
scheduleSweep(registration, { everySeconds: 60 });
console.log(`MCP server on ${mcpUrl.href}`);
