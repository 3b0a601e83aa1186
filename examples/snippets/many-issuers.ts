import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { issuerFromPath, manyIssuers } from "@oauth-dcr/core/many-issuers";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { scheduleSweep, toNodeHandler } from "@oauth-dcr/node";
import { openPostgresStore } from "@oauth-dcr/store-sql";
import { createServer } from "node:http";
import { pool } from "./postgres.js"; // one for all issuers

const tenants = new Set(["https://as.example/acme", "https://as.example/umbrella"]); // or ask your database

export const issuers = manyIssuers({
  issuerOf: issuerFromPath("https://as.example"),
  registrationFor: async (issuer, { key, keep }) => {
    if (!tenants.has(issuer)) return undefined;
    // `keep` creates it once. Otherwise its counts would start again whenever the registration is rebuilt.
    const rateLimiter = keep("limit", () =>
      memoryRateLimiter({ limit: 100, windowSeconds: 60, maxKeys: 1000 }),
    );
    return createClientRegistration({
      ...mcpPreset({ issuer, scopes_supported: ["tools:read"] }),
      access: openRegistration({ rateLimiter }),
      store: await openPostgresStore(pool, { schema: key }),
      audit: (event) => console.log(JSON.stringify({ issuer, ...event })),
    });
  },
});

createServer(toNodeHandler(issuers)).listen(3000);
export const sweeping = scheduleSweep(issuers, { everySeconds: 60 }); // one timer for all issuers
