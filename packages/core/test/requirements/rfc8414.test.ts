import { describe, expect, test } from "vitest";
import type { AuthorizationServerMetadata } from "../../src/discovery/authorization-server-metadata.js";
import type { JsonObject } from "../../src/lib/json.js";
import { managedRegistration, misuseOf } from "../support/managed-registration.js";

const WELL_KNOWN = "/.well-known/oauth-authorization-server";

/** A server without a preset: what is published is what was handed in and what core says by default. */
const registrationOf = (authorizationServer: Partial<AuthorizationServerMetadata> = {}) =>
  managedRegistration({
    authorizationServer: { issuer: "https://as.example", ...authorizationServer },
    defaultScopes: [],
  });

async function publishedBy(
  authorizationServer: Partial<AuthorizationServerMetadata> = {},
): Promise<JsonObject> {
  const { send } = registrationOf(authorizationServer);
  const { status, body } = await send("GET", `https://as.example${WELL_KNOWN}`);
  expect(status).toBe(200);
  return body;
}

describe("where the document stands", () => {
  test.each([
    ["https://as.example", WELL_KNOWN],
    ["https://as.example/", WELL_KNOWN],
    ["https://as.example/tenant1", `${WELL_KNOWN}/tenant1`],
    ["https://as.example/tenant1/", `${WELL_KNOWN}/tenant1`],
    ["https://as.example/a/b", `${WELL_KNOWN}/a/b`],
  ])("8414-1: %s is described at %s", async (issuer, path) => {
    const { send } = registrationOf({ issuer });
    const answer = await send("GET", `https://as.example${path}`);
    expect([answer.status, answer.body["issuer"]]).toEqual([200, issuer]);
  });

  test("8414-1: not at the issuer's path with the well-known part behind it, and not at another issuer's", async () => {
    const { send } = registrationOf({ issuer: "https://as.example/tenant1" });
    for (const path of [
      `/tenant1${WELL_KNOWN}`,
      WELL_KNOWN,
      `${WELL_KNOWN}/`,
      `${WELL_KNOWN}/tenant2`,
      `${WELL_KNOWN}/tenant1/`,
      `${WELL_KNOWN}//tenant1`,
    ]) {
      expect((await send("GET", `https://as.example${path}`)).status, path).toBe(404);
    }
  });
});

describe("an OpenID provider's document", () => {
  const OPENID = "/.well-known/openid-configuration";
  const provider = {
    authorization_endpoint: "https://as.example/authorize",
    jwks_uri: "https://as.example/jwks",
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };

  test.each([
    ["https://as.example", [WELL_KNOWN, OPENID]],
    ["https://as.example/tenant1", [`${WELL_KNOWN}/tenant1`, `/tenant1${OPENID}`, `${OPENID}/tenant1`]],
    ["https://as.example/a/b/", [`${WELL_KNOWN}/a/b`, `/a/b${OPENID}`, `${OPENID}/a/b`]],
  ])("8414-1: of %s stands at %j, the same at each", async (issuer, paths) => {
    const { send } = registrationOf({ issuer, ...provider });
    const texts = new Set<string>();
    for (const path of paths) {
      const { status, text } = await send("GET", `https://as.example${path}`);
      expect(status, path).toBe(200);
      texts.add(text);
    }
    expect(texts.size).toBe(1);
  });

  test.each(Object.keys(provider))("is none without %s", async (member) => {
    const { send } = registrationOf({ ...provider, [member]: undefined });
    expect((await send("GET", `https://as.example${OPENID}`)).status).toBe(404);
    expect((await send("GET", `https://as.example${WELL_KNOWN}`)).status).toBe(200);
  });
});

