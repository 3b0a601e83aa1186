import { describe, expect, test } from "vitest";
import { requireConsent } from "../../src/policy/require-consent.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { tokenGatedPreset } from "../../src/configuration/presets.js";
import { webConfidentialPreset } from "../../src/configuration/presets.js";
import { redirectUriPolicy } from "../../src/redirect-uri/redirect-uri-policy.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import type { RegisteredClient } from "../../src/store/records.js";
import { PUBLIC, updateOf, CALLBACK, managedRegistration } from "../support/managed-registration.js";
import { ISSUER, testKey } from "../json-web-token/token-issuer.js";

const server = { issuer: "https://as.example", scopes_supported: ["read", "write"] };
const LOOPBACK = ["http://127.0.0.1:51004/cb", "http://[::1]:51004/cb", "http://localhost:51004/cb"];

/** The redirect policies of the presets, on a server that anybody may use. */
const POLICIES = {
  default: redirectUriPolicy(),
  mcp: mcpPreset(server).redirectUris,
  tokenGated: tokenGatedPreset(server).redirectUris,
};

/** Registers a public client with these redirect URIs, and asks about others as the authorization endpoint would. */
async function clientWith(...redirect_uris: string[]) {
  const managed = managedRegistration();
  const { client_id } = await managed.register({ ...PUBLIC, redirect_uris });
  const client = await recordOf(managed, client_id);
  return { client, allows: (uri: string) => managed.registration.allowsRedirectUri(client, uri) };
}

async function recordOf(
  { store }: Pick<ReturnType<typeof managedRegistration>, "store">,
  clientId: unknown,
): Promise<RegisteredClient> {
  const client = await store.findClient(String(clientId));
  if (!client) throw new Error("not on record");
  return client;
}

describe.each(Object.entries(POLICIES))("the redirect URIs of native applications, %s", (_, redirectUris) => {
  test.each(["com.example.app:/callback", CALLBACK, ...LOOPBACK])(
    "8252-1, R7591-29: %s is registered as it is, and may be redirected to",
    async (uri) => {
      const { registration, register, store } = managedRegistration({ redirectUris });
      const client = await register({ ...PUBLIC, redirect_uris: [uri] });
      expect(client["redirect_uris"]).toEqual([uri]);
      expect(registration.allowsRedirectUri(await recordOf({ store }, client.client_id), uri)).toBe(true);
    },
  );

  test.each([
    "http://app.example/callback",
    "http://192.168.0.7/callback",
    "http://0.0.0.0/callback",
    "http://127.0.0.1.evil.example/callback",
    "http://localhost.evil.example/callback",
    "urn:ietf:wg:oauth:2.0:oob",
    "file:///callback",
    "about:blank",
    "javascript:alert(1)",
  ])("8252-1, R7591-29: %s is none of them", async (uri) => {
    const { post } = managedRegistration({ redirectUris });
    const { status, body } = await post({ ...PUBLIC, redirect_uris: [CALLBACK, uri] });
    expect([status, body["error"]]).toEqual([400, "invalid_redirect_uri"]);
  });

  test.each(["app:/callback", "myapp://callback", "com:/callback", "com..example:/callback", "example.:/cb"])(
    "8252-3: %s has a scheme that is named after no domain",
    async (uri) => {
      const { post } = managedRegistration({ redirectUris });
      const { status, body } = await post({ ...PUBLIC, redirect_uris: [uri] });
      expect([status, body["error"]]).toEqual([400, "invalid_redirect_uri"]);
    },
  );
});

test.each(["com.example.app:/callback", ...LOOPBACK])(
  "8252-1: %s is refused where the operator has no native clients",
  async (uri) => {
    const { redirectUris } = webConfidentialPreset(server);
    const { post } = managedRegistration({ redirectUris });
    expect((await post({ ...PUBLIC, redirect_uris: [uri] })).status).toBe(400);
  },
);

describe("loopback redirects", () => {
  test.each(LOOPBACK)("8252-2: %s is allowed at any port", async (uri) => {
    const { allows } = await clientWith(uri);
    expect(allows(uri)).toBe(true);
    for (const port of ["", ":1", ":80", ":8080", ":65535"])
      expect(allows(uri.replace(":51004", port))).toBe(true);
  });

  test("8252-2: is allowed at any port though it was registered without one", async () => {
    const { allows } = await clientWith("http://127.0.0.1/cb?tenant=7");
    expect(allows("http://127.0.0.1:49152/cb?tenant=7")).toBe(true);
    expect(allows("http://127.0.0.1:49152/cb?tenant=8")).toBe(false);
  });

  test("8252-2: nothing but the port may differ, and on loopback alone", async () => {
    const { allows } = await clientWith("http://127.0.0.1:51004/cb", "https://app.example:8443/cb");
    for (const uri of [
      "http://127.0.0.1:8080/other",
      "http://127.0.0.1:8080/cb/",
      "http://127.0.0.1:8080/cb?a=b",
      "http://127.0.0.1:8080/cb#a",
      "http://127.0.0.1:0/cb",
      "http://127.0.0.1:65536/cb",
      "http://127.0.0.2:51004/cb",
      "http://[::1]:51004/cb",
      "http://localhost:51004/cb",
      "https://127.0.0.1:51004/cb",
      "http://user@127.0.0.1:51004/cb",
      "http://127.0.0.1:51004@evil.example/cb",
      "https://app.example/cb",
      "https://app.example:9443/cb",
    ]) {
      expect(allows(uri), uri).toBe(false);
    }
    expect(allows("https://app.example:8443/cb")).toBe(true);
  });
});

