import { describe, expect, test } from "vitest";
import { createClientRegistration } from "../../src/client-registration.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { limitScopes } from "../../src/policy/limit-scopes.js";
import { reserveNames } from "../../src/policy/reserved-names/reserve-names.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { tokenGatedPreset } from "../../src/configuration/presets.js";
import { webConfidentialPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";
import {
  PUBLIC,
  textOf,
  updateOf,
  CALLBACK,
  REGISTER,
  managedRegistration,
} from "../support/managed-registration.js";

const server = { issuer: "https://as.example", scopes_supported: ["read", "write", "admin"] };
const POSTING = { redirect_uris: [CALLBACK], token_endpoint_auth_method: "client_secret_post" };

/** A server of a preset, and a token for whoever needs one. */
async function registrationOf(preset: typeof mcpPreset) {
  const managed = managedRegistration(preset(server));
  const { token } = await managed.registration.initialAccessTokens.issue({ uses: 10 });
  return { ...managed, submit: (body: object) => managed.post(body, token) };
}

describe.each([mcpPreset, tokenGatedPreset, webConfidentialPreset])("$name", (preset) => {
  test("21-1: publishes client_secret_post, and its clients authenticate with it", async () => {
    const { registration, submit } = await registrationOf(preset);
    expect(registration.authorizationServerMetadata.token_endpoint_auth_methods_supported).toContain(
      "client_secret_post",
    );
    const { status, body } = await submit(POSTING);
    expect([status, body["token_endpoint_auth_method"]]).toEqual([201, "client_secret_post"]);
    const authenticates = async (client_secret: string) => {
      const parameters = new URLSearchParams({ client_id: textOf(body, "client_id"), client_secret });
      return (await registration.authenticateClient({ parameters })).ok;
    };
    expect(await authenticates(textOf(body, "client_secret"))).toBe(true);
    expect(await authenticates("wrong")).toBe(false);
    expect(await authenticates("")).toBe(false);
  });

  test("21-1: registers nobody for a redirect flow without a redirect URI, and matches it exactly", async () => {
    const { registration, submit, store } = await registrationOf(preset);
    const { redirect_uris: _, ...without } = POSTING;
    for (const body of [without, { ...without, redirect_uris: [] }]) {
      expect(await submit(body)).toMatchObject({ status: 400, body: { error: "invalid_redirect_uri" } });
    }
    const { body } = await submit(POSTING);
    const client = await store.findClient(textOf(body, "client_id"));
    expect(client && registration.allowsRedirectUri(client, CALLBACK)).toBe(true);
    expect(client && registration.allowsRedirectUri(client, `${CALLBACK}/`)).toBe(false);
  });
});

test.each([mcpPreset, tokenGatedPreset])(
  "21-1: $name forces no secret on a native client",
  async (preset) => {
    const { registration, submit } = await registrationOf(preset);
    const native = { ...PUBLIC, redirect_uris: ["com.example.app:/cb"], application_type: "native" };
    const { status, body } = await submit(native);
    expect([status, body["token_endpoint_auth_method"]]).toEqual([201, "none"]);
    expect(body).not.toHaveProperty("client_secret");
    const parameters = new URLSearchParams({ client_id: textOf(body, "client_id") });
    expect((await registration.authenticateClient({ parameters })).ok).toBe(true);
  },
);

describe("a client that has proved nothing", () => {
  const policies = {
    every: [
      limitScopes({
        open: ["read"],
        initialAccessToken: ["read", "write"],
        owners: { "partner@as.example": ["read", "write", "admin"] },
      }),
    ],
  };
  const scopeFor = async (
    body: object,
    issue?: Parameters<
      ReturnType<typeof managedRegistration>["registration"]["initialAccessTokens"]["issue"]
    >[0],
  ) => {
    const { registration, post } = managedRegistration({ ...mcpPreset(server), policies });
    const token = issue && (await registration.initialAccessTokens.issue(issue)).token;
    const answer = await post({ ...PUBLIC, ...body }, token);
    return answer.body["scope"] ?? answer.body["error"];
  };

  test("21-2: has the scopes of strangers, whatever it asks for, and however it authenticates", async () => {
    for (const body of [{}, { scope: "read write admin" }, { ...POSTING, scope: "admin read" }]) {
      expect(await scopeFor(body)).toBe("read");
    }
    expect(await scopeFor({ scope: "admin" })).toBe("invalid_client_metadata");
    expect(await scopeFor({ scope: "read", owner: "partner@as.example" })).toBe("read");
  });

  test("21-2: is told from one whom somebody let in, and from one whom we know", async () => {
    expect(await scopeFor({ scope: "read write admin" }, {})).toBe("read write");
    expect(await scopeFor({ scope: "read write admin" }, { owner: "partner@as.example" })).toBe(
      "read write admin",
    );
    expect(await scopeFor({ scope: "read write admin" }, { owner: "other@as.example" })).toBe("read write");
  });

  test("21-2: gets no more by an update with its own credentials", async () => {
    const { register, send } = managedRegistration({ ...mcpPreset(server), policies });
    const client = await register({ ...POSTING, scope: "read" });
    const update = { ...updateOf(client), scope: "read write admin" };
    const { registration_client_uri: uri, registration_access_token: token } = client;
    expect((await send("PUT", uri, token, update)).body["scope"]).toBe("read");
  });
});

describe("consent phishing", () => {
  test("21-3: nobody registers without a permission unless the operator opens the door", async () => {
    const registration = createClientRegistration({
      ...mcpPreset(server),
      store: memoryStore(),
      audit: () => undefined,
    });
    const statusWith = async (headers: object) => {
      const init = { method: "POST", body: JSON.stringify(PUBLIC) };
      const type = { "content-type": "application/json" };
      return (await registration.fetch(new Request(REGISTER, { ...init, headers: { ...type, ...headers } })))
        .status;
    };
    expect(await statusWith({})).toBe(401);
    const { token, record } = await registration.initialAccessTokens.issue({ uses: 2 });
    const authorization = `Bearer ${token}`;
    expect(await statusWith({ authorization })).toBe(201);
    await registration.initialAccessTokens.revoke(record.id);
    expect(await statusWith({ authorization })).toBe(401);
  });

  test("21-3: a client that is held can do nothing until an operator approves it", async () => {
    const policies = { open: [holdForApproval()] };
    const { registration, register, store, send } = managedRegistration({ policies });
    const client = await register({ ...POSTING });
    const secret = client.client_secret ?? "";
    const can = async () => {
      const record = await store.findClient(client.client_id);
      const parameters = new URLSearchParams({ client_id: client.client_id, client_secret: secret });
      return {
        status: record?.status,
        redirect: record && registration.allowsRedirectUri(record, CALLBACK),
        authenticate: (await registration.authenticateClient({ parameters })).ok,
      };
    };
    const nothing = { status: "awaiting_approval", redirect: false, authenticate: false };
    expect(await can()).toEqual(nothing);
    const { registration_client_uri: uri, registration_access_token: token } = client;
    expect((await send("PUT", uri, token, updateOf(client))).status).toBe(200);
    expect(await can()).toEqual(nothing);
    expect(await registration.approveClient(client.client_id)).toBe(true);
    expect(await can()).toEqual({ status: "pending", redirect: true, authenticate: true });
  });

  test("21-3: a client that was approved is held again when it becomes another", async () => {
    const policies = { open: [holdForApproval()] };
    const { registration, register, store, send } = managedRegistration({ policies });
    const client = await register();
    await registration.approveClient(client.client_id);
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const update = { ...updateOf(client), client_name: "Your Bank" };
    expect((await send("PUT", uri, token, update)).status).toBe(200);
    const record = await store.findClient(client.client_id);
    expect(record?.status).toBe("awaiting_approval");
    expect(record && registration.allowsRedirectUri(record, CALLBACK)).toBe(false);
  });

  test("21-3: nobody registers under a name that is somebody else's, in any language or later", async () => {
    const policies = { every: [reserveNames(["Acme Bank"])] };
    const { post, register, send } = managedRegistration({ policies });
    for (const names of [
      { client_name: "Acme Bank" },
      { client_name: "ACME  bank" },
      { client_name: "\u0410cme B\u0430nk" },
      { client_name: "Acme Bank Login" },
      { client_name: "Fine", "client_name#ja": "Acme Bank" },
    ]) {
      const { status, body } = await post({ ...PUBLIC, ...names });
      expect([status, body["error"]], JSON.stringify(names)).toEqual([400, "invalid_client_metadata"]);
    }
    const client = await register({ ...PUBLIC, client_name: "Weather" });
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const update = { ...updateOf(client), client_name: "Acme Bank" };
    expect((await send("PUT", uri, token, update)).status).toBe(400);
  });
});

describe("open redirectors and mix-up", () => {
  test.each([
    "https://app.example/cb?url=https://evil.example/",
    "https://app.example/cb?url=%2F%2Fevil.example/",
    "https://app.example/out/http://evil.example/",
    "https://app.example/cb?state=planted",
    "https://app.example/cb?iss=https%3A%2F%2Fother.example",
  ])("21-4: %s is no redirect URI", async (uri) => {
    const { post } = managedRegistration();
    const { status, body } = await post({ ...PUBLIC, redirect_uris: [uri] });
    expect([status, body["error"]]).toEqual([400, "invalid_redirect_uri"]);
  });

  test("21-4: a client may have an address of its own for each server, and iss is told where it is sent", async () => {
    const uris = ["https://app.example/cb/as-1", "https://app.example/cb/as-2?tenant=7"];
    const { post, send } = managedRegistration(
      mcpPreset({ ...server, authorization_response_iss_parameter_supported: true }),
    );
    expect((await post({ ...PUBLIC, redirect_uris: uris })).body["redirect_uris"]).toEqual(uris);
    const { body } = await send("GET", "https://as.example/.well-known/oauth-authorization-server");
    expect(body).toMatchObject({
      issuer: "https://as.example",
      authorization_response_iss_parameter_supported: true,
    });
  });
});
