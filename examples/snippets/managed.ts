import { createClientRegistration, tokenGatedPreset } from "@oauth-dcr/core";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { holdForApproval, reserveNames, sameHostDisplayUris } from "@oauth-dcr/core/policy";
import { privateKeyJwt, softwareStatements } from "@oauth-dcr/core/jose";
import { memoryReplayStore } from "@oauth-dcr/core/memory";
import { pinnedConnection } from "@oauth-dcr/node";
import { revokeTokensOf } from "./your-tokens.js"; // yours: revokes a client's grants and tokens
import { store } from "./sqlite.js";

// Each use gets its own, so that clients that register cannot delay clients that authenticate.
const outgoing = () => guardedFetch({ connection: pinnedConnection() });

export const registration = createClientRegistration({
  ...tokenGatedPreset({
    issuer: "https://as.example",
    scopes_supported: ["read", "write"],
    token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "private_key_jwt"],
    token_endpoint_auth_signing_alg_values_supported: ["ES256", "PS256"],
  }),
  store,
  audit: (event) => console.log(JSON.stringify(event)),
  guardedFetch: outgoing(),

  // RFC 7592: clients read, change and delete themselves at their registration_client_uri.
  clientManagement: { revokeTokens: (client) => revokeTokensOf(client.clientId) },
  clientSecretTtlSeconds: 90 * 86_400,

  // Claims of these issuers replace what a client sends.
  softwareStatements: softwareStatements({
    trustedIssuers: [{ issuer: "https://vendor.example", keys: { jwksUri: "https://vendor.example/jwks" } }],
    guardedFetch: outgoing(),
  }),

  // Your own requirements, for each access mode. The policies that admitted a client also judge its updates.
  policies: {
    every: [reserveNames(["Example Bank"]), sameHostDisplayUris()],
    initialAccessToken: [
      // This holds updates too: an approval covers only the metadata at that time.
      holdForApproval(),
      {
        name: "contacts",
        judge: ({ metadata }) =>
          metadata.contacts
            ? { verdict: "accept" }
            : { verdict: "refuse", member: "contacts", reason: "must name somebody to call" },
      },
    ],
  },

  clientAssertions: privateKeyJwt({
    audience: "https://as.example",
    replay: memoryReplayStore(),
    guardedFetch: outgoing(),
  }),
});
