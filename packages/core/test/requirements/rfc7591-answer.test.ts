import { expect, test } from "vitest";
import { REGISTERED_MEMBERS } from "../../src/client-metadata/members.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { ok } from "../../src/lib/result.js";
import { sameHostDisplayUris } from "../../src/policy/same-host-display-uris.js";
import {
  CONFIDENTIAL,
  PUBLIC,
  START,
  updateOf,
  CALLBACK,
  REGISTER,
  managedRegistration,
} from "../support/managed-registration.js";
import { FULL_BODY } from "../fuzz/fuzzed-registration.js";

test("R7591-21: is 201 with JSON that no cache may keep, and no refusal may be kept either", async () => {
  const { post, send } = managedRegistration();
  const answers = [
    await post(PUBLIC),
    await post(CONFIDENTIAL),
    await post({ redirect_uris: ["javascript:x"] }),
    await post(PUBLIC, "nonsense"),
    await send("DELETE", REGISTER),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 400, 401, 405]);
  for (const { headers } of answers) {
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("pragma")).toBe("no-cache");
  }
});

test("R7591-22: has a client_id that nobody else has, however alike they are", async () => {
  const { register } = managedRegistration();
  const clients = await Promise.all(Array.from({ length: 100 }, () => register(CONFIDENTIAL)));
  expect(new Set(clients.map(({ client_id }) => client_id)).size).toBe(100);
});

test("R7591-22: never has a client_id that is taken, though chance should make it again", async () => {
  const { register, post, store } = managedRegistration({ randomBytes: (bytes) => bytes.fill(7) });
  const { client_id } = await register(CONFIDENTIAL);
  const before = await store.findClient(client_id);
  const second = await post({ ...CONFIDENTIAL, client_name: "Two" });
  expect(second.status).toBe(503);
  expect(second.text).not.toContain(client_id);
  expect(await store.findClient(client_id)).toEqual(before);
});

test("R7591-23: has a secret of its own for each client, good for that one, and none for public ones", async () => {
  const { register, registration } = managedRegistration();
  const body = { ...PUBLIC, token_endpoint_auth_method: "client_secret_post", software_id: "same" };
  const one = await register(body);
  const other = await register(body);
  expect(one.client_secret).not.toBe(other.client_secret);
  const authenticates = async (client_id: string, client_secret = "") => {
    const parameters = new URLSearchParams({ client_id, client_secret });
    return (await registration.authenticateClient({ parameters })).ok;
  };
  expect(await authenticates(one.client_id, one.client_secret)).toBe(true);
  expect(await authenticates(other.client_id, other.client_secret)).toBe(true);
  expect(await authenticates(one.client_id, other.client_secret)).toBe(false);
  expect(await authenticates(other.client_id, one.client_secret)).toBe(false);
  const open = await register(PUBLIC);
  expect(Object.keys(open).filter((name) => name.startsWith("client_secret"))).toEqual([]);
});

test("R7591-24: has client_id_issued_at in whole seconds, which stays what it was", async () => {
  const { register, send, time } = managedRegistration();
  time.now = START + 999;
  const client = await register();
  expect(client["client_id_issued_at"]).toBe(START / 1000);
  time.now = START + 3_600_000;
  const { registration_client_uri: uri, registration_access_token: token } = client;
  expect((await send("GET", uri, token)).body["client_id_issued_at"]).toBe(START / 1000);
  const updated = await send("PUT", uri, token, updateOf(client));
  expect(updated.body["client_id_issued_at"]).toBe(START / 1000);
});

test("R7591-26: has every member that was registered with its value, and nothing else", async () => {
  const redirectUris = FULL_BODY["redirect_uris"];
  const { register, store } = managedRegistration({
    authorizationServer: {
      ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["read", "write"] }).authorizationServer,
      authorization_details_types_supported: FULL_BODY["authorization_details_types"] as string[],
    },
    extensionMembers: [{ name: "x_tenant", kind: "token" }],
    guardedFetch: () => Promise.resolve(ok({ text: JSON.stringify(redirectUris), headers: new Headers() })),
  });
  const sent = { ...FULL_BODY, "client_name#ja": "\u30ef\u30f3", x_tenant: "acme" };
  const { client_id, ...answer } = await register(sent);
  const registered = (await store.findClient(client_id))?.metadata;
  const { client_id_issued_at: _, client_secret: __, client_secret_expires_at: ___, ...rest } = answer;
  const { registration_access_token: ____, registration_client_uri: _____, ...metadata } = rest;
  expect(metadata).toEqual(registered);
  const notRegistered = Object.keys(sent).filter((name) => !Object.hasOwn(answer, name));
  const expected = REGISTERED_MEMBERS.flatMap(({ name, inputOnly }) =>
    // Names of a certificate subject are for clients of tls_client_auth alone.
    (inputOnly === true || name.startsWith("tls_client_auth_")) && name in sent ? [name] : [],
  );
  expect(notRegistered.sort()).toEqual(expected.sort());
  expect(answer).toMatchObject({ "client_name#ja": "\u30ef\u30f3", x_tenant: "acme" });
});

test("R7591-26: has what the server added, narrowed or took away", async () => {
  const { register } = managedRegistration({
    policies: { every: [sameHostDisplayUris()] },
  });
  expect(await register({ redirect_uris: [CALLBACK] })).toMatchObject({
    redirect_uris: [CALLBACK],
    token_endpoint_auth_method: "client_secret_basic",
    grant_types: ["authorization_code"],
    response_types: ["code"],
    application_type: "web",
    scope: "read write",
  });
  const changed = await register({
    redirect_uris: ["http://127.0.0.1/cb"],
    application_type: "web",
    scope: "admin read",
    grant_types: ["authorization_code", "password"],
    client_uri: "https://bank.example/",
    not_known: true,
  });
  expect(changed).toMatchObject({
    application_type: "native",
    scope: "read",
    grant_types: ["authorization_code"],
  });
  expect(changed).not.toHaveProperty("client_uri");
  expect(changed).not.toHaveProperty("not_known");
});