describe("private-use schemes", () => {
  test("8252-3: are the ones that the operator names, beside those of domains", async () => {
    const redirectUris = redirectUriPolicy({ schemes: ["acme-editor"] });
    const { post } = managedRegistration({ redirectUris });
    const statusOf = async (uri: string) => (await post({ ...PUBLIC, redirect_uris: [uri] })).status;
    expect(await statusOf("acme-editor://callback")).toBe(201);
    expect(await statusOf("acme-editor:/callback")).toBe(201);
    expect(await statusOf("com.example.app:/callback")).toBe(201);
    expect(await statusOf("acme:/callback")).toBe(400);
    expect(await statusOf("cursor://callback")).toBe(400);
  });

  test.each([
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "vscode://saoudrizwan.claude-dev/mcp-auth/callback/abc",
  ])("8252-3: %s passes by name in the profile for editors alone", async (uri) => {
    const statusOf = async (redirectUris: (typeof POLICIES)["mcp"]) =>
      (await managedRegistration({ redirectUris }).post({ ...PUBLIC, redirect_uris: [uri] })).status;
    expect(await statusOf(POLICIES.mcp)).toBe(201);
    expect(await statusOf(POLICIES.tokenGated)).toBe(400);
  });
});

describe("the record of a client", () => {
  test.each([
    [["com.example.app:/cb"], undefined, "native"],
    [LOOPBACK, undefined, "native"],
    [[CALLBACK, "http://127.0.0.1/cb"], "web", "native"],
    [[CALLBACK], undefined, "web"],
    [[CALLBACK], "native", "native"],
    [[CALLBACK], "web", "web"],
  ])("8252-4: of %j that says it is %s has its type: %s", async (redirect_uris, said, type) => {
    const { register, store, send } = managedRegistration();
    const client = await register({ ...PUBLIC, redirect_uris, ...(said && { application_type: said }) });
    expect(client["application_type"]).toBe(type);
    expect((await recordOf({ store }, client.client_id)).metadata.application_type).toBe(type);
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const native = { ...updateOf(client), redirect_uris: ["com.example.app:/moved"] };
    expect((await send("PUT", uri, token, native)).body["application_type"]).toBe("native");
  });

  test("8252-4: says whether it is public, and a native client has a secret for this one instance if any", async () => {
    const { register, store } = managedRegistration();
    const native = { redirect_uris: ["com.example.app:/cb"], application_type: "native" };
    const open = await register({ ...native, token_endpoint_auth_method: "none" });
    const record = await recordOf({ store }, open.client_id);
    expect(record.metadata.token_endpoint_auth_method).toBe("none");
    expect(record.clientSecretHash).toBeUndefined();
    expect(open.client_secret).toBeUndefined();

    const one = await register({ ...native, token_endpoint_auth_method: "client_secret_basic" });
    const other = await register({ ...native, token_endpoint_auth_method: "client_secret_basic" });
    expect(one.client_secret).not.toBe(other.client_secret);
    expect((await recordOf({ store }, one.client_id)).metadata).toMatchObject({
      token_endpoint_auth_method: "client_secret_basic",
      application_type: "native",
    });
  });

  test("8252-5: demands consent each time where nobody proved who it is, also after an update", async () => {
    const key = await testKey();
    const managed = managedRegistration({
      policies: { open: [requireConsent()] },
      softwareStatements: softwareStatements({
        trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
      }),
    });
    const client = await managed.register();
    const consentOf = async (id: string) => (await recordOf(managed, id)).requirements.consent;
    expect(await consentOf(client.client_id)).toBe(true);
    const { registration_client_uri: uri, registration_access_token: token } = client;
    expect((await managed.send("PUT", uri, token, updateOf(client))).status).toBe(200);
    expect(await consentOf(client.client_id)).toBe(true);

    const { token: permission } = await managed.registration.initialAccessTokens.issue();
    const known = await managed.register(PUBLIC, { authorization: `Bearer ${permission}` });
    expect(await consentOf(known.client_id)).toBeUndefined();
  });

  test.each(["com.example.app:/cb", ...LOOPBACK, CALLBACK])(
    "8252-6: of a public native client at %s demands PKCE",
    async (uri) => {
      const { client } = await clientWith(uri);
      expect(client.requirements.pkce).toBe(true);
    },
  );
});
