import { expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { createClientRegistration } from "../../src/client-registration.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { memoryStore } from "../../src/store/memory-store.js";

function setUp() {
  const store = memoryStore();
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["read", "write"] }),
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 100_000, windowSeconds: 60 }) }),
    store: {
      ...store,
      createClient: async (...given) => (await Promise.resolve(), store.createClient(...given)),
    },
    audit: () => undefined,
    idempotentRegistration: true,
    quotas: { total: 2 },
  });
  const register = async (members: Readonly<Record<string, unknown>> = {}) => {
    const body = { redirect_uris: ["https://app.example/a"], token_endpoint_auth_method: "none", ...members };
    const registered = await registration.registerClient(body);
    if (!registered.ok) throw new Error(registered.error.kind);
    return registered.value;
  };
  return { registration, register };
}

const loopback = (port: number) => ({ redirect_uris: [`http://127.0.0.1:${port}/callback`] });

test("a hundred racing registrations of one body make one client, and count once", async () => {
  const { register } = setUp();
  const all = await Promise.all(Array.from({ length: 100 }, () => register()));
  expect(new Set(all.map(({ client }) => client.clientId)).size).toBe(1);
  expect(all.filter(({ isReused }) => isReused).length).toBe(99);
});

test("another loopback port is the same client, and the answer has the caller's own", async () => {
  const { register } = setUp();
  const first = await register(loopback(50_001));
  const second = await register(loopback(50_002));
  expect(second.client.clientId).toBe(first.client.clientId);
  expect(JSON.stringify(second.response)).toContain("http://127.0.0.1:50002/callback");
});

test.each([
  { client_name: "Another" },
  { "client_name#de": "Anders" },
  { software_version: "2" },
  { contacts: ["ops@app.example"] },
  { redirect_uris: ["https://app.example/b"] },
  { redirect_uris: ["https://app.example:8443/a"] },
])("other metadata is another client: %j", async (members) => {
  const { register } = setUp();
  expect((await register(members)).client.clientId).not.toBe((await register()).client.clientId);
});

test("a disabled client cannot be registered anew", async () => {
  const { registration, register } = setUp();
  const { client } = await register();
  await registration.disableClient(client.clientId);
  await expect(register()).rejects.toThrow("client_disabled");
});
