import { describe, expect, test } from "vitest";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { requireConsent } from "../../src/policy/require-consent.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { managedRegistration, PUBLIC, START } from "../support/managed-registration.js";

test("the answer says when the shared client was registered, and not when somebody came to it", async () => {
  const { register, time } = managedRegistration({ idempotentRegistration: true });
  await register();
  time.now = START + 7000;
  expect(await register()).toMatchObject({ client_id_issued_at: START / 1000 });
});

test("a client that other policies admitted is another", async () => {
  const store = memoryStore();
  const before = managedRegistration({ store, idempotentRegistration: true });
  const after = managedRegistration({
    store,
    idempotentRegistration: true,
    policies: { every: [requireConsent()] },
  });
  const first = await before.register(PUBLIC);
  const second = await after.register(PUBLIC);
  expect(second.client_id).not.toBe(first.client_id);
  expect(await store.findClient(second.client_id)).toMatchObject({ requirements: { consent: true } });
});

test("an event says why a shared client is held for as long as it is", async () => {
  const { registration, register, events } = managedRegistration({
    idempotentRegistration: true,
    policies: { every: [holdForApproval({ reason: "unknown to us" })] },
  });
  const { client_id: id } = await register(PUBLIC);
  await register(PUBLIC);
  expect(events.at(-1)).toMatchObject({ status: "awaiting_approval", heldBecause: "unknown to us" });
  await registration.approveClient(id);
  await register(PUBLIC);
  expect(events.at(-1)).toMatchObject({ type: "client_reused", status: "pending" });
  expect(events.at(-1)).not.toHaveProperty("heldBecause");
});

describe("a shared client with a loopback redirect URI", () => {
  const at = (port: number) => ({ ...PUBLIC, redirect_uris: [`http://127.0.0.1:${port}/callback`] });

  test("prefers no registrant's port, and answers each with their own", async () => {
    const { register, store } = managedRegistration({ idempotentRegistration: true });
    const first = await register(at(1111));
    const second = await register(at(2222));
    expect(second.client_id).toBe(first.client_id);
    expect([first["redirect_uris"], second["redirect_uris"]]).toEqual([
      ["http://127.0.0.1:1111/callback"],
      ["http://127.0.0.1:2222/callback"],
    ]);
    const record = await store.findClient(first.client_id);
    expect(record?.metadata.redirect_uris).toEqual(["http://127.0.0.1/callback"]);
  });

  test("keeps one of the URIs that differ in their ports alone", async () => {
    const { register, store } = managedRegistration({ idempotentRegistration: true });
    const redirect_uris = ["https://vscode.dev/redirect", "http://127.0.0.1/", "http://127.0.0.1:33418/"];
    const { client_id, ...answer } = await register({ ...PUBLIC, redirect_uris });
    expect(answer["redirect_uris"]).toEqual(redirect_uris);
    const record = await store.findClient(client_id);
    expect(record?.metadata.redirect_uris).toEqual(["https://vscode.dev/redirect", "http://127.0.0.1/"]);
  });
});

describe("the redirect URI of an authorization request", () => {
  const target = async (redirect_uris: readonly string[], requested?: string | null) => {
    const { register, registration, store } = managedRegistration({ idempotentRegistration: true });
    const { client_id } = await register({ ...PUBLIC, redirect_uris });
    const client = await store.findClient(client_id);
    return client && registration.redirectUriFor(client, requested);
  };
  const LOOPBACK = ["http://127.0.0.1:1111/callback", "http://[::1]/cb", "http://localhost:1/cb"];

  test("is the only registered one where the request names none", async () => {
    expect(await target(PUBLIC.redirect_uris)).toBe(PUBLIC.redirect_uris[0]);
    expect(await target(PUBLIC.redirect_uris, null)).toBe(PUBLIC.redirect_uris[0]);
    expect(await target([...PUBLIC.redirect_uris, "https://app.example/other"])).toBeUndefined();
  });

  test.each(LOOPBACK)("is refused for loopback where the request names none: %s", async (uri) => {
    expect(await target([uri])).toBeUndefined();
    expect(await target([uri], "")).toBeUndefined();
  });

  test.each(LOOPBACK)("is the named one, at the port that it names: %s", async (uri) => {
    const presented = uri.replace(/:\d+\//, "/").replace(/(1|\]|localhost)\/c/, "$1:4444/c");
    expect(presented).toContain(":4444/");
    expect(await target([uri], presented)).toBe(presented);
  });

  test("is none that is not registered, and none that is no text", async () => {
    expect(await target(PUBLIC.redirect_uris, "https://evil.example/callback")).toBeUndefined();
    expect(await target(PUBLIC.redirect_uris, PUBLIC.redirect_uris as never)).toBeUndefined();
  });

  test("is none of a client that was disabled", async () => {
    const { register, registration, store } = managedRegistration();
    const { client_id } = await register();
    await registration.disableClient(client_id);
    const client = await store.findClient(client_id);
    expect(client && registration.redirectUriFor(client, undefined)).toBeUndefined();
  });
});
