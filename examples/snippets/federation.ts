import { readFileSync } from "node:fs";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { federationRegistration } from "@oauth-dcr/core/federation";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";
import { pinnedConnection } from "@oauth-dcr/node";
import type { JSONWebKeySet, JWK } from "jose";

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const rateLimiter = memoryRateLimiter({ limit: 100, windowSeconds: 60 });

export const registration = createClientRegistration({
  ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["tools:read"] }),
  access: openRegistration({ rateLimiter }),
  federation: federationRegistration({
    trustAnchors: [
      { entityId: "https://anchor.example", jwks: readJson("anchor-keys.json") as JSONWebKeySet },
    ],
    guardedFetch: guardedFetch({ connection: pinnedConnection() }),
    signingKey: readJson("federation-key.json") as JWK,
    entityConfiguration: { authorityHints: ["https://anchor.example"] }, // serves /.well-known/openid-federation
    rateLimiter,
  }),
  store: memoryStore(),
  audit: (event) => console.log(JSON.stringify(event)),
});
