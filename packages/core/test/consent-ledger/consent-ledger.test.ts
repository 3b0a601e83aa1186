import { describe, expect, test } from "vitest";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { consentLedger, memoryStoreWithConsents } from "../../src/consent-ledger/index.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { requireConsent } from "../../src/policy/require-consent.js";
import type { RegisteredClient } from "../../src/store/records.js";
import { DOCUMENT, documentRegistration, URL_OF_CLIENT } from "../support/document-registration.js";
import {
  CALLBACK,
  CONFIDENTIAL,
  managedRegistration,
  PUBLIC,
  START,
} from "../support/managed-registration.js";
import { jsonDocument } from "../support/recording-connection.js";

type Options = Parameters<typeof managedRegistration>[0];

/** A server with a ledger, and what a user sees and says there. */
function serverWithLedger(options: Options = {}, document = { current: DOCUMENT as object }) {
  const store = memoryStoreWithConsents();
  const events: AuditEvent[] = [];
  const made = documentRegistration(
    () => jsonDocument(document.current),
    { minFreshSeconds: 1, maxFreshSeconds: 1 },
    { store, ...options },
  );
  const ledger = consentLedger({
    registration: made.registration,
    consents: store.consents,
    audit: (event) => void events.push(event),
    clock: () => made.time.now,
  });
  const found = async (clientId: string): Promise<RegisteredClient> => {
    const client = await made.registration.findClient(clientId);
    if (!client.ok) throw new Error(client.error.kind);
    return client.value;
  };
  const ask = async (clientId: string, scopes = ["read"], redirectUri = CALLBACK, userId = "u") => ({
    userId,
    client: await found(clientId),
    redirectUri,
    scopes,
  });
  return {
    ...made,
    store,
    ledger,
    ledgerEvents: events,
    found,
    ask,
    view: async (...given: Parameters<typeof ask>) => ledger.consentView(await ask(...given)),
    allow: async (...given: Parameters<typeof ask>) => ledger.recordConsent(await ask(...given)),
  };
}

