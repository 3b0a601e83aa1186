import { describe, expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { createClientRegistration } from "../../src/client-registration.js";
import type { ClientLifecycleOptions } from "../../src/lifecycle/client-lifecycle.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import type { RegisteredClient } from "../../src/store/records.js";
import { memoryStore } from "../../src/store/memory-store.js";

const START = 1_800_000_000;
const REDIRECT_URI = "https://app.example/callback";

function setUp(lifecycle: ClientLifecycleOptions) {
  let seconds = START;
  let writes = 0;
  const store = memoryStore();
  const counted: typeof store = {
    ...store,
    recordClientUse: (...use) => {
      writes += 1;
      return store.recordClientUse(...use);
    },
  };
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example" }),
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 10_000, windowSeconds: 60 }) }),
    store: counted,
    audit: () => undefined,
    clock: () => seconds * 1000,
    lifecycle,
  });
  const register = async (): Promise<RegisteredClient> => {
    const registered = await registration.registerClient({ redirect_uris: [REDIRECT_URI] });
    if (!registered.ok) throw new Error(registered.error.kind);
    return registered.value.client;
  };
  const at = (age: number): void => void (seconds = START + age);
  return { registration, store, register, at, writes: () => writes };
}

describe("expiry", () => {
  test.each([
    [{ unusedTtlSeconds: 7200 }, 7200],
    [{ unusedTtlSeconds: 60 }, 3600],
    [{ unusedTtlSeconds: 60, minimumAgeSeconds: 0 }, 60],
  ])("a client nobody uses ends on the second: %j", async (lifecycle, end) => {
    const { registration, register, at } = setUp(lifecycle);
    const client = await register();
    at(end - 1);
    expect(registration.allowsRedirectUri(client, REDIRECT_URI)).toBe(true);
    expect(await registration.sweepClients()).toEqual({ deleted: 0, kept: 0, more: false });
    at(end);
    expect(await registration.findClient(client.clientId)).toEqual({
      ok: false,
      error: { kind: "expired_client" },
    });
    expect(await registration.sweepClients()).toEqual({ deleted: 1, kept: 0, more: false });
    expect(await registration.findClient(client.clientId)).toEqual({
      ok: false,
      error: { kind: "unknown_client" },
    });
  });

  test("a client that is in use is kept and lives on", async () => {
    const { registration, register, at } = setUp({
      unusedTtlSeconds: 3600,
      idleTtlSeconds: 7200,
      isClientInUse: () => true,
    });
    const { clientId } = await register();
    at(3600);
    expect(await registration.sweepClients()).toEqual({ deleted: 0, kept: 1, more: false });
    const client = { status: "active", expiresAt: START + 10_800 };
    expect(await registration.findClient(clientId)).toMatchObject({ value: client });
  });

  test("a question that cannot be answered keeps the client and rejects the sweep", async () => {
    const lifecycle = { unusedTtlSeconds: 3600, isClientInUse: () => Promise.reject(new Error("away")) };
    const { registration, store, register, at } = setUp(lifecycle);
    const { clientId } = await register();
    at(3600);
    await expect(registration.sweepClients()).rejects.toThrow("away");
    expect(await registration.findClient(clientId)).toMatchObject({
      ok: false,
      error: { kind: "unavailable" },
    });
    expect(await store.findClient(clientId)).toBeDefined();
  });
});

describe("use", () => {
  test("makes a client active, and uses at once share one write", async () => {
    const { registration, store, register, at, writes } = setUp({ idleTtlSeconds: 36_000 });
    const client = await register();
    const uses = await Promise.all(Array.from({ length: 20 }, () => registration.recordClientUse(client)));
    expect(new Set(uses)).toEqual(new Set(["recorded"]));
    expect(writes()).toBe(1);
    const used = await store.findClient(client.clientId);
    expect(used).toMatchObject({ status: "active", lastUsedAt: START, expiresAt: START + 36_000 });
    at(3599);
    await registration.recordClientUse(used ?? client);
    expect(writes()).toBe(1);
    at(3600);
    await registration.recordClientUse(used ?? client);
    expect(writes()).toBe(2);
  });
});

test("a disabled client may do nothing until it is enabled", async () => {
  const { registration, store, register } = setUp({});
  const { clientId } = await register();
  const allows = async (): Promise<boolean> => {
    const client = await store.findClient(clientId);
    return client !== undefined && registration.allowsRedirectUri(client, REDIRECT_URI);
  };
  expect(await registration.enableClient(clientId)).toBe(false);
  expect(await registration.disableClient(clientId)).toBe(true);
  expect(await registration.disableClient(clientId)).toBe(false);
  expect(await allows()).toBe(false);
  expect(await registration.findClient(clientId)).toEqual({ ok: false, error: { kind: "disabled" } });
  expect(await registration.enableClient(clientId)).toBe(true);
  expect(await allows()).toBe(true);
});

test.each([{ unusedTtlSeconds: 0 }, { idleTtlSeconds: 1.5 }, { minimumAgeSeconds: -1 }])(
  "no server is built with %j",
  (lifecycle) => {
    expect(() => setUp(lifecycle)).toThrow(MisuseError);
  },
);
