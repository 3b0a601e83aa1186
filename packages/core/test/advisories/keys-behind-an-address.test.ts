import { beforeAll, describe, expect, test } from "vitest";
import { privateKeyJwt } from "../../src/client-authentication/private-key-jwt.js";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import { PUBLIC, START, textOf } from "../client-configuration-endpoint/managed-desk.js";
import { NOW, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import { attackedDesk, PRESET_NAMES, SERVER, type PresetName } from "./attacked-desk.js";
import { INTERNAL_URLS, jsonDocument, recordedConnection, redirectTo } from "./recording-connection.js";

let key: TestKey;
beforeAll(async () => {
  key = await testKey();
});

const JWKS_URI = "https://app.example/jwks.json";
const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

function deskWith(preset: PresetName) {
  const connection = recordedConnection({ keys: [key.jwk] });
  const desk = attackedDesk(preset, {
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
    return desk.desk.authenticateClient({ parameters });
  }

  const clientOf = (jwks_uri: string) =>
    desk.post({ ...PUBLIC, token_endpoint_auth_method: "private_key_jwt", jwks_uri });
  return {
    ...desk,
    connection,
    authenticate,
    clientOf,
    urls: () => connection.requests.map(({ url }) => url.href),
  };
}

describe.each(PRESET_NAMES)("CVE-2026-1180 (Keycloak): jwks_uri with %s", (preset) => {
  test("is asked for when its client authenticates and not before, through the guarded fetch", async () => {
    const desk = deskWith(preset);
    const { body } = await desk.clientOf(JWKS_URI);
    expect(desk.urls()).toEqual([]);
    expect(await desk.authenticate(textOf(body, "client_id"))).toMatchObject({ ok: true });
    expect(desk.urls()).toEqual([JWKS_URI]);
  });

  test("leads to no host of a private network, whatever its spelling", async () => {
    const desk = deskWith(preset);
    for (const url of INTERNAL_URLS) {
      const { status, body } = await desk.clientOf(url);
      expect(status, url).toBe(400);
      expect(body["error_description"]).toMatch(/^jwks_uri /);
    }
    expect(desk.urls()).toEqual([]);
  });

  test("CVE-2026-32236 (Backstage): is not followed to another address", async () => {
    const desk = deskWith(preset);
    desk.connection.answer = () => redirectTo("https://169.254.169.254/", { keys: [key.jwk] });
    const { body } = await desk.clientOf(JWKS_URI);
    expect((await desk.authenticate(textOf(body, "client_id"))).ok).toBe(false);
    expect(desk.urls()).toEqual([JWKS_URI]);
  });

  test("is not asked again for every made-up kid, and no header of an assertion names another address", async () => {
    const desk = deskWith(preset);
    const { body } = await desk.clientOf(JWKS_URI);
    desk.connection.answer = () => jsonDocument({ keys: [] });
    for (let i = 0; i < 20; i++) {
      const header = { kid: `made-up-${i}`, jku: "https://evil.example/", x5u: "https://evil.example/" };
      expect((await desk.authenticate(textOf(body, "client_id"), header)).ok).toBe(false);
    }
    expect(desk.urls()).toEqual([JWKS_URI]);
  });

  test("is not asked for where nobody knows the client", async () => {
    const desk = deskWith(preset);
    await desk.clientOf(JWKS_URI);
    expect((await desk.authenticate("nobody")).ok).toBe(false);
    expect(desk.urls()).toEqual([]);
  });
});
