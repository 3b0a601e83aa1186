import { calculateJwkThumbprint } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import {
  attestJwtClientAuth,
  clientInstanceKeyThumbprint,
  type AttestJwtClientAuthOptions,
} from "../../src/client-attestation/index.js";
import { memoryReplayStore } from "../../src/memory.js";
import type { JsonObject } from "../../src/lib/json.js";
import { keyServer, rawToken, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import { managedRegistration, misuseOf, PUBLIC, START } from "../support/managed-registration.js";

const AS = "https://as.example";
const ATTESTER = "https://attester.example";
const NOW = START / 1000;

let attester: TestKey, other: TestKey, instance: TestKey, foreign: TestKey;
beforeAll(async () => {
  [attester, other, instance, foreign] = await Promise.all([
    testKey("ES256", "attester"),
    testKey("RS256", "other"),
    testKey("ES256", "instance"),
    testKey("EdDSA", "foreign"),
  ]);
});

const issuer = (key: TestKey, name = ATTESTER) => ({ issuer: name, keys: { jwks: { keys: [key.jwk] } } });

async function serverWith(options: Partial<AttestJwtClientAuthOptions> = {}) {
  const method = attestJwtClientAuth({
    audience: AS,
    trustedIssuers: [issuer(attester)],
    replay: memoryReplayStore({ clock: () => START }),
    ...options,
  });
  const managed = managedRegistration({
    authorizationServer: {
      issuer: AS,
      scopes_supported: ["read", "write"],
      token_endpoint_auth_methods_supported: ["none", "client_secret_post", "attest_jwt_client_auth"],
    },
    authenticationMethods: [method],
  });
  const { client_id: id } = await managed.register({
    ...PUBLIC,
    token_endpoint_auth_method: "attest_jwt_client_auth",
  });
  let serial = 0;
  const attestation = (claims: JsonObject = {}, header = {}, key = attester) =>
    key.sign(
      { sub: id, exp: NOW + 3600, cnf: { jwk: instance.jwk as JsonObject }, ...claims },
      { typ: "oauth-client-attestation+jwt", ...header },
    );
  const proof = (claims: JsonObject = {}, header = {}, key = instance) =>
    key.sign(
      { aud: AS, iat: NOW, jti: `jti-${++serial}`, ...claims },
      { typ: "oauth-client-attestation-pop+jwt", ...header },
    );
  const authenticate = async (
    clientAttestation: string | null,
    clientAttestationPop: string | null,
    parameters: Record<string, string> = { client_id: id },
  ) => {
    const result = await managed.registration.authenticateClient({
      clientAttestation,
      clientAttestationPop,
      parameters: new URLSearchParams(parameters),
    });
    if (result.ok) return result.value.clientId === id ? "ok" : "another client";
    return result.error.kind === "invalid_client" ? result.error.reason : result.error.kind;
  };
  return { ...managed, id, attestation, proof, authenticate };
}

describe("attest_jwt_client_auth", () => {
  it("authenticates an instance that an attester vouches for, with and without client_id", async () => {
    const { attestation, proof, authenticate } = await serverWith();
    const attested = await attestation();
    expect(await authenticate(attested, await proof())).toBe("ok");
    // One attestation serves for many proofs.
    expect(await authenticate(attested, await proof(), {})).toBe("ok");
    expect(await authenticate(await attestation({ iss: ATTESTER }), await proof())).toBe("ok");
  });

  it("is published with its algorithms, and only where it is configured", async () => {
    const { registration } = await serverWith({ algorithms: ["ES256"] });
    expect(registration.authorizationServerMetadata).toMatchObject({
      client_attestation_signing_alg_values_supported: ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"],
      client_attestation_pop_signing_alg_values_supported: ["ES256"],
    });
    const without = managedRegistration().registration.authorizationServerMetadata;
    expect(without["client_attestation_signing_alg_values_supported"]).toBeUndefined();
    const method = attestJwtClientAuth({
      audience: AS,
      trustedIssuers: [issuer(attester)],
      replay: memoryReplayStore(),
    });
    expect(misuseOf(() => managedRegistration({ authenticationMethods: [method] }))).toBe("ERR_OPTION");
  });

  it("needs both headers, once each", async () => {
    const { attestation, proof, authenticate } = await serverWith();
    const [attested, proved] = [await attestation(), await proof()];
    expect(await authenticate(null, null)).toBe("attestation_missing");
    expect(await authenticate(attested, null)).toBe("attestation_missing");
    expect(await authenticate(null, proved)).toBe("attestation_missing");
    expect(await authenticate(`${attested}, ${attested}`, proved)).toBe("malformed");
    expect(await authenticate(attested, `${proved}, ${proved}`)).toBe("malformed");
    expect(await authenticate(null, null, {})).toBe("no_credentials");
    expect(await authenticate("x".repeat(20_000), proved, {})).toBe("no_credentials");
  });

  it("takes a proof once", async () => {
    const { attestation, proof, authenticate } = await serverWith();
    const [attested, proved] = [await attestation(), await proof()];
    expect(await authenticate(attested, proved)).toBe("ok");
    expect(await authenticate(attested, proved)).toBe("replayed");
    expect(await authenticate(await attestation(), proved)).toBe("replayed");
  });

  it("tells instances apart: each has jti of its own", async () => {
    const { attestation, proof, authenticate } = await serverWith();
    const second = await testKey("ES256", "second");
    const jti = "the same";
    expect(await authenticate(await attestation(), await proof({ jti }))).toBe("ok");
    const attested = await attestation({ cnf: { jwk: second.jwk as JsonObject } });
    expect(await authenticate(attested, await proof({ jti }, {}, second))).toBe("ok");
  });

  it.each<[string, JsonObject, object, string]>([
    ["no typ", {}, { typ: undefined }, "type"],
    ["the typ of a proof", {}, { typ: "oauth-client-attestation-pop+jwt" }, "type"],
    ["the typ of any JWT", {}, { typ: "JWT" }, "type"],
    ["another client", { sub: "another" }, {}, "subject"],
    ["no client", { sub: undefined }, {}, "subject"],
    ["an end that has passed", { exp: NOW - 60 }, {}, "expired"],
    ["no end", { exp: undefined }, {}, "claim_missing"],
    ["a time to come", { iat: NOW + 61 }, {}, "issued_in_future"],
    ["an attester that is not trusted", { iss: "https://evil.example" }, {}, "untrusted_issuer"],
    ["a key that the attester does not have", {}, { kid: "unknown" }, "unknown_key"],
    ["no key of the instance", { cnf: undefined }, {}, "confirmation_key"],
    ["a thumbprint instead of a key", { cnf: { jkt: "x" } }, {}, "confirmation_key"],
    ["a symmetric key", { cnf: { jwk: { kty: "oct", k: "AAAA" } } }, {}, "confirmation_key"],
    ["a list", { cnf: { jwk: [] } }, {}, "confirmation_key"],
    ["a broken key", { cnf: { jwk: { kty: "EC", crv: "P-256", x: "AA", y: "AA" } } }, {}, "signature"],
  ])("refuses an attestation with %s", async (_, claims, header, reason) => {
    const { attestation, proof, authenticate } = await serverWith();
    expect(await authenticate(await attestation(claims, header), await proof())).toBe(reason);
  });

  it("refuses an attestation with a private key, which others may have", async () => {
    const { attestation, proof, authenticate } = await serverWith();
    const cnf = { jwk: { ...instance.jwk, d: "AAAA" } as JsonObject };
    expect(await authenticate(await attestation({ cnf }), await proof())).toBe("confirmation_key");
  });

  it.each<[string, JsonObject, object, string]>([
    ["no typ", {}, { typ: undefined }, "type"],
    ["the typ of an attestation", {}, { typ: "oauth-client-attestation+jwt" }, "type"],
    ["another audience", { aud: "https://other.example" }, {}, "audience"],
    ["two audiences", { aud: [AS, "https://other.example"] }, {}, "audience"],
    ["no audience", { aud: undefined }, {}, "claim_missing"],
    ["no jti", { jti: undefined }, {}, "claim_missing"],
    ["no time", { iat: undefined }, {}, "claim_missing"],
    ["a time long ago", { iat: NOW - 360 }, {}, "stale"],
    ["a time to come", { iat: NOW + 61 }, {}, "issued_in_future"],
    ["another client as issuer", { iss: "another" }, {}, "untrusted_issuer"],
  ])("refuses a proof with %s", async (_, claims, header, reason) => {
    const { attestation, proof, authenticate } = await serverWith();
    expect(await authenticate(await attestation(), await proof(claims, header))).toBe(reason);
  });

  it("refuses signatures of others, and none", async () => {
    const { attestation, proof, authenticate, id } = await serverWith();
    const forged = await attestation({}, { kid: "attester" }, await testKey("ES256", "attester"));
    expect(await authenticate(forged, await proof())).toBe("signature");
    const stolen = await proof({}, {}, await testKey("ES256", "instance"));
    expect(await authenticate(await attestation(), stolen)).toBe("signature");
    // An instance cannot attest itself.
    expect(await authenticate(await attestation({}, {}, instance), await proof())).toBe("unknown_key");
    const unsigned = { sub: id, exp: NOW + 60, cnf: { jwk: foreign.jwk } };
    for (const alg of ["none", "HS256"]) {
      const typ = "oauth-client-attestation+jwt";
      expect(await authenticate(rawToken({ alg, typ }, unsigned), await proof())).toBe("algorithm");
    }
    const proofTyp = "oauth-client-attestation-pop+jwt";
    const bare = rawToken({ alg: "none", typ: proofTyp }, { aud: AS, iat: NOW, jti: "1" });
    expect(await authenticate(await attestation(), bare)).toBe("algorithm");
    const inHeader = await attestation({}, { jwk: foreign.jwk, kid: "foreign" }, foreign);
    expect(await authenticate(inHeader, await proof())).toBe("unknown_key");
  });

  it("lets no attester speak for the clients of another", async () => {
    const both = [issuer(attester), issuer(other, "https://other.example")];
    expect(
      misuseOf(() =>
        attestJwtClientAuth({ audience: AS, trustedIssuers: both, replay: memoryReplayStore() }),
      ),
    ).toBe("ERR_OPTION");
    const { attestation, proof, authenticate } = await serverWith({
      trustedIssuers: both,
      mayAttest: (name, { metadata }) => name === ATTESTER && metadata.client_name === "One",
    });
    expect(await authenticate(await attestation(), await proof())).toBe("ok");
    const iss = "https://other.example";
    expect(await authenticate(await attestation({ iss }, {}, other), await proof())).toBe("untrusted_issuer");
    expect(await authenticate(await attestation({}, {}, other), await proof())).toBe("unknown_key");
    const nobody = await serverWith({ mayAttest: () => false });
    expect(await nobody.authenticate(await nobody.attestation(), await nobody.proof())).toBe(
      "untrusted_issuer",
    );
  });

  it("finds the attester of an attestation without iss by its key", async () => {
    const { attestation, proof, authenticate } = await serverWith({
      trustedIssuers: [issuer(other, "https://other.example"), issuer(attester)],
      mayAttest: () => true,
    });
    expect(await authenticate(await attestation(), await proof())).toBe("ok");
    expect(await authenticate(await attestation({}, {}, other), await proof())).toBe("ok");
  });

  it("asks for a challenge where one is configured", async () => {
    const { attestation, proof, authenticate } = await serverWith({
      isGoodChallenge: async (challenge) => {
        if (challenge === "broken") throw new Error("the store is down");
        return Promise.resolve(challenge === "fresh");
      },
    });
    const attested = await attestation();
    expect(await authenticate(attested, await proof({ challenge: "fresh" }))).toBe("ok");
    expect(await authenticate(attested, await proof({ challenge: "old" }))).toBe("challenge");
    expect(await authenticate(attested, await proof({ challenge: 1 }))).toBe("challenge");
    expect(await authenticate(attested, await proof())).toBe("challenge");
    expect(await authenticate(attested, await proof({ challenge: "broken" }))).toBe("unavailable");
  });

  it("answers that nobody can say where keys, the replay store or mayAttest fail", async () => {
    const { server, guardedFetch } = keyServer([attester.jwk]);
    const remote = await serverWith({
      trustedIssuers: [{ issuer: ATTESTER, keys: { jwksUri: "https://attester.example/jwks" } }],
      guardedFetch,
    });
    expect(await remote.authenticate(await remote.attestation(), await remote.proof())).toBe("ok");
    server.failure = "timed_out";
    remote.time.now += 3_601_000;
    const later = await remote.attestation({ exp: NOW + 7200 });
    expect(await remote.authenticate(later, await remote.proof({ iat: NOW + 3601 }))).toBe("unavailable");

    const broken = () => {
      throw new Error("down");
    };
    for (const options of [{ replay: { spend: broken } }, { mayAttest: broken }]) {
      const { attestation, proof, authenticate } = await serverWith(options);
      expect(await authenticate(await attestation(), await proof())).toBe("unavailable");
    }
  });

  it("is not confused with other methods", async () => {
    const { attestation, proof, authenticate, registration, register } = await serverWith();
    const secret = { client_secret: "x" };
    expect(await authenticate(await attestation(), await proof(), secret)).toBe("no_credentials");
    // A public client may send an attestation along; it is not looked at.
    const { client_id } = await register(PUBLIC);
    const parameters = new URLSearchParams({ client_id });
    const clientAttestation = await attestation({ sub: client_id });
    expect(await registration.authenticateClient({ parameters, clientAttestation })).toMatchObject({
      ok: true,
    });
    const posting = await register({ ...PUBLIC, token_endpoint_auth_method: "client_secret_post" });
    const named = new URLSearchParams({ client_id: posting.client_id });
    expect(
      await registration.authenticateClient({
        parameters: named,
        clientAttestation: await attestation({ sub: posting.client_id }),
        clientAttestationPop: await proof(),
      }),
    ).toMatchObject({ error: { reason: "method" } });
  });

  it("tells the key to which a refresh token is to be bound", async () => {
    const { attestation } = await serverWith();
    const thumbprint = await calculateJwkThumbprint(instance.jwk);
    expect(await clientInstanceKeyThumbprint({ clientAttestation: await attestation() })).toBe(thumbprint);
    await expect(clientInstanceKeyThumbprint({})).rejects.toThrow();
  });
});
