import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const issuer = process.env["ISSUER"] ?? `http://127.0.0.1:${process.env["PORT"] ?? 3000}`;

/** Routes and pages may be bundled apart from each other: what they share is the file. */
export const registration = createClientRegistration({
  ...mcpPreset({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    scopes_supported: ["tools:read", "tools:execute"],
  }),
  access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 60 }) }),
  store: openSqliteStore(new Database(process.env["CLIENTS_DATABASE"] ?? "clients.sqlite")),
  // This application has no token endpoint that records uses, and nothing in it sweeps.
  lifecycle: {},
  quotas: {},
  wellKnownNames: { Claude: ["claude.ai"] },
  audit: (event) => console.log(JSON.stringify(event)),
});