describe("a document that the server has already", () => {
  test("gets what is enforced, and keeps the rest", () => {
    const { registration } = registrationOf({
      scopes_supported: [],
      grant_types_supported: ["authorization_code"],
    });
    const existing = {
      issuer: "https://as.example",
      token_endpoint: "https://as.example/token",
      scopes_supported: ["openid"],
      grant_types_supported: ["implicit"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      claims_supported: [],
    };
    expect(registration.mergeServerMetadata(existing)).toEqual({
      issuer: "https://as.example",
      registration_endpoint: "https://as.example/register",
      token_endpoint: "https://as.example/token",
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code"],
      token_endpoint_auth_methods_supported: ["client_secret_basic"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
    });
    expect(existing.grant_types_supported).toEqual(["implicit"]);
  });

  test.each([{ issuer: "https://other.example" }, { issuer: "https://as.example/" }])(
    "8414-2: is not another issuer's: %j",
    (document) => {
      expect(misuseOf(() => registrationOf().registration.mergeServerMetadata(document))).toBe(
        "ERR_SERVER_METADATA",
      );
    },
  );

  test("8414-6: is not signed yet, as what is signed would win", () => {
    const signed = { signed_metadata: "e30.e30.x" };
    expect(misuseOf(() => registrationOf().registration.mergeServerMetadata(signed))).toBe(
      "ERR_SERVER_METADATA",
    );
  });

  test.each([
    ["code_challenge_methods_supported", ["S256"]],
    ["authorization_response_iss_parameter_supported", true],
    ["client_id_metadata_document_supported", true],
  ])("%s passes through", async (member, value) => {
    expect(await publishedBy({ [member]: value })).toMatchObject({ [member]: value });
  });
});

describe("the issuer", () => {
  test.each([
    "http://as.example",
    "as.example",
    "https://as.example?tenant=1",
    "https://as.example/?",
    "https://as.example#tenant",
    "https://as.example/#",
    "https://user@as.example",
    "https://",
    "urn:example:as",
  ])("8414-2: is not %s", (issuer) => {
    expect(misuseOf(() => registrationOf({ issuer }))).toBe("ERR_PUBLIC_URL");
  });

  test.each([
    "https://as.example",
    "https://as.example/",
    "https://as.example:443",
    "https://as.example/Tenant/%7Eone",
  ])("8414-2: is published letter for letter: %s", async (issuer) => {
    const { send, registration } = registrationOf({ issuer });
    const path = new URL(issuer).pathname.replace(/\/$/, "");
    const { body } = await send("GET", `https://as.example${WELL_KNOWN}${path}`);
    expect(body["issuer"]).toBe(issuer);
    expect(registration.authorizationServerMetadata.issuer).toBe(issuer);
  });
});

describe("the document", () => {
  test("8414-3: is 200 and JSON, and has no list that is empty", async () => {
    const { send } = registrationOf({
      scopes_supported: [],
      ui_locales_supported: [],
      claims_supported: [],
      subject_types_supported: ["public"],
    });
    const answer = await send("GET", `https://as.example${WELL_KNOWN}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    const lists = Object.values(answer.body).filter((value) => Array.isArray(value));
    expect(lists.length).toBeGreaterThan(0);
    for (const list of lists) expect(list).not.toHaveLength(0);
    for (const name of ["scopes_supported", "ui_locales_supported", "claims_supported"]) {
      expect(answer.body).not.toHaveProperty(name);
    }
    expect(answer.body["subject_types_supported"]).toEqual(["public"]);
    expect(answer.text).not.toContain("null");
  });

  test("8414-3: is for GET and HEAD alone", async () => {
    const { send } = registrationOf();
    expect((await send("HEAD", `https://as.example${WELL_KNOWN}`)).status).toBe(200);
    for (const method of ["POST", "PUT", "DELETE"]) {
      expect((await send(method, `https://as.example${WELL_KNOWN}`)).status).toBe(405);
    }
  });

  test("8414-4: says all that is enforced, so that no default of the specification is read into it", async () => {
    // RFC 8414 section 2: left out, grant_types_supported would mean the implicit grant too.
    expect(await publishedBy()).toMatchObject({
      registration_endpoint: "https://as.example/register",
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      token_endpoint_auth_methods_supported: ["client_secret_basic"],
    });
  });

  test("8414-4: has what was handed in, and a registration gets nothing else", async () => {
    const given = {
      registration_endpoint: "https://as.example/clients",
      scopes_supported: ["read"],
      response_types_supported: ["code", "code id_token"],
      grant_types_supported: ["authorization_code", "implicit"],
      token_endpoint_auth_methods_supported: ["none"],
    };
    expect(await publishedBy(given)).toMatchObject(given);
    const { register } = registrationOf(given);
    const body = {
      redirect_uris: ["https://app.example/cb"],
      token_endpoint_auth_method: "none",
      scope: "read write",
      grant_types: ["authorization_code", "refresh_token"],
    };
    expect(await register(body, {}, given.registration_endpoint)).toMatchObject({
      scope: "read",
      grant_types: ["authorization_code"],
      response_types: ["code"],
    });
  });

  test.each([
    { response_types_supported: ["code", 7] },
    { response_types_supported: "code" },
    { grant_types_supported: [] },
    { token_endpoint_auth_methods_supported: [] },
    { token_endpoint_auth_signing_alg_values_supported: "ES256" },
    { registration_endpoint: "/register" },
  ])("8414-4: is never built from %j", (given) => {
    expect(misuseOf(() => registrationOf(given as Partial<AuthorizationServerMetadata>))).toMatch(
      /^ERR_(?:SERVER_METADATA|PUBLIC_URL)$/,
    );
  });

  test("8414-4: names the algorithms of assertions where clients may authenticate with a key, and never none", async () => {
    const token_endpoint_auth_methods_supported = ["private_key_jwt", "none"];
    const methodsAnd = (algorithms?: readonly string[]) => ({
      token_endpoint_auth_methods_supported,
      ...(algorithms && { token_endpoint_auth_signing_alg_values_supported: algorithms }),
    });
    for (const algorithms of [undefined, [], ["none"], ["ES256", "none"]]) {
      expect(misuseOf(() => registrationOf(methodsAnd(algorithms)))).toBe("ERR_SERVER_METADATA");
    }
    expect(await publishedBy(methodsAnd(["ES256"]))).toMatchObject(methodsAnd(["ES256"]));
  });

  test("8414-5: has the service documentation, the policy and the terms that were handed in, and invents none", async () => {
    const links = {
      service_documentation: "https://as.example/how-to-register",
      op_policy_uri: "https://as.example/policy",
      op_tos_uri: "https://as.example/terms",
    };
    expect(await publishedBy(links)).toMatchObject(links);
    const without = await publishedBy();
    for (const name of Object.keys(links)) expect(without).not.toHaveProperty(name);
  });

  test("8414-6: has signed metadata as it was handed in, beside the plain values", async () => {
    const signed_metadata = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUifQ.c2ln";
    const document = await publishedBy({ signed_metadata });
    expect(document).toMatchObject({ issuer: "https://as.example", signed_metadata });
    expect(await publishedBy()).not.toHaveProperty("signed_metadata");
  });
});