describe("what a user allowed", () => {
  test("is not asked for again, and what goes further is", async () => {
    const { register, view, allow } = serverWithLedger();
    const { client_id: id } = await register(PUBLIC);
    expect(await view(id)).toMatchObject({ mustAsk: true, newScopes: ["read"], warnings: [] });
    expect(await allow(id)).toBe("recorded");
    expect(await view(id)).toMatchObject({ mustAsk: false, newScopes: [], warnings: [] });
    expect(await view(id, [])).toMatchObject({ mustAsk: false });
    expect(await view(id, ["read", "write"])).toMatchObject({
      mustAsk: true,
      newScopes: ["write"],
      warnings: ["scopes_widened"],
    });
    expect(await allow(id, ["write"])).toBe("recorded");
    expect(await view(id, ["read", "write"])).toMatchObject({ mustAsk: false });
  });

  test("at one destination counts at no other", async () => {
    const other = "https://other.example/callback";
    const { register, view, allow } = serverWithLedger();
    const { client_id: id } = await register({
      ...PUBLIC,
      redirect_uris: [CALLBACK, `${CALLBACK}/2`, other],
    });
    await allow(id);
    expect(await view(id, ["read"], `${CALLBACK}/2`)).toMatchObject({ mustAsk: false });
    expect(await view(id, ["read"], other)).toMatchObject({
      mustAsk: true,
      newScopes: [],
      warnings: ["new_destination"],
    });
    await allow(id, ["write"], other);
    expect(await view(id, ["read", "write"])).toMatchObject({ mustAsk: true, newScopes: ["write"] });
    expect(await view(id, ["read"], other)).toMatchObject({ mustAsk: true, warnings: ["scopes_widened"] });
  });

  test("counts for one client and one user", async () => {
    const { register, view, allow } = serverWithLedger();
    const [one, other] = [await register(PUBLIC), await register(PUBLIC)];
    await allow(one.client_id);
    expect(await view(other.client_id)).toMatchObject({ mustAsk: true, warnings: [] });
    expect(await view(one.client_id, ["read"], CALLBACK, "v")).toMatchObject({ mustAsk: true, warnings: [] });
  });

  test.each([
    ["http://127.0.0.1/cb", "http://127.0.0.1:49152/cb"],
    ["https://localhost/cb", "https://localhost/cb"],
    ["com.example.app:/cb", "com.example.app:/cb"],
  ])("8252-5: is asked for again at %s, where nobody proves who it is", async (redirectUri, asked) => {
    const { register, view, allow } = serverWithLedger();
    const body = { ...PUBLIC, redirect_uris: [redirectUri] };
    const { client_id: id } = await register(body);
    await allow(id, ["read"], asked);
    expect(await view(id, ["read"], asked)).toMatchObject({ mustAsk: true, newScopes: [] });
    const secret = await register({ ...body, token_endpoint_auth_method: "client_secret_basic" });
    expect(await view(secret.client_id, ["read"], asked)).toMatchObject({ mustAsk: true });
    await allow(secret.client_id, ["read"], asked);
    expect(await view(secret.client_id, ["read"], asked)).toMatchObject({ mustAsk: false });
    // Another port is the same program, or none.
    if (asked !== redirectUri)
      expect(await view(secret.client_id, ["read"], redirectUri)).toMatchObject({ mustAsk: false });
  });

  test("8252-5: is asked for again where tokens would go to the address itself", async () => {
    const { found, register, ledger, registration } = serverWithLedger();
    const { client_id: id } = await register({ ...CONFIDENTIAL, redirect_uris: ["http://127.0.0.1/cb"] });
    const client = await found(id);
    const implicit = { ...client, metadata: { ...client.metadata, response_types: ["code", "token"] } };
    const asked = { userId: "u", client: implicit, redirectUri: "http://127.0.0.1/cb", scopes: [] };
    expect(await ledger.recordConsent(asked)).toBe("recorded");
    expect(await ledger.consentView(asked)).toMatchObject({ mustAsk: true });
    expect(await ledger.consentView({ ...asked, client })).toMatchObject({ mustAsk: false });
    expect(registration.consentView(client, "http://127.0.0.1/cb")).not.toHaveProperty("mustAsk");
  });

  test("is asked for each time where the record requires it", async () => {
    const { register, view, allow } = serverWithLedger({ policies: { open: [requireConsent()] } });
    const { client_id: id } = await register(PUBLIC);
    await allow(id);
    expect(await view(id)).toMatchObject({ mustAsk: true, newScopes: [], warnings: [] });
  });

  test("does not count after the document of the client has changed, whatever is added to it", async () => {
    const document = { current: DOCUMENT as object };
    const { view, allow, at, ledger, ask } = serverWithLedger({}, document);
    expect(await allow(URL_OF_CLIENT, ["read", "write"])).toBe("recorded");
    expect(await view(URL_OF_CLIENT)).toMatchObject({ mustAsk: false });
    const seen = await ask(URL_OF_CLIENT);
    document.current = { ...DOCUMENT, redirect_uris: [CALLBACK, "https://new.example/cb"] };
    at(60);
    expect(await view(URL_OF_CLIENT)).toMatchObject({ mustAsk: true, newScopes: ["read"], warnings: [] });
    at(61);
    // The page that the user looks at was made before.
    expect(await ledger.recordConsent(seen)).toBe("changed");
    expect(await view(URL_OF_CLIENT)).toMatchObject({ mustAsk: true });
    expect(await allow(URL_OF_CLIENT)).toBe("recorded");
    expect(await view(URL_OF_CLIENT)).toMatchObject({ mustAsk: false });
    expect(await view(URL_OF_CLIENT, ["write"])).toMatchObject({ mustAsk: true, newScopes: ["write"] });
  });

  test("makes a document's client known, with its record", async () => {
    const { store, allow, ledger } = serverWithLedger();
    expect(await allow(URL_OF_CLIENT)).toBe("recorded");
    expect(await store.findClient(URL_OF_CLIENT)).toMatchObject({
      status: "active",
      clientId: URL_OF_CLIENT,
    });
    expect(await ledger.consentOf("u", URL_OF_CLIENT)).toMatchObject({
      grants: [{ destination: "app.example", scopes: ["read"], at: START / 1000 }],
    });
  });
});

describe("a consent ends", () => {
  test("when it is withdrawn", async () => {
    const { register, view, allow, ledger } = serverWithLedger();
    const { client_id: id } = await register(PUBLIC);
    await allow(id);
    expect(await ledger.withdrawConsent("u", id)).toBe(true);
    expect(await ledger.withdrawConsent("u", id)).toBe(false);
    expect(await view(id)).toMatchObject({ mustAsk: true, warnings: [] });
    expect(await ledger.consentOf("u", id)).toBeUndefined();
  });

  test("with the client, which deletes itself or has expired", async () => {
    const { register, send, allow, ledger, registration, at } = serverWithLedger({
      lifecycle: { unusedTtlSeconds: 86_400 },
    });
    const [deleted, expired] = [await register(PUBLIC), await register(PUBLIC)];
    for (const { client_id } of [deleted, expired]) expect(await allow(client_id)).toBe("recorded");
    const answer = await send("DELETE", deleted.registration_client_uri, deleted.registration_access_token);
    expect(answer.status).toBe(204);
    expect((await ledger.consentsOf("u")).consents).toMatchObject([{ clientId: expired.client_id }]);
    at(86_401);
    await registration.sweepClients();
    expect(await ledger.consentsOf("u")).toEqual({ consents: [] });
  });

  test("with the user", async () => {
    const { register, allow, ledger } = serverWithLedger();
    const clients = [await register(PUBLIC), await register(PUBLIC)];
    for (const { client_id } of clients) await allow(client_id);
    await allow(clients[0]!.client_id, ["read"], CALLBACK, "v");
    expect(await ledger.forgetUser("u")).toBe(2);
    expect(await ledger.consentsOf("u")).toEqual({ consents: [] });
    expect((await ledger.consentsFor(clients[0]!.client_id)).consents).toMatchObject([{ userId: "v" }]);
  });

  test("and is kept, but of no use, while the client is disabled", async () => {
    const { register, view, allow, ledger, registration, ask } = serverWithLedger();
    const { client_id: id } = await register(PUBLIC);
    await allow(id);
    const before = await ask(id);
    await registration.disableClient(id);
    await expect(view(id)).rejects.toThrow("disabled");
    const disabled = { ...before, client: { ...before.client, status: "disabled" as const } };
    expect(await ledger.consentView(disabled)).toBeUndefined();
    expect(await ledger.recordConsent(disabled)).toBe("refused");
    expect(await ledger.consentOf("u", id)).toBeDefined();
    await registration.enableClient(id);
    expect(await view(id)).toMatchObject({ mustAsk: false });
  });
});

