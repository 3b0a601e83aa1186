import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { memoryStore } from "@oauth-dcr/core/memory";
import { pinnedConnection, scheduleSweep } from "@oauth-dcr/node";
import { startServer } from "./server.js";

const { origin, registration } = await startServer({
  port: Number(process.env["PORT"] ?? 3000),
  store: memoryStore(), // or openSqliteStore(…), openPostgresStore(…) of @oauth-dcr/store-sql
  guardedFetch: guardedFetch({ connection: pinnedConnection() }),
  audit: (event) => console.log(JSON.stringify(event)),
  clock: Date.now,
});
scheduleSweep(registration, { everySeconds: 60 });
console.log(`OpenID provider on ${origin}/.well-known/openid-configuration`);
