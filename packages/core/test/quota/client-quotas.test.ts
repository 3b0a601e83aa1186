import { expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { createClientRegistration } from "../../src/client-registration.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { mcpPreset } from "../../src/configuration/presets.js";
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
