import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";

export const registration = createClientRegistration({
  ...mcpPreset({
    issuer: "https://as.example",
    authorization_endpoint: "https://as.example/authorize",
    token_endpoint: "https://as.example/token",
    scopes_supported: ["tools:read", "tools:execute"],
  }),
  access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 60 }) }),
  store: memoryStore(),
  audit: (event) => console.log(JSON.stringify(event)),
});
