import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { statelessStore } from "@oauth-dcr/core/stateless";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";

const issuer = "https://as.example";
/** Decodes 32 random bytes from base64, as `openssl rand -base64 32` prints them. */
const secretOf = (text = "") => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export const registration = createClientRegistration({
  ...mcpPreset({ issuer, scopes_supported: ["tools:read"] }),
  access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 60 }) }),
  store: statelessStore({
    issuer,
    keys: [{ id: "2026", secret: secretOf(process.env["CLIENT_ID_KEY"]) }],
    ttlSeconds: 90 * 86_400,
  }),
  audit: (event) => console.log(JSON.stringify(event)),
});
