import { beforeAll, describe, expect, test } from "vitest";
import { privateKeyJwt } from "../../src/client-authentication/private-key-jwt.js";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import { PUBLIC, START, textOf } from "../support/managed-registration.js";
import { NOW, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import {
  attackedRegistration,
  PRESET_NAMES,
  SERVER,
  type PresetName,
} from "../support/attacked-registration.js";
import {
  INTERNAL_URLS,
  jsonDocument,
  recordedConnection,
  redirectTo,
} from "../support/recording-connection.js";

let key: TestKey;
beforeAll(async () => {
  key = await testKey();
});

const JWKS_URI = "https://app.example/jwks.json";
const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

function registrationWith(preset: PresetName) {
  const connection = recordedConnection({ keys: [key.jwk] });
  const registration = attackedRegistration(preset, {
    authorizationServer: {
      ...SERVER,
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["ES256", "RS256"],
    },
    guardedFetch: connection.guardedFetch,
    clientAssertions: privateKeyJwt({
      audience: SERVER.issuer,
      replay: memoryReplayStore({ clock: () => START }),
      guardedFetch: connection.guardedFetch,
    }),
  });
  let serial = 0;

  async function authenticate(clientId: string, header: object = {}) {
    const claims = { iss: clientId, sub: clientId, aud: SERVER.issuer, exp: NOW + 60, jti: String(++serial) };
    const parameters = new URLSearchParams({
      client_assertion_type: TYPE,
      client_assertion: await key.sign(claims, header),
    });
    return registration.registration.authenticateClient({ parameters });
  }

  const clientOf = (jwks_uri: string) =>
    registration.post({ ...PUBLIC, token_endpoint_auth_method: "private_key_jwt", jwks_uri });
  return {
    ...registration,
    connection,
    authenticate,
    clientOf,
    urls: () => connection.requests.map(({ url }) => url.href),
  };
}

describe.each(PRESET_NAMES)("CVE-2026-1180 (Keycloak): jwks_uri with %s", (preset) => {
  test("is asked for when its client authenticates and not before, through the guarded fetch", async () => {
    const registration = registrationWith(preset);
    const { body } = await registration.clientOf(JWKS_URI);
    expect(registration.urls()).toEqual([]);
    expect(await registration.authenticate(textOf(body, "client_id"))).toMatchObject({ ok: true });
    expect(registration.urls()).toEqual([JWKS_URI]);
  });

  test("leads to no host of a private network, whatever its spelling", async () => {
    const registration = registrationWith(preset);
    for (const url of INTERNAL_URLS) {
      const { status, body } = await registration.clientOf(url);
      expect(status, url).toBe(400);
      expect(body["error_description"]).toMatch(/^jwks_uri /);
    }
    expect(registration.urls()).toEqual([]);
  });

  test("CVE-2026-32236 (Backstage): is not followed to another address", async () => {
    const registration = registrationWith(preset);
    registration.connection.answer = () => redirectTo("https://169.254.169.254/", { keys: [key.jwk] });
    const { body } = await registration.clientOf(JWKS_URI);
    expect((await registration.authenticate(textOf(body, "client_id"))).ok).toBe(false);
    expect(registration.urls()).toEqual([JWKS_URI]);
  });

  test("is not asked again for every made-up kid, and no header of an assertion names another address", async () => {
    const registration = registrationWith(preset);
    const { body } = await registration.clientOf(JWKS_URI);
    registration.connection.answer = () => jsonDocument({ keys: [] });
    for (let i = 0; i < 20; i++) {
      const header = { kid: `made-up-${i}`, jku: "https://evil.example/", x5u: "https://evil.example/" };
      expect((await registration.authenticate(textOf(body, "client_id"), header)).ok).toBe(false);
    }
    expect(registration.urls()).toEqual([JWKS_URI]);
  });

  test("is not asked for where nobody knows the client", async () => {
    const registration = registrationWith(preset);
    await registration.clientOf(JWKS_URI);
    expect((await registration.authenticate("nobody")).ok).toBe(false);
    expect(registration.urls()).toEqual([]);
  });
});
