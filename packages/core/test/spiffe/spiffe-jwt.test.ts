import { beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/lib/json.js";
import { memoryStore } from "../../src/memory.js";
import { spiffeJwt, spiffeTrustDomains, type SpiffeJwtOptions } from "../../src/spiffe/index.js";
import { keyServer, rawToken, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import { managedRegistration, misuseOf, START } from "../support/managed-registration.js";

const AS = "https://as.example";
const NOW = START / 1000;
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe";

let authority: TestKey, foreign: TestKey;
beforeAll(async () => {
  [authority, foreign] = await Promise.all([testKey("ES256", "svid"), testKey("RS256", "foreign")]);
});

const jwks = (key: TestKey, use: string | undefined = "jwt-svid") => ({
  jwks: { keys: [{ ...key.jwk, use }] },
});
const domains = () =>
  spiffeTrustDomains({
    domains: [
      { name: "example.org", bundle: jwks(authority) },
      { name: "partner.example", bundle: jwks(foreign) },
    ],
  });

const WORKLOAD = {
  client_name: "Workload",
  grant_types: ["client_credentials"],
  response_types: [],
  token_endpoint_auth_method: "spiffe_jwt",
  spiffe_id: "spiffe://example.org/client",
};

function serverWith(options: Partial<SpiffeJwtOptions> = {}) {
  const store = memoryStore();
  const managed = managedRegistration({
    store,
    authorizationServer: {
      issuer: AS,
      scopes_supported: ["read", "write"],
      grant_types_supported: ["authorization_code", "client_credentials"],
      token_endpoint_auth_methods_supported: ["none", "spiffe_jwt", "private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["ES256"],
    },
    authenticationMethods: [spiffeJwt({ trustDomains: domains(), audience: AS, ...options })],
  });
  const authenticate = async (parameters: Record<string, string>) => {
    const result = await managed.registration.authenticateClient({
      parameters: new URLSearchParams({ client_assertion_type: ASSERTION_TYPE, ...parameters }),
    });
    if (result.ok) return result.value.clientId;
    return result.error.kind === "invalid_client" ? result.error.reason : result.error.kind;
  };
  return { ...managed, store, authenticate };
}

const svid = (claims: JsonObject = {}, key = authority, header = {}) =>
  key.sign({ sub: "spiffe://example.org/client", aud: AS, exp: NOW + 300, ...claims }, header);

describe("spiffe_jwt", () => {
  it("authenticates the workload that a client registered, as often as its JWT-SVID is sent", async () => {
    const { register, authenticate } = serverWith();
    const client = await register(WORKLOAD);
    expect(client["spiffe_id"]).toBe("spiffe://example.org/client");
    const assertion = { client_id: client.client_id, client_assertion: await svid() };
    expect(await authenticate(assertion)).toBe(client.client_id);
    expect(await authenticate(assertion)).toBe(client.client_id);
    for (const typ of ["JWT", "JOSE"]) {
      const client_assertion = await svid({ aud: [AS] }, authority, { typ });
      expect(await authenticate({ client_id: client.client_id, client_assertion })).toBe(client.client_id);
    }
  });

  it("authenticates every workload below a registered /*", async () => {
    const { register, authenticate } = serverWith();
    const { client_id } = await register({ ...WORKLOAD, spiffe_id: "spiffe://example.org/client/*" });
    const assertion = async (sub: string) => ({ client_id, client_assertion: await svid({ sub }) });
    expect(await authenticate(await assertion("spiffe://example.org/client/1234"))).toBe(client_id);
    for (const sub of ["client", "client1234", "clients/1", "other"]) {
      expect(await authenticate(await assertion(`spiffe://example.org/${sub}`))).toBe("spiffe_id");
    }
    for (const sub of ["client/../admin", "client/", "client//a", "client/*", "client/%2e"]) {
      expect(await authenticate(await assertion(`spiffe://example.org/${sub}`))).toBe("untrusted_issuer");
    }
  });

  it("finds a client whose client_id is the SPIFFE ID, without client_id in the request", async () => {
    const { register, store, authenticate } = serverWith();
    const { client_id } = await register(WORKLOAD);
    const found = await store.findClient(client_id);
    if (!found) throw new Error("not registered");
    const clientId = "spiffe://example.org/static";
    await store.createClient(
      { ...found, clientId, metadata: { ...found.metadata, spiffe_id: clientId } },
      {},
    );
    expect(await authenticate({ client_assertion: await svid({ sub: clientId }) })).toBe(clientId);
    expect(await authenticate({ client_id: clientId, client_assertion: await svid() })).toBe("spiffe_id");
    expect(await authenticate({ client_assertion: await svid() })).toBe("unknown_client");
  });

  it.each(["open", "metadata_document", "federation", "operator"] as const)(
    "does not take a client_id of the source %s for a spiffe_id",
    async (source) => {
      const { register, store, authenticate } = serverWith();
      const { client_id } = await register(WORKLOAD);
      const found = await store.findClient(client_id);
      if (!found) throw new Error("not registered");
      const { spiffe_id: _, ...metadata } = found.metadata;
      for (const clientId of ["spiffe://example.org/client", "spiffe://example.org/*"]) {
        await store.createClient({ ...found, clientId, metadata, origin: { source, policies: [] } }, {});
        expect(await authenticate({ client_id: clientId, client_assertion: await svid() })).toBe("spiffe_id");
      }
    },
  );

  it.each<[string, JsonObject, string]>([
    ["of another audience", { aud: "https://other.example" }, "audience"],
    ["for two audiences", { aud: [AS, "https://other.example"] }, "audience"],
    ["without audience", { aud: undefined }, "claim_missing"],
    ["that has expired", { exp: NOW - 60 }, "expired"],
    ["without end", { exp: undefined }, "claim_missing"],
    ["that lives too long", { exp: NOW + 3661 }, "lifetime"],
    ["that is not valid yet", { nbf: NOW + 61 }, "not_yet_valid"],
    ["of another workload", { sub: "spiffe://example.org/other" }, "spiffe_id"],
    ["of an unknown trust domain", { sub: "spiffe://evil.example/client" }, "untrusted_issuer"],
    ["of a trust domain itself", { sub: "spiffe://example.org" }, "untrusted_issuer"],
    ["of no workload", { sub: "someone" }, "untrusted_issuer"],
    ["without subject", { sub: undefined }, "malformed"],
  ])("refuses a JWT-SVID %s", async (_, claims, reason) => {
    const { register, authenticate } = serverWith();
    const { client_id } = await register(WORKLOAD);
    expect(await authenticate({ client_id, client_assertion: await svid(claims) })).toBe(reason);
  });

  it("believes each trust domain about its own workloads alone", async () => {
    const { register, authenticate } = serverWith();
    const { client_id } = await register(WORKLOAD);
    expect(await authenticate({ client_id, client_assertion: await svid({}, foreign) })).toBe("unknown_key");
    const forged = await svid({}, await testKey("ES256", "svid"));
    expect(await authenticate({ client_id, client_assertion: forged })).toBe("signature");
    const sub = "spiffe://partner.example/client";
    expect(await authenticate({ client_id, client_assertion: await svid({ sub }, foreign) })).toBe(
      "spiffe_id",
    );
    // A key in the token or behind its issuer is not looked at.
    const own = await svid({ iss: "https://evil.example" }, foreign, { jwk: foreign.jwk, kid: "svid" });
    expect(await authenticate({ client_id, client_assertion: own })).toBe("unknown_key");
  });

  it("refuses tokens of other kinds, and unsigned ones", async () => {
    const { register, authenticate } = serverWith();
    const { client_id } = await register(WORKLOAD);
    const claims = { sub: WORKLOAD.spiffe_id, aud: AS, exp: NOW + 60 };
    for (const alg of ["none", "HS256"]) {
      expect(await authenticate({ client_id, client_assertion: rawToken({ alg }, claims) })).toBe(
        "algorithm",
      );
    }
    for (const typ of ["at+jwt", "wit+jwt", "client-authentication+jwt"]) {
      expect(await authenticate({ client_id, client_assertion: await svid({}, authority, { typ }) })).toBe(
        "type",
      );
    }
  });

  it("takes the keys for JWT-SVIDs alone, and from the endpoint of the operator alone", async () => {
    for (const use of ["sig", "x509-svid", "wit-svid"]) {
      expect(
        misuseOf(() =>
          spiffeTrustDomains({ domains: [{ name: "example.org", bundle: jwks(authority, use) }] }),
        ),
      ).toBe("ERR_TRUST_DOMAIN");
    }
    const { server, guardedFetch } = keyServer([{ ...authority.jwk, use: "jwt-svid" }]);
    const url = "https://spire.example.org/bundle.json";
    const trustDomains = spiffeTrustDomains({
      domains: [{ name: "example.org", bundle: { url } }],
      guardedFetch,
    });
    const { register, authenticate, time } = serverWith({ trustDomains });
    const { client_id, ...answer } = await register({
      ...WORKLOAD,
      spiffe_bundle_endpoint: "https://evil.example/bundle.json",
    });
    expect(answer["spiffe_bundle_endpoint"]).toBeUndefined();
    expect(await authenticate({ client_id, client_assertion: await svid() })).toBe(client_id);
    expect(server.urls).toEqual([url]);

    server.keys = [{ ...authority.jwk, use: "sig" }];
    time.now += 601_000;
    expect(await authenticate({ client_id, client_assertion: await svid({ exp: NOW + 900 }) })).toBe(
      "unknown_key",
    );
    server.text = "[]";
    time.now += 601_000;
    expect(await authenticate({ client_id, client_assertion: await svid({ exp: NOW + 1500 }) })).toBe(
      "unavailable",
    );
  });

  it.each([
    undefined,
    "spiffe://evil.example/client",
    "spiffe://example.org",
    "spiffe://*",
    "spiffe://*/client",
    "spiffe://example.org/a*",
    "spiffe://example.org/*/b",
    "spiffe://example.org/a/../*",
    "https://example.org/client",
  ])("registers no client with the spiffe_id %s", async (spiffe_id) => {
    const { post } = serverWith();
    const answer = await post({ ...WORKLOAD, spiffe_id });
    expect(answer.status).toBe(400);
    expect(answer.body["error_description"]).toContain("spiffe_id");
  });

  it("drops spiffe_id of a client of another method", async () => {
    const { register, registration } = serverWith();
    const body = { redirect_uris: ["https://app.example/cb"], token_endpoint_auth_method: "none" };
    const spiffe_id = "spiffe://example.org/client";
    expect((await register({ ...body, spiffe_id }))["spiffe_id"]).toBeUndefined();
    expect(registration.explainClientMetadata({ ...body, spiffe_id }).findings).toMatchObject([
      { severity: "warning", member: "spiffe_id", rule: "metadata.other_method" },
    ]);
  });

  it("does not take an SVID where another method, or another assertion, is registered", async () => {
    const { register, authenticate } = serverWith();
    const client_assertion = await svid();
    const open = await register({
      redirect_uris: ["https://app.example/cb"],
      token_endpoint_auth_method: "none",
    });
    expect(await authenticate({ client_id: open.client_id, client_assertion })).toBe("method");
    const { client_id } = await register(WORKLOAD);
    expect(await authenticate({ client_id })).toBe("method");
    const bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    expect(await authenticate({ client_id, client_assertion, client_assertion_type: bearer })).toBe(
      "malformed",
    );
    expect(await authenticate({ client_id, client_assertion, client_secret: "x" })).toBe("several_methods");
    const { authenticate: elsewhere } = ((managed) => ({
      authenticate: async (parameters: Record<string, string>) =>
        managed.registration.authenticateClient({ parameters: new URLSearchParams(parameters) }),
    }))(managedRegistration());
    expect(
      await elsewhere({ client_id, client_assertion, client_assertion_type: ASSERTION_TYPE }),
    ).toMatchObject({ error: { reason: "malformed" } });
  });

  it("is misused without trust domains", () => {
    const url = "https://spire.example.org/bundle.json";
    expect(misuseOf(() => spiffeTrustDomains({ domains: [] }))).toBe("ERR_TRUST_DOMAIN");
    expect(misuseOf(() => spiffeTrustDomains({ domains: [{ name: "a", bundle: { url } }] }))).toBe(
      "ERR_GUARDED_FETCH_REQUIRED",
    );
    for (const name of ["spiffe://a", "*", "A", ""]) {
      expect(misuseOf(() => spiffeTrustDomains({ domains: [{ name, bundle: jwks(authority) }] }))).toBe(
        "ERR_TRUST_DOMAIN",
      );
    }
    expect(misuseOf(() => spiffeJwt({ trustDomains: undefined as never, audience: AS }))).toBe(
      "ERR_TRUST_DOMAIN",
    );
    expect(misuseOf(() => spiffeJwt({ trustDomains: domains(), audience: [] }))).toBe(
      "ERR_AUDIENCE_REQUIRED",
    );
  });
});
