import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { requireConsent } from "@oauth-dcr/core/policy";
import { trustTiers } from "@oauth-dcr/core/trust";
import { store } from "./sqlite.js";

const DAY = 86_400;

export const registration = createClientRegistration({
  ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["tools:read", "tools:write"] }),
  access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 20, windowSeconds: 3600 }) }),
  store,
  audit: (event) => console.log(JSON.stringify(event)),
  trust: trustTiers({
    tiers: {
      unknown: { scopes: ["tools:read"], policies: [requireConsent()], quotas: { total: 10_000 } },
      approved: { lifecycle: { unusedTtlSeconds: 30 * DAY, idleTtlSeconds: 365 * DAY } },
      first_party: { lifecycle: { unusedTtlSeconds: null, idleTtlSeconds: null } },
    },
    templates: [
      { name: "own-apps", match: { host: "*.apps.example" }, tier: "first_party" },
      {
        name: "partners",
        match: { source: "initial_access_token" },
        tier: "approved",
        quotas: { total: 500 },
      },
    ],
  }),
});
