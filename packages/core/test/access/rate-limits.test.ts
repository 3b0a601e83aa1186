import { describe, expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { protectedRegistration } from "../../src/access/protected-registration.js";
import type { LimitedRegistration } from "../../src/access/rate-limited.js";
import { requireSoftwareStatement } from "../../src/access/require-software-statement.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import type { RateLimiter } from "../../src/rate-limit/rate-limiter.js";

const BY_TOKEN = { source: "initial_access_token", initialAccessTokenId: "t" } as const;
const OPEN = { source: "open" } as const;
const REFUSED = { kind: "rate_limited", limit: 1, windowSeconds: 60, retryAfterSeconds: 60 };

const limiterOfOne = () => memoryRateLimiter({ limit: 1, windowSeconds: 60, clock: () => 0 });
const failing: RateLimiter = { consume: async () => Promise.reject(new Error("away")) };

/** One limiter for all, and what it was asked. */
function sharedLimits(): { keys: string[]; options: LimitedRegistration } {
  const keys: string[] = [];
  const all: RateLimiter = { consume: (key) => (keys.push(key), { allowed: true }) };
  const rateLimiters = { perInitialAccessToken: all, perSoftwareId: all, global: all };
  return { keys, options: { rateLimiter: all, rateLimiters } };
}

describe.each([
  ["open", openRegistration],
  ["protected", protectedRegistration],
  ["with a statement", (o: LimitedRegistration) => requireSoftwareStatement(openRegistration(o))],
] as const)("the limits of registration: %s", (_name, accessWith) => {
  test("have no key in common", async () => {
    const { keys, options } = sharedLimits();
    const access = accessWith(options);
    await access.limits?.request({ clientAddress: "all" });
    await access.limits?.registration({ source: "initial_access_token", initialAccessTokenId: "all" });
    await access.limits?.software("all");
    expect(keys).toEqual(["address:all", "initial_access_token:all", "global:all", "software_id:all"]);
  });

  test("say which one it was", async () => {
    const access = accessWith({
      rateLimiter: limiterOfOne(),
      rateLimiters: { perInitialAccessToken: limiterOfOne(), perSoftwareId: limiterOfOne() },
    });
    for (const ok of [true, false]) {
      const answers = [
        await access.limits?.request({}),
        await access.limits?.registration(BY_TOKEN),
        await access.limits?.software("s"),
      ];
      expect(answers).toMatchObject(
        ["address", "initial_access_token", "software_id"].map((scope) =>
          ok ? { ok } : { ok, error: { ...REFUSED, scope } },
        ),
      );
    }
    expect(await access.limits?.software("other")).toMatchObject({ ok: true });
  });

  test("take nothing from everybody for a token over its own", async () => {
    const global = memoryRateLimiter({ limit: 2, windowSeconds: 60, clock: () => 0 });
    const rateLimiters = { perInitialAccessToken: limiterOfOne(), global };
    const access = accessWith({ rateLimiter: limiterOfOne(), rateLimiters });
    await access.limits?.registration(BY_TOKEN);
    await access.limits?.registration(BY_TOKEN);
    expect(await access.limits?.registration(OPEN)).toMatchObject({ ok: true });
    expect(await access.limits?.registration(OPEN)).toMatchObject({ ok: false, error: { scope: "global" } });
  });

  test("take nothing before the caller is admitted", async () => {
    const { keys, options } = sharedLimits();
    await accessWith(options).limits?.request({ clientAddress: "203.0.113.7" });
    expect(keys).toEqual(["address:203.0.113.7"]);
  });

  test.each(["refuse", "admit"] as const)("when one fails, %s", async (answer) => {
    const access = accessWith({
      rateLimiter: limiterOfOne(),
      rateLimiters: { perInitialAccessToken: failing, perSoftwareId: failing, global: failing },
      whenRateLimiterFails: () => answer,
    });
    for (const result of [
      await access.limits?.registration(BY_TOKEN),
      await access.limits?.registration(OPEN),
      await access.limits?.software("s"),
    ]) {
      expect(result).toMatchObject(
        answer === "admit" ? { ok: true } : { ok: false, error: { kind: "rate_limiter_unavailable" } },
      );
    }
  });

  test("count IPv6 by the prefix that is given", async () => {
    const { keys, options } = sharedLimits();
    await accessWith({ ...options, ipv6PrefixLength: 48 }).limits?.request({
      clientAddress: "2001:db8:1:2::3",
    });
    expect(keys).toEqual(["address:2001:db8:1::/48"]);
  });

  test.each([
    { ipv6PrefixLength: 15 },
    { ipv6PrefixLength: 129 },
    { ipv6PrefixLength: 64.5 },
    { rateLimiters: { global: {} } },
    { rateLimiters: { perAddress: limiterOfOne() } },
    { rateLimiters: { perSoftwareId: null } },
  ])("%j is a mistake", (wrong) => {
    const build = () => accessWith({ rateLimiter: limiterOfOne(), ...wrong } as never);
    expect(build).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
  });
});

test("further limits need the one by address", () => {
  const rateLimiters = { global: limiterOfOne() };
  const wanted = expect.objectContaining({ code: "ERR_RATE_LIMITER_REQUIRED" }) as Error;
  expect(() => protectedRegistration({ rateLimiters })).toThrow(wanted);
  expect(() => openRegistration({ dangerouslyUnlimited: true, rateLimiters } as never)).toThrow(wanted);
});
