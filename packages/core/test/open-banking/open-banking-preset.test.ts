import { beforeAll, describe, expect, test } from "vitest";
import { createClientRegistration } from "../../src/client-registration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import type { JsonObject } from "../../src/lib/json.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { openBankingPreset, type OpenBankingOptions } from "../../src/open-banking/index.js";
import { misuseOf, START, textOf, updateOf } from "../support/managed-registration.js";
import { keyServer, testKey, type TestKey } from "../json-web-token/token-issuer.js";

const ISSUER = "https://bank.example";
const DIRECTORY = "Directory";
const NOW = START / 1000;
const KEYS = "https://directory.example/software/tpp.jwks";
const SERVER = { issuer: ISSUER, scopes_supported: ["openid", "accounts", "payments", "fundsconfirmations"] };

/** The claims of a statement as a directory writes them. */
const STATEMENT = {
  iss: DIRECTORY,
  iat: NOW - 100,
  jti: "statement-1",
  software_id: "tpp",
  software_version: 1.1,
  software_client_name: "The Budget App",
  software_client_uri: "https://tpp.example",
  software_redirect_uris: ["https://tpp.example/cb", "https://tpp.example/other"],
  software_jwks_endpoint: KEYS,
  software_roles: ["AISP"],
  org_status: "Active",
};
/** The metadata of a client that follows the profile. */
const CLIENT = {
  redirect_uris: ["https://tpp.example/cb"],
  token_endpoint_auth_method: "private_key_jwt",
  token_endpoint_auth_signing_alg: "PS256",
  grant_types: ["authorization_code", "refresh_token", "client_credentials"],
  response_types: ["code"],
  id_token_signed_response_alg: "PS256",
  request_object_signing_alg: "PS256",
  application_type: "web",
  scope: "openid accounts",
};

let directory: TestKey;
let software: TestKey;
let others: TestKey;
beforeAll(async () => {
  [directory, software, others] = await Promise.all([
    testKey("PS256"),
    testKey("PS256", "software-1"),
    testKey("ES256", "software-2"),
  ]);
});

function setUp(options: Partial<OpenBankingOptions> = {}) {
  const { server, guardedFetch } = keyServer([software.jwk, others.jwk]);
  const events: AuditEvent[] = [];
  const registration = createClientRegistration({
    ...openBankingPreset(SERVER, {
      trustedIssuers: [{ issuer: DIRECTORY, keys: { jwks: { keys: [directory.jwk, others.jwk] } } }],
      guardedFetch,
      rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 60, clock: () => START }),
      replay: memoryReplayStore(),
      ...options,
    }),
    clientManagement: { revokeTokens: () => undefined, rotateRegistrationAccessToken: false },
    store: memoryStore(),
    audit: (event) => void events.push(event),
    clock: () => START,
  });
  let number = 0;
  async function send(
    changes: object = {},
    {
      statement = {},
      key = software,
      signer = directory,
      type = "application/jose",
      update,
    }: { statement?: object; key?: TestKey; signer?: TestKey; type?: string; update?: JsonObject } = {},
  ): Promise<{ status: number; body: JsonObject }> {
    const claims = {
      ...{ iss: "tpp", aud: ISSUER, iat: NOW, exp: NOW + 300, jti: `request-${(number += 1)}` },
      software_statement: await signer.sign({ ...STATEMENT, ...statement }),
      ...(update ? updateOf(update) : CLIENT),
      ...changes,
    };
    const body = type === "application/json" ? JSON.stringify(claims) : await key.sign(claims);
    const token = update && textOf(update, "registration_access_token");
    const response = await registration.fetch(
      new Request(update ? textOf(update, "registration_client_uri") : `${ISSUER}/register`, {
        method: update ? "PUT" : "POST",
        body,
        headers: { "content-type": type, ...(token && { authorization: `Bearer ${token}` }) },
      }),
      { clientAddress: "192.0.2.1" },
    );
    return { status: response.status, body: (await response.json()) as JsonObject };
  }
  return { registration, events, server, send };
}

