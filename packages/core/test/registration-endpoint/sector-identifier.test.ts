import { describe, expect, test } from "vitest";
import { guardedFetch } from "../../src/guarded-fetch/guarded-fetch.js";
import { managedRegistration, updateOf } from "../support/managed-registration.js";

const REGISTER = "https://as.example/register";
const URIS = ["https://app.example/callback", "https://other.example/callback"];
const BODY = {
  redirect_uris: URIS,
  token_endpoint_auth_method: "none",
  subject_type: "pairwise",
  sector_identifier_uri: "https://sector.example/uris.json",
};

/** A server whose requests get `answer`, and the addresses that it asked for. */
function registrationWith(answer: () => Response) {
  const asked: string[] = [];
  const managed = managedRegistration({
    authorizationServer: {
      issuer: "https://as.example",
      scopes_supported: ["read", "write"],
      token_endpoint_auth_methods_supported: ["none"],
      subject_types_supported: ["public", "pairwise"],
    },
    guardedFetch: guardedFetch({
      connection: ({ url }) => {
        asked.push(url.href);
        return Promise.resolve(answer());
      },
    }),
  });
  return { ...managed, asked };
}

const json = (value: unknown, init: ResponseInit = {}) =>
  new Response(JSON.stringify(value), { headers: { "content-type": "application/json" }, ...init });

describe("OIDC-4: sector_identifier_uri", () => {
  test("OIDC-4: is fetched, and good when it lists every redirect URI", async () => {
    const { register, asked } = registrationWith(() => json([...URIS, "https://third.example/callback"]));
    expect(await register(BODY)).toMatchObject(BODY);
    expect(asked).toEqual([BODY.sector_identifier_uri]);
  });

  test.each([
    ["lists not every redirect URI", () => json(URIS.slice(1))],
    ["is no list", () => json({ uris: URIS })],
    ["is not JSON", () => new Response("[", { headers: { "content-type": "application/json" } })],
    ["is a page", () => new Response(JSON.stringify(URIS), { headers: { "content-type": "text/html" } })],
    ["is not found", () => json(URIS, { status: 404 })],
    ["redirects", () => new Response(null, { status: 302, headers: { location: "https://127.0.0.1/" } })],
    [
      "cannot be reached",
      () => {
        throw new Error("connection to 10.1.2.3 refused");
      },
    ],
  ])("OIDC-4: refuses a document that %s", async (_what, answer) => {
    const { send } = registrationWith(answer);
    const { status, body, text } = await send("POST", REGISTER, undefined, BODY);
    expect([status, body["error"]]).toEqual([400, "invalid_client_metadata"]);
    expect(body["error_description"]).toMatch(/^sector_identifier_uri /);
    expect(text).not.toContain("10.1.2.3");
  });

  test("OIDC-4: no request is sent for metadata that is refused anyway, nor to addresses of this machine", async () => {
    const { send, asked } = registrationWith(() => json(URIS));
    for (const change of [
      { sector_identifier_uri: "http://sector.example/uris.json" },
      { sector_identifier_uri: "https://127.0.0.1/uris.json" },
      { sector_identifier_uri: "https://169.254.169.254/latest" },
      { sector_identifier_uri: "https://[::ffff:10.0.0.1]/" },
      { sector_identifier_uri: "https://localhost/" },
      { redirect_uris: ["javascript:alert(1)"] },
      { logo_uri: "ftp://app.example/logo" },
      { token_endpoint_auth_method: "client_secret_jwt" },
    ]) {
      expect((await send("POST", REGISTER, undefined, { ...BODY, ...change })).status).toBe(400);
    }
    expect(asked).toEqual([]);
  });

  test("OIDC-4: is asked for again by an update", async () => {
    let uris = URIS;
    const { register, send, asked } = registrationWith(() => json(uris));
    const client = await register(BODY);
    uris = [];
    const { registration_client_uri: uri, registration_access_token: token } = client;
    expect((await send("PUT", uri, token, updateOf(client))).status).toBe(400);
    expect(asked).toHaveLength(2);
  });

  test("OIDC-4: is refused by a server that sends no requests", async () => {
    const { send } = managedRegistration();
    const { status, body } = await send("POST", REGISTER, undefined, {
      ...BODY,
      subject_type: "public",
    });
    expect(status).toBe(400);
    expect(body["error_description"]).toContain("sector_identifier_uri.unsupported");
  });
});
