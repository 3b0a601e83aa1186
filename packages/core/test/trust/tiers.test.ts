import { describe, expect, test } from "vitest";
import { definePolicy } from "../../src/policy/registration-policy.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { jsonDocument } from "../support/recording-connection.js";
import { DOCUMENT, documentRegistration, URL_OF_CLIENT } from "../support/document-registration.js";
import { CONFIDENTIAL, PUBLIC, START, textOf, updateOf } from "../support/managed-registration.js";
import { clientAdministration } from "../../src/administration/client-administration.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { trustTiers } from "../../src/trust/trust-tiers.js";
import { scopeOf, trusting } from "./trusting.js";

const BOUNDS = {
  tiers: { unknown: { scopes: ["read"] }, approved: { scopes: ["read", "write"] } },
} as const;
const ASKED = { ...PUBLIC, scope: "read write" };

describe("the scopes of a tier", () => {
  test("bound what a client is told at registration, reads of itself, and is found with", async () => {
    const { register, send, registration, events } = trusting(BOUNDS);
    const client = await register(ASKED);
    expect(client["scope"]).toBe("read");
    const { body } = await send("GET", client.registration_client_uri, client.registration_access_token);
    expect(body["scope"]).toBe("read");
    expect(await scopeOf(registration, client.client_id)).toBe("read");
    expect(events[0]).toMatchObject({ findings: [{ severity: "warning", rule: "scope.unsupported" }] });
  });

  test("count from the next request of every process on, with the event that says from where to where", async () => {
    const { register, other, registration, promote, told } = trusting(BOUNDS);
    const { client_id: id } = await register(ASKED);
    expect(await scopeOf(other, id)).toBe("read");
    await promote(id, "approved");
    expect(told).toMatchObject([{ type: "client_administered", previousTier: "unknown", tier: "approved" }]);
    for (const process of [registration, other]) expect(await scopeOf(process, id)).toBe("read write");
    await promote(id, "unknown");
    expect(told.at(-1)).toMatchObject({ previousTier: "approved", tier: "unknown" });
    for (const process of [registration, other]) expect(await scopeOf(process, id)).toBe("read");
    const parameters = new URLSearchParams({ client_id: id });
    const authenticated = await registration.authenticateClient({ parameters, authorization: null });
    expect(authenticated).toMatchObject({ ok: true, value: { metadata: { scope: "read" } } });
  });

  test("give a client that is promoted nothing that it did not ask for", async () => {
    const { register, registration, promote } = trusting(BOUNDS, { defaultScopes: [] });
    const { client_id: narrow } = await register({ ...PUBLIC, scope: "read" });
    await promote(narrow, "first_party");
    expect(await scopeOf(registration, narrow)).toBe("read");
  });

  test("stop a client that asked for none where there is no default, as a server may read that as no limit", async () => {
    const { post, clients, registration, promote } = trusting(BOUNDS, { defaultScopes: [] });
    expect(await post(PUBLIC)).toMatchObject({ status: 400, body: { error: "invalid_client_metadata" } });
    const administration = { tier: "first_party" } as const;
    await clients.addClient({ clientId: "none", metadata: PUBLIC, administration });
    expect(await scopeOf(registration, "none")).toBe(undefined);
    await promote("none", "approved");
    expect(await scopeOf(registration, "none")).toBe("no_scope_left");
  });

  test("stop a client that has none of its scopes left, until it is promoted again", async () => {
    const { register, registration, promote, send, clients } = trusting({
      tiers: { unknown: { scopes: ["read"] } },
    });
    const { outcome } = await clients.addClient({
      clientId: "writer",
      metadata: { ...PUBLIC, scope: "write" },
      administration: { tier: "approved" },
    });
    expect(outcome).toBe("added");
    expect(await scopeOf(registration, "writer")).toBe("write");
    await promote("writer", "unknown");
    expect(await scopeOf(registration, "writer")).toBe("no_scope_left");
    const parameters = new URLSearchParams({ client_id: "writer" });
    const refused = { ok: false, error: { kind: "invalid_client", reason: "no_scope_left" } };
    expect(await registration.authenticateClient({ parameters, authorization: null })).toMatchObject(refused);
    await promote("writer", "domain_verified");
    expect(await scopeOf(registration, "writer")).toBe("write");

    // Whoever asks for nothing but that is told, at registration and at an update.
    const client = await register({ ...PUBLIC, scope: "read" });
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const update = { ...updateOf(client), scope: "write admin" };
    expect((await send("PUT", uri, token, update)).body).toMatchObject({ error: "invalid_client_metadata" });
    await expect(register({ ...PUBLIC, scope: "write" })).rejects.toThrow(/scope asks for a scope/);
    await promote(client.client_id, "approved");
    const changed = await send("PUT", uri, token, update);
    expect(changed.body).toMatchObject({ scope: "write admin" });
  });

  test("are those of the existing client where a registration leads to one", async () => {
    const { register, promote } = trusting(BOUNDS, { idempotentRegistration: true });
    const { client_id: id } = await register(ASKED);
    await promote(id, "approved");
    expect(await register(ASKED)).toMatchObject({ client_id: id, scope: "read write" });
  });
});

