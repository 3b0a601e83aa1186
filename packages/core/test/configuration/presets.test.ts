import { describe, expect, test } from "vitest";
import { mcpPreset, type McpPresetOptions } from "../../src/configuration/presets.js";
import { openNativePreset } from "../../src/configuration/open-native-preset.js";
import { limitScopes } from "../../src/policy/limit-scopes.js";
import { ok } from "../../src/lib/result.js";
import type { JsonObject } from "../../src/lib/json.js";
import { managedRegistration, misuseOf, PUBLIC, updateOf } from "../support/managed-registration.js";

const SERVER = { issuer: "https://as.example", scopes_supported: ["read", "write", "base", "more"] };
const BASELINE: McpPresetOptions = { baselineScopes: ["base", "read"] };

describe("baselineScopes of mcpPreset", () => {
  const setUp = (options: object = {}, preset: McpPresetOptions = BASELINE) =>
    managedRegistration({ ...mcpPreset(SERVER, preset), ...noLimits, ...options });

  test("without it, a client gets none but the scopes that it asks for", async () => {
    const { register, events } = setUp({}, {});
    expect((await register({ ...PUBLIC, scope: "read" }))["scope"]).toBe("read");
    expect(events).toMatchObject([{ findings: [] }]);
  });

  test("are added, and the answer, the audit event and the findings say so", async () => {
    const { registration, register, events } = setUp();
    const body = { ...PUBLIC, scope: "write" };
    expect((await register(body))["scope"]).toBe("write base read");
    expect(events).toMatchObject([
      { type: "client_registered", findings: [{ member: "scope", rule: "scope.baseline" }] },
    ]);
    expect(registration.explainClientMetadata(body).findings).toMatchObject([
      { severity: "warning", rule: "scope.baseline" },
    ]);
  });

  test("add nothing for a client that asks for them itself, or for nothing, or for no grant", async () => {
    const { register, events } = setUp({ clientsWithoutGrants: true });
    expect((await register({ ...PUBLIC, scope: "base write read" }))["scope"]).toBe("base write read");
    expect((await register(PUBLIC))["scope"]).toBe(SERVER.scopes_supported.join(" "));
    const machine = { grant_types: [], token_endpoint_auth_method: "client_secret_basic", scope: "write" };
    expect((await register(machine))["scope"]).toBe("write");
    const rules = events
      .flatMap((event) => ("findings" in event ? event.findings : []))
      .map(({ rule }) => rule);
    expect(rules).not.toContain("scope.baseline");
  });

  test("stay within what an initial access token allows", async () => {
    const { registration, post } = setUp();
    const { token } = await registration.initialAccessTokens.issue({ scopes: ["write", "base"] });
    const { body } = await post({ ...PUBLIC, scope: "write more" }, token);
    expect(body["scope"]).toBe("write base");
  });

  test.each([
    ["with its scope", { scope: "write" }, "write"],
    ["without a scope", {}, "more base read"],
  ])("stay within a software statement %s", async (_, claims, scope) => {
    const verify = () => Promise.resolve(ok({ issuer: "https://vendor.example", claims }));
    const { register } = setUp({ softwareStatements: { verify } });
    expect((await register({ ...PUBLIC, scope: "more", software_statement: "x" }))["scope"]).toBe(scope);
  });

  test("are narrowed by policies, and do not come back after them", async () => {
    const { register } = setUp({ policies: { every: [limitScopes({ open: ["write", "base"] })] } });
    expect((await register({ ...PUBLIC, scope: "write more" }))["scope"]).toBe("write base");
  });

  test("hold for an update too", async () => {
    const { register, send } = setUp();
    const client = await register({ ...PUBLIC, scope: "write" });
    const changed = { ...updateOf(client), scope: "more" };
    const { body } = await send(
      "PUT",
      client.registration_client_uri,
      client.registration_access_token,
      changed,
    );
    expect(body["scope"]).toBe("more base read");
  });

  test("must be scopes of the server", () => {
    expect(misuseOf(() => setUp({}, { baselineScopes: ["admin"] }))).toBe("ERR_OPTION");
    expect(misuseOf(() => setUp({}, { baselineScopes: "read" } as never))).toBe("ERR_OPTION");
    expect(misuseOf(() => setUp({ baselineScopes: {} }))).toBe("ERR_OPTION");
  });
});

