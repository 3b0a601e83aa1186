import { createClientRegistration } from "@oauth-dcr/core";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { privateKeyJwt } from "@oauth-dcr/core/jose";
import { memoryRateLimiter, memoryReplayStore } from "@oauth-dcr/core/memory";
import { openBankingPreset } from "@oauth-dcr/core/open-banking";
import { pinnedConnection } from "@oauth-dcr/node";
import { store } from "./sqlite.js";

const issuer = "https://bank.example";
const replay = memoryReplayStore(); // several processes need one that they share
const outgoing = () => guardedFetch({ connection: pinnedConnection() });

export const registration = createClientRegistration({
  ...openBankingPreset(
    { issuer, scopes_supported: ["openid", "accounts", "payments"] },
    {
      trustedIssuers: [{ issuer: "Directory", keys: { jwksUri: "https://directory.example/jwks" } }],
      guardedFetch: outgoing(),
      rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 60 }),
      replay,
      // Put your own policies here. Below the spread they would replace the policy of the profile.
      policies: {},
    },
  ),
  clientAssertions: privateKeyJwt({ audience: issuer, replay, guardedFetch: outgoing() }),
  store,
  audit: (event) => console.log(JSON.stringify(event)),
});