describe("the lifetimes of a tier", () => {
  const DAY = 86_400;
  const tiers = {
    approved: { lifecycle: { unusedTtlSeconds: null, idleTtlSeconds: 30 * DAY } },
    first_party: { lifecycle: { unusedTtlSeconds: null, idleTtlSeconds: null } },
  } as const;
  const lifecycle = { unusedTtlSeconds: DAY, idleTtlSeconds: 2 * DAY };

  test("count from the next use on, instead of the general ones", async () => {
    const { register, registration, store, promote, time } = trusting({ tiers }, { lifecycle });
    const { client_id: id } = await register();
    const expiry = async () => (await store.findClient(id))?.expiresAt;
    const use = async () => {
      time.now += 4 * 3_600_000;
      const found = await registration.findClient(id);
      if (!found.ok) throw new Error(found.error.kind);
      await registration.recordClientUse(found.value);
    };
    expect(await expiry()).toBe(START / 1000 + DAY);
    await use();
    expect(await expiry()).toBe(time.now / 1000 + 2 * DAY);
    await promote(id, "approved");
    expect(await expiry()).toBe(time.now / 1000 + 2 * DAY);
    await use();
    expect(await expiry()).toBe(time.now / 1000 + 30 * DAY);
    await promote(id, "first_party");
    await use();
    expect(await expiry()).toBe(undefined);
    await promote(id, null);
    await use();
    expect(await expiry()).toBe(time.now / 1000 + 2 * DAY);
  });

  test("let uses be recorded as often as the shortest of them needs it", async () => {
    const { register, registration, store, time, promote } = trusting(
      { tiers: { unknown: { lifecycle: { idleTtlSeconds: 600 } } } },
      { lifecycle: { idleTtlSeconds: 30 * DAY, minimumAgeSeconds: 0 } },
    );
    const { client_id: id } = await register();
    for (let minutes = 0; minutes < 60; minutes += 5) {
      const found = await registration.findClient(id);
      if (!found.ok) throw new Error(found.error.kind);
      expect(await registration.recordClientUse(found.value)).toBe("recorded");
      time.now += 300_000;
    }
    time.now += 300_000;
    expect(await scopeOf(registration, id)).toBe("expired_client");
    expect(await promote(id, "approved")).toBeDefined();
    expect((await store.findClient(id))?.expiresAt).toBe(time.now / 1000);
  });
});

describe("the quotas of a tier", () => {
  test("are pools of their own: whoever fills one keeps nobody out of another", async () => {
    const { post, registration, events } = trusting(
      {
        tiers: { unknown: { quotas: { total: 2 } }, approved: { quotas: { total: 3 } } },
        templates: [{ name: "own", match: { source: "initial_access_token" }, tier: "approved" }],
      },
      { quotas: { total: 4, perInitialAccessToken: 9 } },
    );
    const { token } = await registration.initialAccessTokens.issue({ uses: 9, expiresInSeconds: 600 });
    const status = async (...by: string[]) => (await post(PUBLIC, ...by)).status;
    expect([await status(), await status(), await status()]).toEqual([201, 201, 503]);
    expect([await status(token), await status(token), await status(token)]).toEqual([201, 201, 201]);
    expect(await status(token)).toBe(503);
    expect(events.flatMap((event) => ("quotaKey" in event ? [event.quotaKey] : []))).toEqual([
      "total/unknown",
      "total/approved",
    ]);
  });

  test("leave what they do not set to the general pools", async () => {
    const { register, post, store } = trusting(
      { tiers: { unknown: { quotas: { perAddress: 1 } } } },
      { quotas: { total: 1, perAddress: 7 } },
    );
    const { client_id: id } = await register();
    expect((await store.findClient(id))?.quotaKeys).toEqual(["address/unknown:unknown", "total"]);
    expect((await post(PUBLIC)).status).toBe(429);
  });
});

