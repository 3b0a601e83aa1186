import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { scheduleSweep } from "@oauth-dcr/node";
import { rateLimiterFlexible } from "@oauth-dcr/rate-limit";
import { openPostgresStore } from "@oauth-dcr/store-sql";
import { Redis } from "ioredis";
import pg from "pg";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { hasGrants } from "./your-tokens.js"; // yours: whether a client has grants that still count

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
      // Two authorization servers at one Redis each need a prefix of their own.
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

  // Unused clients end after a day, used ones after ninety without a use, and none that has grants.
  lifecycle: {
    unusedTtlSeconds: 86_400,
    idleTtlSeconds: 90 * 86_400,
    isClientInUse: (client) => hasGrants(client.clientId),
  },
  // How many clients may wait for their first use: of one address, and of all.
  quotas: { perAddress: 50, total: 100_000 },
});

// At the token endpoint, after each token that you issue: await registration.recordClientUse(client).
export const sweeping = scheduleSweep(registration, { everySeconds: 60 });