describe("openBankingPreset", () => {
  test("registers by a statement, whose names, keys and roles win", async () => {
    const { registration, send, server } = setUp();
    const { status, body } = await send({ client_name: "My Bank", jwks_uri: "https://evil.example/keys" });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body).toMatchObject({
      ...CLIENT,
      client_name: "The Budget App",
      client_uri: "https://tpp.example",
      jwks_uri: KEYS,
      software_id: "tpp",
      software_version: "1.1",
      software_roles: ["AISP"],
    });
    for (const name of ["iss", "org_status", "software_client_name", "client_secret"]) {
      expect(body).not.toHaveProperty(name);
    }
    expect(server.urls).toEqual([KEYS]);
    const found = await registration.findClient(textOf(body, "client_id"));
    expect(found.ok && found.value.origin).toMatchObject({
      source: "software_statement",
      requiresSoftwareStatement: true,
      policies: ["open_banking"],
    });
  });

  test("publishes what it enforces", () => {
    expect(setUp().registration.authorizationServerMetadata).toMatchObject({
      token_endpoint_auth_methods_supported: ["private_key_jwt", "tls_client_auth"],
      token_endpoint_auth_signing_alg_values_supported: ["PS256"],
      request_object_signing_alg_values_supported: ["PS256"],
      id_token_signing_alg_values_supported: ["PS256"],
      require_signed_request_object: true,
      tls_client_certificate_bound_access_tokens: true,
    });
  });

  test("takes tls_client_auth with a subject", async () => {
    const { send } = setUp();
    const tls = { token_endpoint_auth_method: "tls_client_auth", token_endpoint_auth_signing_alg: undefined };
    const named = await send({ ...tls, tls_client_auth_subject_dn: "CN=tpp,O=Budget,C=GB" });
    expect(named.status, JSON.stringify(named.body)).toBe(201);
    expect((await send(tls)).status).toBe(400);
  });

  test("takes an update with a statement and a signature, and no other", async () => {
    const { send } = setUp();
    const { body: client } = await send();
    const scope = { scope: "openid" };
    expect(await send(scope, { update: client })).toMatchObject({ status: 200, body: scope });
    const wrong = await send({ software_statement: undefined }, { update: client });
    expect(wrong.status).toBe(400);
    expect((await send(scope, { update: client, type: "application/json" })).status).toBe(415);
    const outside = await send({ redirect_uris: ["https://evil.example/cb"] }, { update: client });
    expect(outside).toMatchObject({ status: 400, body: { error: "invalid_redirect_uri" } });
  });

  test.each([
    ["accounts", ["AISP"], 201],
    ["accounts payments", ["AISP", "PISP"], 201],
    ["openid", [], 201],
    ["payments", ["AISP"], 400],
    ["accounts", [], 400],
    ["accounts", undefined, 400],
    ["accounts", "AISP", 400],
  ])("answers scope %s and roles %j with %i", async (scope, software_roles, status) => {
    expect((await setUp().send({ scope }, { statement: { software_roles } })).status).toBe(status);
  });

  test("takes no role that the client claims for itself", async () => {
    const { send } = setUp();
    const statement = { software_roles: undefined };
    for (const scope of ["payments", "openid"]) {
      const { status, body } = await send({ scope, software_roles: ["PISP"] }, { statement });
      expect([status, body["error_description"]]).toEqual([400, expect.stringContaining("software_roles")]);
    }
    const beside = await send({ scope: "payments", software_roles: ["PISP"] });
    expect(beside.status).toBe(400);
  });

  test("takes no client without a statement, without HTTP either", async () => {
    const { registration } = setUp();
    const outcome = await registration.registerClient({ ...CLIENT, jwks_uri: KEYS, scope: "openid" });
    expect(!outcome.ok && outcome.error).toMatchObject({
      kind: "refused_metadata",
      findings: [{ rule: "software_statement.required" }],
    });
  });

  test("gives no scope to a client that asks for none", async () => {
    expect((await setUp().send({ scope: undefined })).body).not.toHaveProperty("scope");
  });

  test.each([
    [
      "a redirect URI outside the statement",
      { redirect_uris: ["https://tpp.example/cb/"] },
      "invalid_redirect_uri",
    ],
    [
      "no id_token_signed_response_alg",
      { id_token_signed_response_alg: undefined },
      "invalid_client_metadata",
    ],
    ["RS256 for ID tokens", { id_token_signed_response_alg: "RS256" }, "invalid_client_metadata"],
    ["no request_object_signing_alg", { request_object_signing_alg: undefined }, "invalid_client_metadata"],
    ["unsigned request objects", { request_object_signing_alg: "none" }, "invalid_client_metadata"],
    [
      "no algorithm for assertions",
      { token_endpoint_auth_signing_alg: undefined },
      "invalid_client_metadata",
    ],
    ["ES256 for assertions", { token_endpoint_auth_signing_alg: "ES256" }, "invalid_client_metadata"],
    ["a secret", { token_endpoint_auth_method: "client_secret_basic" }, "invalid_client_metadata"],
    ["no authentication", { token_endpoint_auth_method: "none" }, "invalid_client_metadata"],
    ["the implicit grant", { grant_types: ["authorization_code", "implicit"] }, "invalid_client_metadata"],
    ["a scope that there is not", { scope: "openid admin" }, "invalid_client_metadata"],
  ])("refuses %s", async (_, changes, error) => {
    const { send } = setUp();
    expect(await send(changes)).toMatchObject({ status: 400, body: { error } });
  });

  test("takes all redirect URIs of the statement where the request has none", async () => {
    const { body } = await setUp().send({ redirect_uris: undefined });
    expect(body["redirect_uris"]).toEqual(STATEMENT.software_redirect_uris);
  });

  test.each([
    ["web", "web"],
    ["native", "native"],
    // As versions 3.1 to 3.3 of the profile of the United Kingdom have it.
    ["mobile", "native"],
  ])("takes the application type %s with https redirect URIs, as %s", async (sent, registered) => {
    const { send } = setUp();
    const { status, body } = await send({ application_type: sent });
    expect([status, body["application_type"]], JSON.stringify(body)).toEqual([201, registered]);
    expect(body["redirect_uris"]).toEqual(CLIENT.redirect_uris);
    expect((await send({ application_type: "desktop" })).status).toBe(400);
  });

  test("takes software_id from the statement alone", async () => {
    expect((await setUp().send({ software_id: "other" })).body["software_id"]).toBe("tpp");
  });

  test.each<[string, object]>([
    ["of another software", { iss: "other" }],
    ["for another server", { aud: "https://other.example" }],
    ["that has expired", { exp: NOW - 61 }],
    ["that lives for hours", { exp: NOW + 4000 }],
    ["of the future", { iat: NOW + 61 }],
    ["without exp", { exp: undefined }],
    ["without jti", { jti: undefined }],
    ["without aud", { aud: undefined }],
  ])("refuses a request %s", async (_, claims) => {
    expect((await setUp().send(claims)).status).toBe(400);
  });

  test("refuses http and loopback redirect URIs, though a directory lists them", async () => {
    const { send } = setUp();
    for (const uri of [
      "http://127.0.0.1/cb",
      "https://127.0.0.1/cb",
      "https://localhost/cb",
      "https://LOCALHOST:8443/cb",
      "https://app.localhost/cb",
      "http://tpp.example/cb",
      "com.example.tpp:/cb",
    ]) {
      const listed = { statement: { software_redirect_uris: [uri] } };
      const { status, body } = await send({ redirect_uris: [uri] }, listed);
      expect([status, body["error"]]).toEqual([400, "invalid_redirect_uri"]);
    }
  });

  test("refuses plain JSON, other algorithms than PS256, and keys that the statement does not name", async () => {
    const { send } = setUp();
    expect((await send({}, { type: "application/json" })).status).toBe(415);
    expect((await send({}, { key: others })).status).toBe(400);
    expect((await send({}, { signer: others })).status).toBe(400);
    expect(
      (await send({ jwks_uri: KEYS }, { statement: { software_jwks_endpoint: undefined } })).status,
    ).toBe(400);
  });

  test("asks policies of your own after that of the profile", async () => {
    const judge = () => ({ verdict: "refuse", member: "client_name", reason: "is not wanted" }) as const;
    const { send } = setUp({ policies: { softwareStatement: [{ name: "own", judge }] } });
    expect((await send()).body["error_description"]).toContain("is not wanted");
    expect((await send({ scope: "payments" })).body["error_description"]).toContain("do not permit");
  });

  test("takes scopes and the claim of the keys of another scheme", async () => {
    const { send } = setUp({ scopesByRole: { DADOS: ["accounts"] }, jwksUriClaim: "software_jwks_uri" });
    const statement = {
      software_jwks_endpoint: undefined,
      software_jwks_uri: KEYS,
      software_roles: ["DADOS"],
    };
    const { status, body } = await send({}, { statement });
    expect([status, body["jwks_uri"]]).toEqual([201, KEYS]);
    expect((await send({}, { statement: { ...statement, software_roles: ["PAGTO"] } })).status).toBe(400);
  });

  test("is not built from options that make no sense", () => {
    const wrong: readonly object[] = [
      { trustedIssuers: [] },
      { trustedIssuers: undefined },
      { rateLimiter: undefined },
      { replay: undefined },
      { scopesByRole: { AISP: "accounts" } },
      { jwksUriClaim: "Keys!" },
    ];
    for (const options of wrong)
      expect(
        misuseOf(() => setUp(options)),
        JSON.stringify(options),
      ).toMatch(/^ERR_/);
  });
});