describe("the policies of a tier", () => {
  const noLogo = definePolicy("no_logo", ({ metadata }) =>
    metadata.logo_uri === undefined
      ? { verdict: "accept" }
      : { verdict: "refuse", member: "logo_uri", reason: "is for known clients" },
  );
  const LOGO = { logo_uri: "https://app.example/logo.png" };

  test("are those of today's tier at an update, and others stay", async () => {
    const every = definePolicy("every", () => ({ verdict: "accept" }));
    const inBoth = definePolicy("in_both", () => ({ verdict: "accept" }));
    const named = [noLogo];
    const { register, send, promote, store } = trusting(
      { tiers: { unknown: { policies: [noLogo, inBoth] } } },
      { policies: { every: [every, inBoth], named } },
    );
    const client = await register(CONFIDENTIAL);
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const update = { ...updateOf(client), ...LOGO };
    const policies = async () => (await store.findClient(client.client_id))?.origin.policies;
    expect(await policies()).toEqual(["every", "in_both", "no_logo"]);
    expect((await send("PUT", uri, token, update)).body["error_description"]).toMatch(/known clients/);
    await promote(client.client_id, "approved");
    const changed = await send("PUT", uri, token, update);
    expect(changed.status).toBe(200);
    expect(await policies()).toEqual(["every", "in_both"]);
    await promote(client.client_id, "unknown");
    const next = textOf(changed.body, "registration_access_token");
    expect((await send("PUT", uri, next, update)).status).toBe(400);
  });

  test("stay where an initial access token names them too", async () => {
    const { register, send, promote, registration } = trusting({
      tiers: { unknown: { policies: [noLogo] } },
    });
    const { token: permit } = await registration.initialAccessTokens.issue({
      uses: 1,
      expiresInSeconds: 60,
      policies: ["no_logo"],
    });
    const client = await register(CONFIDENTIAL, { authorization: `Bearer ${permit}` });
    await promote(client.client_id, "first_party");
    const { registration_client_uri: uri, registration_access_token: token } = client;
    expect((await send("PUT", uri, token, { ...updateOf(client), ...LOGO })).status).toBe(400);
  });

  test("judge a document anew at the next look-up after a promotion, on every process", async () => {
    const store = memoryStore();
    const trust = trustTiers({
      tiers: { unknown: { policies: [noLogo], scopes: ["read"] }, approved: { scopes: ["read", "write"] } },
    });
    const options = { store, trust };
    const document = () => jsonDocument({ ...DOCUMENT, scope: "read write" });
    const [one, other] = [
      documentRegistration(document, {}, options),
      documentRegistration(document, {}, options),
    ];
    for (const process of [one, other]) {
      expect(await process.find()).toMatchObject({ ok: true, value: { metadata: { scope: "read" } } });
    }
    const found = await one.find();
    if (found.ok) await one.registration.recordClientUse(found.value);
    const clients = clientAdministration({ ...optionsOf(store), trust });
    await clients.administerClient(URL_OF_CLIENT, { tier: "approved" });
    for (const process of [one, other]) {
      expect(await process.find()).toMatchObject({
        ok: true,
        value: { metadata: { scope: "read write" }, origin: { policies: [] } },
      });
      expect(process.asked).toHaveLength(2);
      await process.find();
      expect(process.asked).toHaveLength(2);
    }
    await clients.administerClient(URL_OF_CLIENT, { tier: "unknown" });
    for (const process of [one, other]) {
      expect(await process.find()).toMatchObject({
        value: { metadata: { scope: "read" }, origin: { policies: ["no_logo"] } },
      });
    }
  });

  test("take no document of yesterday's tier while its server is away", async () => {
    const store = memoryStore();
    const trust = trustTiers({ tiers: { unknown: { policies: [noLogo] } } });
    let isAway = false;
    const server = documentRegistration(
      () => (isAway ? new Response("", { status: 503 }) : jsonDocument({ ...DOCUMENT, ...LOGO })),
      {},
      { store, trust },
    );
    const clients = clientAdministration({ ...optionsOf(store), trust });
    const refused = await server.find();
    expect(refused).toMatchObject({ ok: false, error: { kind: "refused_document" } });
    await server.registration.disableClient(URL_OF_CLIENT);
    await server.registration.enableClient(URL_OF_CLIENT);
    await clients.administerClient(URL_OF_CLIENT, { tier: "approved" });
    expect(await server.find()).toMatchObject({ ok: true });
    await clients.administerClient(URL_OF_CLIENT, { tier: "unknown" });
    isAway = true;
    server.at(10);
    expect(await server.find()).toMatchObject({ ok: false, error: { kind: "unavailable" } });
    await clients.administerClient(URL_OF_CLIENT, { tier: "approved" });
    expect(await server.find()).toMatchObject({ ok: true });
  });

  test("hold at registration by tier", async () => {
    const { register, registration, clients } = trusting({
      tiers: { unknown: { policies: [holdForApproval()] } },
    });
    const { client_id: id } = await register();
    expect(await scopeOf(registration, id)).toBe("awaiting_approval");
    expect(await registration.approveClient(id)).toBe(true);
    const added = await clients.addClient({
      clientId: "ours",
      metadata: PUBLIC,
      administration: { tier: "first_party" },
    });
    expect(added).toMatchObject({ outcome: "added", client: { origin: { policies: [] } } });
  });
});

test("an operator's own client may have a well-known name without a warning", async () => {
  const { register, registration, promote } = trusting({}, { wellKnownNames: { Acme: ["acme.example"] } });
  const { client_id: id } = await register({ ...PUBLIC, client_name: "Acme" });
  const view = async () => {
    const found = await registration.findClient(id);
    return found.ok ? registration.consentView(found.value, PUBLIC.redirect_uris[0]!) : undefined;
  };
  expect(await view()).toMatchObject({ tier: "unknown", warnings: ["look_alike_name"] });
  await promote(id, "approved");
  expect(await view()).toMatchObject({ tier: "approved", warnings: ["look_alike_name"] });
  await promote(id, "first_party");
  expect(await view()).toMatchObject({ tier: "first_party", warnings: [] });
});

function optionsOf(store: ReturnType<typeof memoryStore>) {
  const made = trusting({}, { store });
  return { ...made.options };
}
