import { expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { protectedRegistration } from "../../src/access/protected-registration.js";
import { privateKeyJwt } from "../../src/client-authentication/private-key-jwt.js";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import { jwtInitialAccessTokens } from "../../src/initial-access-token/jwt-initial-access-tokens.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { err } from "../../src/lib/result.js";
import { managedRegistration, PUBLIC, textOf } from "../support/managed-registration.js";
import { ISSUER, NOW, testKey } from "../json-web-token/token-issuer.js";

const REGISTER = "https://as.example/register";

async function registrationWithJwt({ once = true, open = false } = {}) {
  const key = await testKey();
  const clock = () => NOW * 1000;
  const initialAccessTokenVerifier = jwtInitialAccessTokens({
    trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
    audience: REGISTER,
    requiredScope: "dcr:register",
    constrain: () => ({ scopes: ["read"] }),
    ...(once && { replay: memoryReplayStore({ clock }) }),
  });
  const access = open
    ? openRegistration({
        dangerouslyUnlimited: true,
        acceptInitialAccessTokens: true,
        initialAccessTokenVerifier,
      })
    : protectedRegistration({ initialAccessTokenVerifier });
  const managed = managedRegistration({ access });
  managed.time.now = NOW * 1000;
  const token = (claims: object = {}) =>
    key.sign(
      {
        iss: ISSUER,
        aud: REGISTER,
        sub: "alice",
        client_id: "portal",
        iat: NOW,
        exp: NOW + 60,
        jti: "token-1",
        scope: "dcr:register",
        ...claims,
      },
      { typ: "at+jwt" },
    );
  const register = async (given?: string, body: object = PUBLIC) =>
    managed.send("POST", REGISTER, given, body);
  return { ...managed, token, register };
}

test.each([false, true])(
  "R7591-18: a JWT of a trusted issuer registers one client within what it allows (open %s)",
  async (open) => {
    const { register, token, store, events } = await registrationWithJwt({ open });
    const answer = await register(await token());
    expect(answer.status).toBe(201);
    expect(answer.body["scope"]).toBe("read");
    expect((await store.findClient(textOf(answer.body, "client_id")))?.origin).toMatchObject({
      source: "initial_access_token",
      initialAccessTokenId: `${ISSUER}#token-1`,
      owner: `${ISSUER}#alice`,
    });
    expect((await register(await token())).status).toBe(401);
    expect(events.at(-1)).toMatchObject({ tokenProblem: "replayed" });
  },
);

test("a refused registration does not use a JWT up", async () => {
  const { register, token } = await registrationWithJwt();
  expect((await register(await token(), { redirect_uris: [] })).status).toBe(400);
  expect((await register(await token())).status).toBe(201);
});

test("100 at once with one JWT for one client make one", async () => {
  const { register, token } = await registrationWithJwt();
  const given = await token();
  const answers = await Promise.all(Array.from({ length: 100 }, () => register(given)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(99);
});

test("R7591-19: a JWT that is not for this gets the same 401 as any other bad token", async () => {
  const { register, token, registration, events } = await registrationWithJwt();
  const { token: ours } = await registration.initialAccessTokens.issue();
  const unknown = ours.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  const answers = [
    await register(unknown),
    await register("nonsense"),
    await register(await token({ exp: NOW - 3600 })),
    await register(await token({ aud: "https://other.example" })),
    await register(await token({ scope: "other" })),
    await register(await token({ iss: "https://stranger.example" })),
  ];
  for (const { status, text } of answers) expect([status, text]).toEqual([401, answers[0]?.text]);
  expect(events.flatMap((event) => ("tokenProblem" in event ? [event.tokenProblem] : []))).toEqual([
    "unknown",
    "malformed",
    "expired",
    "audience",
    "insufficient_scope",
    "untrusted_issuer",
  ]);
  expect((await register(ours)).status).toBe(201);
});

test("a verifier that cannot answer is a 503, and one that is none does not start", async () => {
  const initialAccessTokenVerifier = {
    verify: () => Promise.resolve(err({ reason: "keys_unavailable" } as const)),
  };
  const rejecting = { verify: () => Promise.reject(new Error("down")) };
  for (const verifier of [initialAccessTokenVerifier, rejecting]) {
    const { send } = managedRegistration({
      access: protectedRegistration({ initialAccessTokenVerifier: verifier }),
    });
    expect((await send("POST", REGISTER, "x.y.z", PUBLIC)).status).toBe(503);
  }
  expect(() => protectedRegistration({ initialAccessTokenVerifier: {} as never })).toThrow(MisuseError);
});

test("a client of private_key_jwt gets no secret, and authenticates once with each assertion", async () => {
  const key = await testKey();
  const managed = managedRegistration({
    authorizationServer: {
      issuer: "https://as.example",
      scopes_supported: ["read", "write"],
      grant_types_supported: ["authorization_code", "client_credentials"],
      token_endpoint_auth_methods_supported: ["private_key_jwt", "none"],
      token_endpoint_auth_signing_alg_values_supported: ["ES256"],
    },
    clientAssertions: privateKeyJwt({
      audience: "https://as.example",
      replay: memoryReplayStore({ clock: () => NOW * 1000 }),
    }),
  });
  managed.time.now = NOW * 1000;
  const client = await managed.register({
    redirect_uris: PUBLIC.redirect_uris,
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [key.jwk] },
  });
  expect(client).not.toHaveProperty("client_secret");
  const authenticate = async (sub: string, jti: string) =>
    managed.registration.authenticateClient({
      parameters: new URLSearchParams({
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: await key.sign({
          iss: sub,
          sub,
          aud: "https://as.example",
          exp: NOW + 60,
          jti,
        }),
      }),
    });
  expect(await authenticate(client.client_id, "1")).toMatchObject({
    ok: true,
    value: { clientId: client.client_id },
  });
  expect(await authenticate(client.client_id, "1")).toMatchObject({ error: { reason: "replayed" } });
  expect(await authenticate(client.client_id, "2")).toMatchObject({ ok: true });
  expect(await authenticate("nobody", "3")).toMatchObject({ error: { reason: "unknown_client" } });
  expect(
    await managed.registration.authenticateClient({
      parameters: new URLSearchParams({ client_id: client.client_id }),
    }),
  ).toMatchObject({ error: { reason: "method" } });
});

test("a body that comes slowly does not let a JWT outlive its expiry, nor be used again", async () => {
  const { token, time, registration } = await registrationWithJwt();
  const given = await token({ exp: NOW + 10 });
  const slow = () =>
    registration.fetch(
      new Request(REGISTER, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${given}` },
        body: new ReadableStream(
          {
            pull(controller) {
              time.now = (NOW + 3600) * 1000;
              controller.enqueue(new TextEncoder().encode(JSON.stringify(PUBLIC)));
              controller.close();
            },
          },
          { highWaterMark: 0 },
        ),
        duplex: "half",
      } as RequestInit),
    );
  expect((await slow()).status).toBe(401);
});

test("constraints that a function of the operator's gets wrong admit nobody", async () => {
  const key = await testKey();
  for (const constraints of [
    undefined,
    null,
    { scopes: "read write" },
    { scopes: [] },
    { redirectHosts: ["A:1"] },
    { scope: ["read"] },
    Promise.resolve({}),
  ]) {
    const initialAccessTokenVerifier = jwtInitialAccessTokens({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
      audience: REGISTER,
      constrain: () => constraints as never,
    });
    const managed = managedRegistration({ access: protectedRegistration({ initialAccessTokenVerifier }) });
    managed.time.now = NOW * 1000;
    const claims = {
      iss: ISSUER,
      aud: REGISTER,
      sub: "alice",
      client_id: "portal",
      iat: NOW,
      exp: NOW + 60,
      jti: "1",
    };
    const given = await key.sign(claims, { typ: "at+jwt" });
    expect((await managed.send("POST", REGISTER, given, PUBLIC)).status).toBe(503);
    expect(managed.events).toMatchObject([{ reason: "verifier_unavailable" }]);
  }
});
