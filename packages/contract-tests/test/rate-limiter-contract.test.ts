import type { RateLimiter } from "@oauth-dcr/core";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { describe, expect, it } from "vitest";
import { rateLimiterContract } from "../src/rate-limiter-contract.js";

rateLimiterContract(
  { describe, it, expect },
  {
    name: "memory",
    isShared: false,
    createLimiter: ({ limit, windowSeconds }) => memoryRateLimiter({ limit, windowSeconds }),
  },
);

type Create = Parameters<typeof rateLimiterContract>[1]["createLimiter"];

/** The names of the cases that a limiter fails. */
async function failedCases(createLimiter: Create): Promise<string[]> {
  const cases: [string, () => Promise<void>][] = [];
  rateLimiterContract(
    { describe: (_name, body) => body(), it: (name, body) => void cases.push([name, body]), expect },
    { name: "broken", createLimiter },
  );
  const failed: string[] = [];
  for (const [name, body] of cases) await body().catch(() => failed.push(name));
  return failed;
}

/** A shared limiter with one thing wrong. */
function limiterWith(wrong: {
  key?: (key: string) => string;
  looksFirst?: boolean;
  alone?: boolean;
  wait?: number;
  oneTenant?: boolean;
}): Create {
  const shared = new Map<string, number>();
  return ({ limit, windowSeconds, tenant }): RateLimiter => {
    const counts = wrong.alone ? new Map<string, number>() : shared;
    return {
      async consume(key) {
        const name = `${wrong.oneTenant ? "" : tenant} ${wrong.key?.(key) ?? key}`;
        const count = (counts.get(name) ?? 0) + 1;
        if (wrong.looksFirst) await Promise.resolve();
        counts.set(name, count);
        if (count <= limit) return { allowed: true };
        return { allowed: false, retryAfterSeconds: wrong.wait ?? 1, limit, windowSeconds };
      },
    };
  };
}

const KEYS = "counts each key by itself, the strangest too";
const WAIT = "says over the limit when to come again, and what the limit is";

describe("the contract", () => {
  it("finds nothing wrong with a limiter that is right", async () => {
    expect(await failedCases(limiterWith({}))).toEqual([]);
  });

  it.each<[string, string, Create]>([
    [
      "looks before it counts",
      "allows exactly the limit of 100 requests at once",
      limiterWith({ looksFirst: true }),
    ],
    [
      "counts alone",
      "allows exactly the limit of 100 requests at once through two limiters",
      limiterWith({ alone: true }),
    ],
    ["has one room for all tenants", "counts each tenant by itself", limiterWith({ oneTenant: true })],
    ["ignores case", KEYS, limiterWith({ key: (key) => key.toLowerCase() })],
    ["cuts keys", KEYS, limiterWith({ key: (key) => key.slice(0, 255) })],
    ["says no wait", WAIT, limiterWith({ wait: 0 })],
    ["says part of a second", WAIT, limiterWith({ wait: 1.5 })],
  ])("catches a limiter that %s", async (_what, caught, createLimiter) => {
    expect(await failedCases(createLimiter)).toContain(caught);
  });
});
