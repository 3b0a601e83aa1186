import { describe, expect, test } from "vitest";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { tokenGatedPreset } from "../../src/configuration/presets.js";
import { webConfidentialPreset } from "../../src/configuration/presets.js";
import { redirectUriPolicy } from "../../src/redirect-uri/redirect-uri-policy.js";
import {
  CONFIDENTIAL,
  PUBLIC,
  updateOf,
  CALLBACK,
  managedRegistration,
} from "../support/managed-registration.js";

const server = { issuer: "https://as.example", scopes_supported: ["read", "write"] };
const PRESETS = { mcpPreset, tokenGatedPreset, webConfidentialPreset };

/** What the authorization endpoint would find of a client that registered with `body`. */
async function recordOf(body: object, options: Parameters<typeof managedRegistration>[0] = {}) {
  const managed = managedRegistration(options);
  const answer = await managed.register(body);
  const client = await managed.store.findClient(answer.client_id);
  if (!client) throw new Error("not on record");
  return {
    ...managed,
    answer,
    client,
    allows: (uri: string) => managed.registration.allowsRedirectUri(client, uri),
  };
}

describe("redirect URIs", () => {
  test("9700-1, OIDC-1: match character by character", async () => {
    const { allows } = await recordOf({ ...PUBLIC, redirect_uris: ["https://app.example/cb?a=1&b=2"] });
    expect(allows("https://app.example/cb?a=1&b=2")).toBe(true);
    for (const uri of [
      "https://app.example/cb",
      "https://app.example/cb?b=2&a=1",
      "https://app.example/cb?a=1&b=2&c=3",
      "https://app.example/cb?a=1&b=2#",
      "https://app.example/cb/?a=1&b=2",
      "https://app.example/CB?a=1&b=2",
      "https://APP.example/cb?a=1&b=2",
      "https://app.example:443/cb?a=1&b=2",
      "https://app.example/%63b?a=1&b=2",
      "https://app.example/x/../cb?a=1&b=2",
      "https://sub.app.example/cb?a=1&b=2",
      "https://app.example.evil.example/cb?a=1&b=2",
      "http://app.example/cb?a=1&b=2",
      " https://app.example/cb?a=1&b=2",
      "",
    ]) {
      expect(allows(uri), uri).toBe(false);
    }
  });

  test("9700-1: may have another port on the local machine of a native client, and http nowhere else", async () => {
    const { allows, post } = await recordOf({ ...PUBLIC, redirect_uris: ["http://localhost:3000/cb"] });
    expect(allows("http://localhost:4000/cb")).toBe(true);
    expect(allows("http://localhost:4000/other")).toBe(false);
    for (const uri of ["http://app.example/cb", "http://10.0.0.1/cb", "http://localhost.example/cb"]) {
      const { status, body } = await post({ ...PUBLIC, redirect_uris: [uri] });
      expect([status, body["error"]]).toEqual([400, "invalid_redirect_uri"]);
    }
  });

  test.each([
    "https://app.example/cb?next=https://evil.example",
    "https://app.example/cb?next=https%3A%2F%2Fevil.example",
    "https://app.example/cb?next=https%253A%252F%252Fevil.example",
    "https://app.example/cb?next=//evil.example",
    "https://app.example/redirect/https://evil.example",
    "https://app.example/cb?next=javascript:alert(1)",
    "https://app.example/cb?code=planted",
    "https://app.example/cb?iss=https",
    "https://app.example/*",
    "https://*.app.example/cb",
    "https://app.example@evil.example/cb",
    "https://redirector.example/cb",
    "https://eu.redirector.example/cb",
  ])("9700-2: %s is refused at registration, at update and at authorization", async (uri) => {
    const redirectUris = redirectUriPolicy({ deniedHosts: ["redirector.example"] });
    const { answer, allows, post, send } = await recordOf(PUBLIC, { redirectUris });
    const { status, body } = await post({ ...PUBLIC, redirect_uris: [CALLBACK, uri] });
    expect([status, body["error"]]).toEqual([400, "invalid_redirect_uri"]);
    const update = { ...updateOf(answer), redirect_uris: [CALLBACK, uri] };
    const updated = await send(
      "PUT",
      answer.registration_client_uri,
      answer.registration_access_token,
      update,
    );
    expect([updated.status, updated.body["error"]]).toEqual([400, "invalid_redirect_uri"]);
    expect(allows(uri)).toBe(false);
  });

  test("9700-2: lead nowhere for a client that nobody has approved yet", async () => {
    const policies = { open: [holdForApproval()] };
    const { registration, client, allows, store } = await recordOf(PUBLIC, { policies });
    expect(allows(CALLBACK)).toBe(false);
    await registration.approveClient(client.clientId);
    const approved = await store.findClient(client.clientId);
    expect(approved && registration.allowsRedirectUri(approved, CALLBACK)).toBe(true);
    expect(approved && registration.allowsRedirectUri(approved, "https://evil.example/cb")).toBe(false);
  });

  test("9700-2: lead nowhere on record that today's policy would refuse", async () => {
    const { client } = await recordOf({ ...PUBLIC, redirect_uris: ["https://redirector.example/cb"] });
    const { registration } = managedRegistration({
      redirectUris: redirectUriPolicy({ deniedHosts: ["redirector.example"] }),
    });
    expect(registration.allowsRedirectUri(client, "https://redirector.example/cb")).toBe(false);
  });
});

