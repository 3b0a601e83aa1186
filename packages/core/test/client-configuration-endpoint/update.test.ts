import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/lib/json.js";
import {
  CONFIDENTIAL,
  managedRegistration,
  PUBLIC,
  START,
  textOf,
  updateOf,
  type ManagedRegistration,
} from "../support/managed-registration.js";

/** Sends `change` over what was registered, and shows what the store has before and after. */
async function updated(
  managed: ManagedRegistration,
  change: JsonObject,
  body: object = PUBLIC,
  headers: Record<string, string> = {},
) {
  const client = await managed.register(body, headers);
  const before = await managed.store.findClient(client.client_id);
  const answer = await managed.send("PUT", client.registration_client_uri, client.registration_access_token, {
    ...updateOf(client),
    ...change,
  });
  return { client, before, answer, after: await managed.store.findClient(client.client_id) };
}

/** Sends an answer back as an update, by the token that is in it. */
function putsBack(managed: ManagedRegistration) {
  return (answer: JsonObject) =>
    managed.send(
      "PUT",
      textOf(answer, "registration_client_uri"),
      textOf(answer, "registration_access_token"),
      updateOf(answer),
    );
}

describe("an update", () => {
  test("R7592-8, R7592-13: of the answer less the four forbidden members answers 200 and changes nothing", async () => {
    for (const body of [PUBLIC, CONFIDENTIAL]) {
      const { client, before, answer, after } = await updated(managedRegistration(), {}, body);
      expect(answer.status).toBe(200);
      expect(after?.metadata).toEqual(before?.metadata);
      expect(answer.body["client_id"]).toBe(client.client_id);
      expect(answer.body["client_id_issued_at"]).toBe(client["client_id_issued_at"]);
    }
  });

  test("R7592-10, R7592-12: replaces, does not merge; what is left out falls to its default, and the answer says so", async () => {
    const managed = managedRegistration();
    const client = await managed.register({ ...PUBLIC, scope: "read", contacts: ["a@example.com"] });
    const answer = await managed.send(
      "PUT",
      client.registration_client_uri,
      client.registration_access_token,
      {
        client_id: client.client_id,
        redirect_uris: ["http://127.0.0.1/other"],
        token_endpoint_auth_method: "none",
        client_uri: null,
      },
    );
    expect(answer.status).toBe(200);
    const { registration_access_token: _, ...rest } = answer.body;
    expect(rest).toEqual({
      client_id: client.client_id,
      client_id_issued_at: client["client_id_issued_at"],
      registration_client_uri: client.registration_client_uri,
      redirect_uris: ["http://127.0.0.1/other"],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code"],
      response_types: ["code"],
      application_type: "native",
      scope: "read write",
    });
    expect(managed.events.at(-1)).toMatchObject({ type: "client_updated", clientId: client.client_id });
  });

  test.each([
    ["R7592-9", "registration_access_token", { registration_access_token: "x" }],
    ["R7592-9", "registration_client_uri", { registration_client_uri: "https://as.example/register/x" }],
    ["R7592-9", "client_secret_expires_at", { client_secret_expires_at: 0 }],
    ["R7592-9", "client_id_issued_at", { client_id_issued_at: 1 }],
    ["R7592-8", "client_id", { client_id: "another" }],
    ["R7592-8", "client_id", { client_id: null }],
    ["R7592-8", "client_id", { client_id: ["a"] }],
    ["R7592-11", "client_secret", { client_secret: "chosen by the client" }],
    ["R7592-11", "client_secret", { client_secret: ["a"] }],
    ["R7592-12", "redirect_uris[0]", { redirect_uris: ["javascript:alert(1)"] }],
    ["R7592-12", "redirect_uris", { redirect_uris: null }],
    ["R7592-12", "logo_uri", { logo_uri: "http://app.example/logo" }],
  ])("%s: with a wrong %s gets 400, and neither record nor token changes", async (_id, place, change) => {
    const managed = managedRegistration();
    const { client, before, answer, after } = await updated(managed, change, CONFIDENTIAL);
    expect(answer.status).toBe(400);
    expect(answer.body["error"]).toMatch(/^invalid_(client_metadata|redirect_uri)$/);
    expect(answer.body["error_description"]).toContain(place);
    expect(after).toEqual(before);
    const read = await managed.send("GET", client.registration_client_uri, client.registration_access_token);
    expect(read.status).toBe(200);
  });

  test.each([[[]], ["text"], [null], [1]])("R7592-9: whose body is %j gets 400", async (body) => {
    const { register, send } = managedRegistration();
    const { registration_client_uri: uri, registration_access_token: token } = await register();
    expect((await send("PUT", uri, token, body)).status).toBe(400);
  });

  test("R7592-11: may repeat the secret or leave it out, and the secret stays", async () => {
    for (const left of [false, true]) {
      const { answer, before, after } = await updated(
        managedRegistration(),
        left ? { client_secret: undefined } : {},
        CONFIDENTIAL,
      );
      expect(answer.status).toBe(200);
      expect(after?.clientSecretHash).toBe(before?.clientSecretHash);
      expect(answer.body).not.toHaveProperty("client_secret");
    }
  });

  test("R7592-11: with another client's secret is refused", async () => {
    const managed = managedRegistration();
    const other = await managed.register(CONFIDENTIAL);
    const { answer } = await updated(managed, { client_secret: other.client_secret }, CONFIDENTIAL);
    expect(answer.status).toBe(400);
  });

  test("gives a secret to a client that begins to use one, and takes it from one that no longer does", async () => {
    const managed = managedRegistration();
    const basic = await updated(managed, { token_endpoint_auth_method: "client_secret_basic" });
    expect(basic.answer.body["client_secret"]).toMatch(/^.{43}$/);
    expect(basic.answer.body["client_secret_expires_at"]).toBe(0);
    expect(basic.after?.clientSecretHash).toBeDefined();
    const none = await updated(managed, { token_endpoint_auth_method: "none" }, CONFIDENTIAL);
    expect(none.answer.status).toBe(200);
    expect(none.after).not.toHaveProperty("clientSecretHash");
    expect(none.after).not.toHaveProperty("clientSecretExpiresAt");
  });

  test("R7592-16: ends the registration access token and answers with a new one", async () => {
    const managed = managedRegistration();
    const { client, answer } = await updated(managed, {});
    const token = answer.body["registration_access_token"];
    expect(token).not.toBe(client.registration_access_token);
    const read = (given: unknown) => managed.send("GET", client.registration_client_uri, String(given));
    expect((await read(client.registration_access_token)).status).toBe(401);
    expect((await read(token)).status).toBe(200);
  });

  test("R7592-16: leaves the registration access token where rotation is off", async () => {
    const managed = managedRegistration({ management: { rotateRegistrationAccessToken: false } });
    const { client, answer } = await updated(managed, { client_name: "Two" });
    expect(answer.body["registration_access_token"]).toBe(client.registration_access_token);
    expect(answer.body["registration_client_uri"]).toBe(client.registration_client_uri);
    const read = await managed.send("GET", client.registration_client_uri, client.registration_access_token);
    expect(read.body["client_name"]).toBe("Two");
  });

  test("R7592-15: answers with a new secret where secrets rotate on update, and the old one lives on for the grace time", async () => {
    const managed = managedRegistration({
      management: { rotateClientSecret: true },
      clientSecretGraceSeconds: 60,
    });
    const { answer, before, after } = await updated(managed, {}, CONFIDENTIAL);
    expect(answer.body["client_secret"]).toMatch(/^.{43}$/);
    expect(after?.clientSecretHash).not.toBe(before?.clientSecretHash);
    expect(after?.previousClientSecret).toEqual({
      hash: before?.clientSecretHash,
      expiresAt: START / 1000 + 60,
    });
  });

  test("leaves a secret in the first half of its life, however long the grace time is", async () => {
    const managed = managedRegistration({ clientSecretTtlSeconds: 1000, clientSecretGraceSeconds: 86_400 });
    const client = await managed.register(CONFIDENTIAL);
    const put = putsBack(managed);
    managed.time.now += 499_000;
    const early = await put(client);
    expect(early.body).not.toHaveProperty("client_secret");
    managed.time.now += 1000;
    expect((await put(early.body)).body).toHaveProperty("client_secret");
  });

  test("replaces a secret that runs out", async () => {
    const managed = managedRegistration({ clientSecretTtlSeconds: 1000, clientSecretGraceSeconds: 100 });
    const client = await managed.register(CONFIDENTIAL);
    expect(client["client_secret_expires_at"]).toBe(START / 1000 + 1000);
    const put = putsBack(managed);
    managed.time.now += 899_000;
    const early = await put(client);
    expect(early.body).not.toHaveProperty("client_secret");
    managed.time.now += 1000;
    const late = await put(early.body);
    expect(late.body["client_secret"]).toMatch(/^.{43}$/);
    expect(late.body["client_secret_expires_at"]).toBe(START / 1000 + 1900);
  });

  test("R7592-21: is judged by what bound the token that the client came with, though that was since revoked", async () => {
    const managed = managedRegistration();
    const { token, record } = await managed.registration.initialAccessTokens.issue({
      scopes: ["read"],
      redirectHosts: ["app.example"],
      grantTypes: ["authorization_code"],
    });
    const client = await managed.register(PUBLIC, { authorization: `Bearer ${token}` });
    await managed.registration.initialAccessTokens.revoke(record.id);
    const put = (change: object) =>
      managed.send("PUT", client.registration_client_uri, client.registration_access_token, {
        ...updateOf(client),
        ...change,
      });
    const elsewhere = await put({ redirect_uris: ["https://elsewhere.example/callback"] });
    expect(elsewhere.status).toBe(400);
    expect(elsewhere.body["error_description"]).toContain("redirect_uris[0]");
    const wider = await put({ scope: "read write", grant_types: ["authorization_code", "refresh_token"] });
    expect(wider.status).toBe(200);
    expect(wider.body["scope"]).toBe("read");
    expect(wider.body["grant_types"]).toEqual(["authorization_code"]);
    expect((await managed.store.findClient(client.client_id))?.origin).toMatchObject({
      source: "initial_access_token",
      initialAccessTokenId: record.id,
    });
  });

  test.each([true, false])("of 50 at once, one wins (rotation %s)", async (rotateRegistrationAccessToken) => {
    const managed = managedRegistration({ management: { rotateRegistrationAccessToken } });
    const client = await managed.register();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        managed.send("PUT", client.registration_client_uri, client.registration_access_token, {
          ...updateOf(client),
          client_name: `Name ${i}`,
        }),
      ),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const stored = await managed.store.findClient(client.client_id);
    expect(stored).toMatchObject({ version: 2, metadata: { client_name: won[0]?.body["client_name"] } });
  });

  test("of a client that is deleted meanwhile gets 401", async () => {
    const managed = managedRegistration();
    const client = await managed.register();
    const replaceClient = managed.store.replaceClient.bind(managed.store);
    managed.store.replaceClient = async (...given) => {
      await managed.store.deleteClient(client.client_id);
      return replaceClient(...given);
    };
    const { registration_client_uri: uri, registration_access_token: token } = client;
    expect((await managed.send("PUT", uri, token, updateOf(client))).status).toBe(401);
  });

  test("R7592-5: of a client that was disabled gets 403", async () => {
    const managed = managedRegistration();
    const client = await managed.register();
    await managed.registration.disableClient(client.client_id);
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const answer = await managed.send("PUT", uri, token, updateOf(client));
    expect(answer.status).toBe(403);
    expect(answer.body["error"]).toBe("access_denied");
    expect((await managed.send("GET", uri, token)).status).toBe(200);
  });
});

describe("a client that awaits approval", () => {
  test("may be updated, and stays held", async () => {
    const { register, send, store, registration } = managedRegistration({
      policies: { every: [holdForApproval({ when: ({ metadata }) => metadata.client_name === "One" })] },
    });
    const client = await register();
    const answer = await send("PUT", client.registration_client_uri, client.registration_access_token, {
      ...updateOf(client),
      client_name: "Another",
    });
    expect([answer.status, answer.body["client_name"]]).toEqual([200, "Another"]);
    expect(await store.findClient(client.client_id)).toMatchObject({
      status: "awaiting_approval",
      version: 2,
    });
    expect((await registration.findClient(client.client_id)).ok).toBe(false);
  });

  test("is approved in the version that the operator has seen, and in no other", async () => {
    const { register, send, store, registration } = managedRegistration({
      policies: { every: [holdForApproval()] },
    });
    const client = await register();
    await send("PUT", client.registration_client_uri, client.registration_access_token, updateOf(client));
    expect(await registration.approveClient(client.client_id, { version: 1 })).toBe(false);
    expect(await store.findClient(client.client_id)).toMatchObject({ status: "awaiting_approval" });
    expect(await registration.approveClient(client.client_id, { version: 2 })).toBe(true);
  });
});
