import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { scheduleSweep } from "@oauth-dcr/node";
import { rateLimiterFlexible } from "@oauth-dcr/rate-limit";
import { openPostgresStore } from "@oauth-dcr/store-sql";
import { Redis } from "ioredis";
import pg from "pg";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { hasGrants } from "./your-tokens.js"; // yours: whether a client has grants that are still valid

export const storeClient = new Redis({
  enableOfflineQueue: false,
  commandTimeout: 2_000,
  socketTimeout: 2_000,
});
export const pool = new pg.Pool({ connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
for (const service of [storeClient, pool]) service.on("error", console.error);

export const registration = createClientRegistration({
  ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["tools:read"] }),
  access: openRegistration({
    rateLimiter: rateLimiterFlexible(
      // Authorization servers that share a Redis need different prefixes.
      new RateLimiterRedis({
        storeClient,
        keyPrefix: "oauth-dcr:https://as.example",
        points: 100,
        duration: 60,
      }),
    ),
  }),
  store: await openPostgresStore(pool),
  audit: (event) => console.log(JSON.stringify(event)),

  // A client expires a day after it registered, or ninety days after its last use, and not while it has grants.
  lifecycle: {
    unusedTtlSeconds: 86_400,
    idleTtlSeconds: 90 * 86_400,
    isClientInUse: (client) => hasGrants(client.clientId),
  },
  // How many unused clients one address, and all together, may have.
  quotas: { perAddress: 50, total: 100_000 },
});

// At the token endpoint, after each token that you issue: await registration.recordClientUse(client).
export const sweeping = scheduleSweep(registration, { everySeconds: 60 });