describe("PKCE", () => {
  test("9700-3: is demanded of a public client with the code grant, on its record", async () => {
    expect((await recordOf(PUBLIC)).client.requirements.pkce).toBe(true);
    expect((await recordOf(CONFIDENTIAL)).client.requirements.pkce).toBeUndefined();
  });

  test("9700-3: cannot be asked away, and is demanded once a client becomes public", async () => {
    const asking = { ...PUBLIC, requirements: {}, pkce: false, require_pkce: false };
    expect((await recordOf(asking)).client.requirements).toEqual({ pkce: true });
    const { answer, send, store, client } = await recordOf(CONFIDENTIAL);
    const update = { ...updateOf(answer), token_endpoint_auth_method: "none", client_secret: undefined };
    const { registration_client_uri: uri, registration_access_token: token } = answer;
    expect((await send("PUT", uri, token, update)).status).toBe(200);
    expect((await store.findClient(client.clientId))?.requirements).toEqual({ pkce: true });
  });

  test("9700-3: is published by every preset, and never by the method plain", () => {
    for (const preset of Object.values(PRESETS)) {
      const { authorizationServerMetadata } = managedRegistration(preset(server)).registration;
      expect(authorizationServerMetadata.code_challenge_methods_supported).toEqual(["S256"]);
    }
  });
});

describe.each(Object.entries(PRESETS))("%s", (_, presetOf) => {
  const preset = presetOf(server);
  const anybody = { admit: () => ({ ok: true, value: { origin: { source: "open" } } }) as const };
  const body = { redirect_uris: [CALLBACK], token_endpoint_auth_method: "client_secret_basic" };

  test.each([
    ["password", ["code"]],
    ["implicit", ["code", "token", "code id_token"]],
  ])("9700-4: registers nobody for %s, by itself or beside another grant", async (grant, response_types) => {
    const { post, registration } = managedRegistration({ ...preset, access: anybody });
    const { grant_types_supported } = registration.authorizationServerMetadata;
    expect(grant_types_supported).toContain("authorization_code");
    expect(grant_types_supported).not.toContain(grant);
    for (const grant_types of [[grant], [grant, "refresh_token"]]) {
      expect((await post({ ...body, grant_types })).status).toBe(400);
      expect((await post({ ...body, grant_types, response_types: ["token"] })).status).toBe(400);
    }
    const answer = await post({ ...body, grant_types: ["authorization_code", grant], response_types });
    if (preset.unsupportedMetadata === "refuse") {
      expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_client_metadata"]);
    } else {
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({ grant_types: ["authorization_code"], response_types: ["code"] });
    }
  });
});

describe("client_id", () => {
  test("9700-5: depends on chance alone: different clients with the same chance would have the same", async () => {
    const registeredAs = async (body: object) => {
      let next = 0;
      const randomBytes = (bytes: Uint8Array) => bytes.fill(++next);
      return (await recordOf(body, { randomBytes })).client.clientId;
    };
    const id = await registeredAs(PUBLIC);
    for (const body of [
      { ...PUBLIC, client_name: "admin", software_id: "admin", contacts: ["admin@as.example"] },
      { ...PUBLIC, client_id: "admin", redirect_uris: ["https://other.example/cb"] },
      { ...PUBLIC, client_id: "https://app.example/client.json" },
    ]) {
      expect(await registeredAs(body)).toBe(id);
    }
  });

  test("9700-5: looks like no URL, no address of a person and no number", async () => {
    const { client } = await recordOf({ ...PUBLIC, client_id: "admin" });
    expect(client.clientId).toMatch(/^[a-z2-7]{26}$/);
    expect(client.clientId).not.toBe("admin");
  });
});

describe("mix-up", () => {
  const document = async (given: object) => {
    const { send } = managedRegistration(mcpPreset({ ...server, ...given }));
    return send("GET", "https://as.example/.well-known/oauth-authorization-server");
  };

  test("9700-7: the promise to send iss is published as it was handed in, and never without", async () => {
    const name = "authorization_response_iss_parameter_supported";
    expect((await document({ [name]: true })).body[name]).toBe(true);
    expect((await document({ [name]: false })).body[name]).toBe(false);
    expect((await document({})).body).not.toHaveProperty(name);
  });

  test("9700-7: no client can have the iss parameter in its redirect URI, which would be read instead", async () => {
    const { post } = managedRegistration();
    for (const query of ["iss=x", "a=b&iss=x", "ISS=x", "%69ss=x", "iss[]=x"]) {
      const { status } = await post({ ...PUBLIC, redirect_uris: [`${CALLBACK}?${query}`] });
      expect(status, query).toBe(400);
    }
  });

  test("9700-7: a client may authenticate with a key of its own instead of a secret", async () => {
    const jwks = {
      keys: [{ kty: "OKP", crv: "Ed25519", kid: "1", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }],
    };
    const { answer } = await recordOf(
      { redirect_uris: [CALLBACK], token_endpoint_auth_method: "private_key_jwt", jwks },
      mcpPreset({
        ...server,
        token_endpoint_auth_methods_supported: ["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported: ["EdDSA"],
      }),
    );
    expect(answer).toMatchObject({ token_endpoint_auth_method: "private_key_jwt", jwks });
    expect(answer).not.toHaveProperty("client_secret");
  });

  test("9700-7: no answer at the authorization endpoint's path lets pages of others read it", async () => {
    const { send } = managedRegistration();
    const { status, headers } = await send("OPTIONS", "https://as.example/authorize");
    expect([status, headers.get("access-control-allow-origin")]).toEqual([404, null]);
  });
});