describe("openNativePreset", () => {
  const NATIVE = { redirect_uris: ["http://127.0.0.1:4711/cb"], client_name: "Mail" };
  const setUp = (options: object = {}) =>
    managedRegistration({ ...openNativePreset({ issuer: "https://as.example" }), ...noLimits, ...options });

  test.each([
    ["http://127.0.0.1/cb"],
    ["http://[::1]:8080/cb"],
    ["http://localhost:8080/cb"],
    ["com.example.mail:/oauth"],
    ["com.example.mail://oauth/cb"],
  ])("admits %s at registration and at the authorization endpoint", async (uri) => {
    const { registration, register } = setUp();
    const { client_id } = await register({ ...NATIVE, redirect_uris: [uri] });
    const found = await registration.findClient(client_id);
    expect(found.ok && registration.allowsRedirectUri(found.value, uri)).toBe(true);
  });

  test.each([
    ["https://app.example/cb", "redirect_uri.native"],
    ["https://localhost/cb", "redirect_uri.native"],
    ["http://app.example/cb", "redirect_uri.http"],
    ["mail:/oauth", "redirect_uri.scheme"],
    ["cursor://anysphere.cursor-mcp/oauth/callback", "redirect_uri.scheme"],
    ["javascript:alert(1)", "redirect_uri.scheme"],
    [7, "redirect_uri.type"],
  ])("refuses %s", async (uri, rule) => {
    const { registration, post } = setUp();
    const { status, body } = await post({ ...NATIVE, redirect_uris: [NATIVE.redirect_uris[0], uri] });
    expect([status, body["error"]]).toEqual([400, "invalid_redirect_uri"]);
    expect(body["error_description"]).toContain(`redirect_uris[1]`);
    expect(body["error_description"]).toContain(rule);
    // Whatever is on record, the authorization endpoint asks the same policy.
    const found = await registration.registerClient(NATIVE);
    const stored = found.ok ? found.value.client : undefined;
    const tampered = stored && { ...stored, metadata: { ...stored.metadata, redirect_uris: [String(uri)] } };
    expect(tampered && registration.allowsRedirectUri(tampered, String(uri))).toBe(false);
  });

  test("has public clients alone, with code, refresh tokens and PKCE", async () => {
    const { registration, register, post, store } = setUp();
    const asked = { ...NATIVE, grant_types: ["authorization_code", "refresh_token"] };
    const client: JsonObject & { client_id: string } = await register(asked);
    expect(client).toMatchObject({
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      application_type: "native",
    });
    expect(client).not.toHaveProperty("client_secret");
    expect((await store.findClient(client.client_id))?.requirements).toEqual({ pkce: true });
    expect(registration.authorizationServerMetadata.code_challenge_methods_supported).toEqual(["S256"]);
    for (const token_endpoint_auth_method of [
      "client_secret_basic",
      "client_secret_post",
      "private_key_jwt",
    ]) {
      expect((await post({ ...asked, token_endpoint_auth_method })).status).toBe(400);
    }
    expect((await post({ ...asked, grant_types: ["client_credentials"] })).status).toBe(400);
    for (const grant of ["implicit", "password"]) {
      const { grant_types } = await register({ ...asked, grant_types: [...asked.grant_types, grant] });
      expect(grant_types).toEqual(asked.grant_types);
    }
  });

  test("offers mail, contacts, calendars and offline_access, unless other scopes are named", async () => {
    const scopes = ["mail", "contacts", "calendars"].map((name) => `urn:ietf:params:oauth:scope:${name}`);
    expect((await setUp().register(NATIVE))["scope"]).toBe([...scopes, "offline_access"].join(" "));
    const asked = { ...NATIVE, scope: `${scopes[0]} offline_access urn:ietf:params:oauth:scope:other` };
    expect((await setUp().register(asked))["scope"]).toBe(`${scopes[0]} offline_access`);
    const own = openNativePreset({ issuer: "https://as.example", scopes_supported: ["jmap"] });
    expect(own.defaultScopes).toEqual(["jmap"]);
    const empty = { issuer: "https://as.example", scopes_supported: [] };
    expect(misuseOf(() => openNativePreset(empty))).toBe("ERR_SERVER_METADATA");
  });

  test("answers with the same client where nothing but software_version differs", async () => {
    const { idempotentRegistration } = openNativePreset({ issuer: "https://as.example" });
    const { register } = setUp({ idempotentRegistration });
    const versioned = (software_version?: string, more: object = {}) =>
      register({ ...NATIVE, software_id: "mail", ...(software_version && { software_version }), ...more });
    const first = await versioned("1.0");
    const second = await versioned("1.1", { redirect_uris: ["http://127.0.0.1:9/cb"] });
    expect(second).toMatchObject({ client_id: first.client_id, software_version: "1.1" });
    expect(first).not.toHaveProperty("registration_access_token");
    expect((await versioned()).client_id).toBe(first.client_id);
    expect((await versioned("1.0", { client_name: "Mail 2" })).client_id).not.toBe(first.client_id);
    expect((await versioned("1.0", { software_id: "other" })).client_id).not.toBe(first.client_id);
  });

  test("is an exception: elsewhere another software_version is another client", async () => {
    const { register } = setUp({ idempotentRegistration: true });
    const [one, other] = await Promise.all(
      ["1", "2"].map((software_version) => register({ ...NATIVE, software_version })),
    );
    expect(one?.client_id).not.toBe(other?.client_id);
    expect(misuseOf(() => setUp({ idempotentRegistration: "always" }))).toBe("ERR_OPTION");
  });
});

/** The limits of presets have tests of their own, and a client that nobody shares can manage itself. */
const noLimits = { lifecycle: {}, quotas: {}, maxBodyBytes: 65_536, idempotentRegistration: false } as const;
