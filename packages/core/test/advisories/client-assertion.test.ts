import { beforeAll, describe, expect, test } from "vitest";
import { privateKeyJwt } from "../../src/client-authentication/private-key-jwt.js";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import type { JsonObject } from "../../src/lib/json.js";
import { PUBLIC, START } from "../support/managed-registration.js";
import { base64url, NOW, rawToken, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import {
  attackedRegistration,
  PRESET_NAMES,
  SERVER,
  type PresetName,
} from "../support/attacked-registration.js";

const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
let keyA: TestKey, keyB: TestKey;
beforeAll(async () => {
  [keyA, keyB] = await Promise.all([testKey(), testKey()]);
});

/** Clients A and B, each with a key of its own under the same kid, and one that is public. */
async function registrationWithTwo(preset: PresetName) {
  const registration = attackedRegistration(preset, {
    authorizationServer: {
      ...SERVER,
      token_endpoint_auth_methods_supported: ["private_key_jwt", "none"],
      token_endpoint_auth_signing_alg_values_supported: ["ES256", "RS256"],
    },
    clientAssertions: privateKeyJwt({
      audience: SERVER.issuer,
      replay: memoryReplayStore({ clock: () => START }),
    }),
  });
  const clientOf = (key: TestKey) =>
    registration.innocent({
      ...PUBLIC,
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [key.jwk] },
    });
  const [a, b, open] = [await clientOf(keyA), await clientOf(keyB), await registration.innocent(PUBLIC)];
  let serial = 0;
  const claimsOf = (clientId: string, more: JsonObject = {}): JsonObject => ({
    iss: clientId,
    sub: clientId,
    aud: SERVER.issuer,
    exp: NOW + 60,
    jti: `jti-${++serial}`,
    ...more,
  });
  const authenticate = async (
    client_assertion: string,
    more: Record<string, string> = {},
    authorization?: string,
  ) => {
    const parameters = new URLSearchParams({ client_assertion_type: TYPE, client_assertion, ...more });
    const outcome = await registration.registration.authenticateClient({ authorization, parameters });
    return outcome.ok ? outcome.value.clientId : outcome.error.kind;
  };
  return { ...registration, a: a.client_id, b: b.client_id, open: open.client_id, claimsOf, authenticate };
}

describe.each(PRESET_NAMES)("client assertions with %s", (preset) => {
  test("client A's key speaks for client A alone", async () => {
    const { a, b, open, claimsOf, authenticate } = await registrationWithTwo(preset);
    expect(await authenticate(await keyA.sign(claimsOf(a)))).toBe(a);
    expect(await authenticate(await keyB.sign(claimsOf(b)), { client_id: b })).toBe(b);
    const forged: readonly (readonly [string, Record<string, string>?, string?])[] = [
      [await keyA.sign(claimsOf(b))],
      [await keyA.sign(claimsOf(a, { sub: b }))],
      [await keyA.sign(claimsOf(b, { sub: a }))],
      [await keyA.sign(claimsOf(a, { iss: b }))],
      [await keyA.sign(claimsOf(a)), { client_id: b }],
      [await keyA.sign(claimsOf(b)), { client_id: a }],
      [await keyA.sign(claimsOf(b)), { client_id: b }],
      [await keyA.sign(claimsOf(open)), { client_id: open }],
      [await keyA.sign(claimsOf("nobody"))],
      [await keyA.sign(claimsOf(a, { sub: [a] }))],
      [await keyA.sign(claimsOf(b), { jwk: keyA.jwk })],
      [await keyA.sign(claimsOf(b), { kid: a })],
      [rawToken({ alg: "none" }, claimsOf(b))],
      [rawToken({ alg: "HS256", kid: "key-1" }, claimsOf(b), base64url("mac"))],
      [await keyA.sign(claimsOf(a)), { client_secret: "secret" }],
      [await keyA.sign(claimsOf(a)), {}, `Basic ${btoa(`${a}:secret`)}`],
      [await keyA.sign(claimsOf(a)), { client_assertion_type: "urn:else" }],
    ];
    for (const [assertion, parameters, authorization] of forged) {
      const what = JSON.stringify([assertion, parameters]);
      expect(await authenticate(assertion, parameters, authorization), what).toBe("invalid_client");
    }
    expect(await authenticate("", { client_id: a })).toBe("invalid_client");
    expect(await authenticate("", { client_id: open, client_assertion_type: "" })).toBe(open);
  });

  test("the claims of one assertion under the signature of another are nobody's", async () => {
    const { a, b, claimsOf, authenticate } = await registrationWithTwo(preset);
    const [header, , signature] = (await keyA.sign(claimsOf(a))).split(".");
    const [, claims] = (await keyB.sign(claimsOf(b))).split(".");
    expect(await authenticate(`${header}.${claims}.${signature}`)).toBe("invalid_client");
  });

  test("an assertion is good once, also where it is sent many times at once", async () => {
    const { a, b, claimsOf, authenticate } = await registrationWithTwo(preset);
    const claims = claimsOf(a);
    const assertion = await keyA.sign(claims);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => authenticate(assertion)));
    expect(outcomes.filter((outcome) => outcome === a).length).toBe(1);
    expect(await authenticate(assertion)).toBe("invalid_client");
    // The same identifier under a fresh signature, and with other claims beside it.
    expect(await authenticate(await keyA.sign(claims))).toBe("invalid_client");
    expect(await authenticate(await keyA.sign({ ...claims, exp: NOW + 61 }))).toBe("invalid_client");
    // Another client's identifier is its own: nobody uses it up for somebody else.
    expect(await authenticate(await keyB.sign(claimsOf(b, { jti: claims["jti"] as string })))).toBe(b);
  });

  test("one that fails does not use up the identifier of the client that it names", async () => {
    const { a, claimsOf, authenticate } = await registrationWithTwo(preset);
    const claims = claimsOf(a);
    expect(await authenticate(await keyB.sign(claims))).toBe("invalid_client");
    expect(await authenticate(await keyA.sign(claims))).toBe(a);
  });

  test("one for another server, also beside this one, or without end or identifier is refused", async () => {
    const { a, claimsOf, authenticate } = await registrationWithTwo(preset);
    for (const more of [
      { aud: "https://evil.example" },
      { aud: [SERVER.issuer, "https://evil.example"] },
      { aud: undefined },
      { aud: [] },
      { exp: undefined },
      { exp: NOW - 3600 },
      { exp: NOW + 86_400 },
      { jti: undefined },
      { jti: 1 },
      { nbf: NOW + 3600 },
    ] as readonly JsonObject[]) {
      expect(await authenticate(await keyA.sign(claimsOf(a, more))), JSON.stringify(more)).toBe(
        "invalid_client",
      );
    }
  });

  test("a key that an update took away is no key any more, and a deleted client no client", async () => {
    const { a, claimsOf, authenticate, put, post, send } = await registrationWithTwo(preset);
    expect(await authenticate(await keyA.sign(claimsOf(a)))).toBe(a);
    const client = (
      await post({ ...PUBLIC, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [keyA.jwk] } })
    ).body as Parameters<typeof put>[0];
    const id = client.client_id;
    const updated = await put(client, { jwks: { keys: [keyB.jwk] } });
    expect(await authenticate(await keyA.sign(claimsOf(id)))).toBe("invalid_client");
    expect(await authenticate(await keyB.sign(claimsOf(id)))).toBe(id);
    const token = updated.body["registration_access_token"] as string;
    expect((await send("DELETE", client.registration_client_uri, token)).status).toBe(204);
    expect(await authenticate(await keyB.sign(claimsOf(id)))).toBe("invalid_client");
  });
});
