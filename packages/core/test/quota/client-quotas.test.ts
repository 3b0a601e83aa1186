import { describe, expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { createClientRegistration } from "../../src/client-registration.js";
import { MisuseError } from "../../src/lib/misuse.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { mcpPreset, webConfidentialPreset } from "../../src/configuration/presets.js";
import type { ClientQuotaOptions } from "../../src/quota/client-quotas.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { memoryStore } from "../../src/store/memory-store.js";

function setUp(quotas: ClientQuotaOptions) {
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example" }),
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 10_000, windowSeconds: 60 }) }),
    store: memoryStore(),
    audit: () => undefined,
    idempotentRegistration: false,
    quotas,
  });
  const register = (clientAddress: string) =>
    registration.registerClient({ redirect_uris: ["https://app.example/callback"] }, { clientAddress });
  return { registration, register };
}

test.each([{ perAddress: 7 }, { total: 7 }])("is exact under a hundred at once: %j", async (quotas) => {
  const { register } = setUp(quotas);
  const all = await Promise.all(Array.from({ length: 100 }, () => register("192.0.2.1")));
  expect(all.filter(({ ok }) => ok).length).toBe(7);
  expect(new Set(all.flatMap((one) => (one.ok ? [] : [one.error.kind])))).toEqual(
    new Set(["quota_exceeded"]),
  );
});

test.each([
  [undefined, "2001:db8:0:1::2", false],
  [undefined, "2001:db8:0:2::1", true],
  [128, "2001:db8:0:1::2", true],
  [48, "2001:db8:0:2::1", false],
])("counts IPv6 callers by their first %s bits, 64 unless it is said", async (bits, second, isAnother) => {
  const { register } = setUp({ perAddress: 1, ...(bits !== undefined && { ipv6PrefixLength: bits }) });
  expect((await register("2001:db8:0:1::1")).ok).toBe(true);
  expect((await register(second)).ok).toBe(isAnother);
});

test("a use gives its place back", async () => {
  const { registration, register } = setUp({ total: 1 });
  const first = await register("192.0.2.1");
  if (!first.ok) throw new Error(first.error.kind);
  expect((await register("192.0.2.2")).ok).toBe(false);
  await registration.recordClientUse(first.value.client);
  expect((await register("192.0.2.2")).ok).toBe(true);
});

test.each([{ total: 0 }, { perAddress: 1.5 }, { perInitialAccessToken: -1 }, { ipv6PrefixLength: 8 }])(
  "no server has %j",
  (quotas) => {
    expect(() => setUp(quotas)).toThrow(MisuseError);
  },
);

describe.each([
  ["mcpPreset", mcpPreset],
  ["webConfidentialPreset", webConfidentialPreset],
])("what strangers can store with %s and nothing else said", (_, preset) => {
  function server(options: Partial<ClientRegistrationOptions> = {}) {
    let now = 1_790_000_000_000;
    const registration = createClientRegistration({
      ...preset({ issuer: "https://as.example" }),
      access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 10_000, windowSeconds: 60 }) }),
      store: memoryStore(),
      audit: () => undefined,
      clock: () => now,
      ...options,
    });
    const register = async (clientAddress?: string, client_name = "Client") => {
      const metadata = { redirect_uris: ["https://app.example/callback"], client_name };
      const request = new Request("https://as.example/register", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(metadata),
      });
      return (await registration.fetch(request, clientAddress === undefined ? {} : { clientAddress })).status;
    };
    const several = async (count: number, clientAddress?: string) =>
      (await Promise.all(Array.from({ length: count }, () => register(clientAddress)))).filter(
        (status) => status === 201,
      ).length;
    return { registration, register, several, pass: (seconds: number) => (now += seconds * 1000) };
  }

  test("is 100 unused clients for each address, and these end after a day", async () => {
    const { registration, several, pass } = server();
    expect([await several(150, "192.0.2.1"), await several(150, "192.0.2.2")]).toEqual([100, 100]);
    pass(86_399);
    expect((await registration.sweepClients({ limit: 1000 })).deleted).toBe(0);
    pass(1);
    expect((await registration.sweepClients({ limit: 1000 })).deleted).toBe(200);
    expect(await several(1, "192.0.2.1")).toBe(1);
  });

  test("is 100 unused clients for all callers without an address, who get 429 and no 5xx", async () => {
    const { register, several } = server();
    expect(await several(100)).toBe(100);
    expect(await register()).toBe(429);
    expect(await register("192.0.2.1")).toBe(201);
  });

  test("is 16 KiB for each of them", async () => {
    const { register } = server();
    expect(await register("192.0.2.1", "n".repeat(17_000))).toBe(413);
  });

  test("is up to whoever says quotas and lifecycle: {} is none", async () => {
    const { registration, several, pass } = server({ quotas: {}, lifecycle: {}, maxBodyBytes: 65_536 });
    expect(await several(150, "192.0.2.1")).toBe(150);
    pass(10 * 365 * 86_400);
    expect((await registration.sweepClients({ limit: 1000 })).deleted).toBe(0);
  });
});
