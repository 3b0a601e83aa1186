import { createClientRegistration, openRegistration, requireSoftwareStatement } from "@oauth-dcr/core";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { softwareStatements } from "@oauth-dcr/core/jose";
import { memoryRateLimiter, memoryReplayStore } from "@oauth-dcr/core/memory";
import { httpsRedirects, redirectUriPolicy } from "@oauth-dcr/core/redirect-uri";
import { pinnedConnection } from "@oauth-dcr/node";
import { store } from "./sqlite.js";

const issuer = "https://bank.example";

export const registration = createClientRegistration({
  authorizationServer: { issuer, scopes_supported: ["openid", "accounts"] },
  redirectUris: redirectUriPolicy(httpsRedirects),
  access: requireSoftwareStatement(
    openRegistration({ rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 60 }) }),
  ),
  softwareStatements: softwareStatements({
    trustedIssuers: [
      {
        issuer: "https://directory.example",
        keys: { jwksUri: "https://directory.example/jwks" },
        algorithms: ["PS256"],
      },
    ],
    audience: issuer,
    guardedFetch: guardedFetch({ connection: pinnedConnection() }),
    signedRequests: {
      // The claim of the statement that has the URL of the software's keys.
      jwksUriClaim: "software_jwks_uri",
      algorithms: ["PS256"],
      replay: memoryReplayStore(), // for several processes, one that they share
    },
  }),
  store,
  audit: (event) => console.log(JSON.stringify(event)),
});