test("nothing is recorded for a client that is gone, or at an address that is not its own", async () => {
  const { register, ask, allow, store, ledger, ledgerEvents } = serverWithLedger();
  const { client_id: id } = await register(PUBLIC);
  const asked = await ask(id);
  expect(await allow(id, ["read"], "https://attacker.example/")).toBe("refused");
  expect(await ledger.consentView({ ...asked, redirectUri: "https://attacker.example/" })).toBeUndefined();
  await store.deleteClient(id);
  expect(await ledger.recordConsent(asked)).toBe("not_found");
  expect(ledgerEvents).toEqual([]);
});

test("a page that was made before its client was disabled records nothing", async () => {
  for (const clientId of [undefined, URL_OF_CLIENT]) {
    const { ask, ledger, registration, register, ledgerEvents } = serverWithLedger();
    const id = clientId ?? (await register(PUBLIC)).client_id;
    const asked = await ask(id);
    expect(await registration.disableClient(id)).toBe(true);
    expect(await ledger.recordConsent(asked)).toBe("changed");
    expect(ledgerEvents).toEqual([]);
  }
});

test("the audit log is told what was allowed and withdrawn, and not by whom", async () => {
  const { register, allow, ledger, ledgerEvents } = serverWithLedger();
  const { client_id: clientId } = await register(PUBLIC);
  await allow(clientId, ["write", "read", "read"], CALLBACK, "user-4711");
  await ledger.withdrawConsent("user-4711", clientId);
  await ledger.withdrawConsent("user-4711", clientId);
  await ledger.forgetUser("user-4711");
  await ledger.auditDelivery.flush();
  const at = new Date(START).toISOString();
  expect(ledgerEvents).toEqual([
    {
      ...{ type: "consent_recorded", at, actor: "user", clientId },
      ...{ destination: "app.example", scopes: ["read", "write"] },
    },
    { type: "consent_withdrawn", at, actor: "user", clientId },
  ]);
  expect(JSON.stringify(ledgerEvents)).not.toContain("4711");
});

test("lists are given page by page", async () => {
  const { register, allow, ledger } = serverWithLedger();
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) ids.push((await register(PUBLIC)).client_id);
  for (const id of ids) await allow(id);
  const first = await ledger.consentsOf("u", { limit: 2 });
  expect(first.consents).toHaveLength(2);
  const second = await ledger.consentsOf("u", { limit: 2, ...(first.next && { after: first.next }) });
  expect(second.next).toBeUndefined();
  expect([...first.consents, ...second.consents].map(({ clientId }) => clientId)).toEqual(ids.sort());
});

test.each([
  ["userId", { userId: "" }],
  ["userId", { userId: "x".repeat(256) }],
  ["userId", { userId: "a\0b" }],
  ["userId", { userId: "a\ud800" }],
  ["userId", { userId: "ü" }],
  ["userId", { userId: 7 as unknown as string }],
  ["scopes", { scopes: ["a b"] }],
  ["scopes", { scopes: "read" as unknown as string[] }],
  ["scopes", { scopes: Array.from({ length: 101 }, (_, index) => `s${index}`) }],
  ["scopes", { scopes: ["x".repeat(4001)] }],
])("a %s that cannot be one is a misuse", async (name, wrong) => {
  const { register, ask, ledger } = serverWithLedger();
  const { client_id: id } = await register(PUBLIC);
  const asked = { ...(await ask(id)), ...wrong };
  for (const call of [ledger.consentView(asked), ledger.recordConsent(asked)]) {
    await expect(call).rejects.toThrow(MisuseError);
  }
  await expect(ledger.recordConsent(asked)).rejects.toThrow(`${name}: must be`);
});

test.each([0, 1001, 1.5])("a page of %s is a misuse", async (limit) => {
  const { ledger } = serverWithLedger();
  await expect(ledger.consentsOf("u", { limit })).rejects.toThrow("limit: must be from 1 to 1000");
});

test.each(["registration", "consents", "audit", "onError", "clock"])(
  "without what %s has to be, there is no ledger",
  (option) => {
    const { registration, store } = serverWithLedger();
    const options = { registration, consents: store.consents, audit: () => undefined };
    expect(() => consentLedger(options)).not.toThrow();
    for (const wrong of [null, 7, {}]) {
      expect(() => consentLedger({ ...options, [option]: wrong })).toThrow(MisuseError);
    }
  },
);
