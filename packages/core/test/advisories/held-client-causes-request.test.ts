import { expect, test } from "vitest";
import { privateKeyJwt } from "../../src/client-authentication/private-key-jwt.js";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { PUBLIC, START } from "../support/managed-registration.js";
import { NOW, testKey } from "../json-web-token/token-issuer.js";
import { attackedRegistration, SERVER } from "../support/attacked-registration.js";
import { recordedConnection } from "../support/recording-connection.js";

test("CVE-2026-1180 (Keycloak): nothing is asked of the jwks_uri of a client that nobody approved yet", async () => {
  const key = await testKey();
  const { guardedFetch, requests } = recordedConnection({ keys: [key.jwk] });
  const registration = attackedRegistration("mcpPreset", {
    authorizationServer: {
      ...SERVER,
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["ES256", "RS256"],
    },
    policies: { every: [holdForApproval()] },
    clientAssertions: privateKeyJwt({
      audience: SERVER.issuer,
      replay: memoryReplayStore({ clock: () => START }),
      guardedFetch,
    }),
  });
  const { client_id: id } = await registration.innocent({
    ...PUBLIC,
    token_endpoint_auth_method: "private_key_jwt",
    jwks_uri: "https://app.example/jwks",
  });
  const parameters = new URLSearchParams({
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await key.sign({
      iss: id,
      sub: id,
      aud: SERVER.issuer,
      exp: NOW + 60,
      jti: "1",
    }),
  });
  expect((await registration.registration.authenticateClient({ parameters })).ok).toBe(false);
  expect(requests).toEqual([]);
});
