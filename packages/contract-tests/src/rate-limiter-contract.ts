import type { Awaitable, RateLimiter } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";

/** What `rateLimiterContract` needs of a limiter. */
export interface RateLimiterContractOptions {
  /** The name of the limiter, for the names of the tests. */
  readonly name: string;
  /**
   * A limiter on the one backend of the suite. Two with the same tenant share their counts; a tenant is a key prefix or
   * a table. The window is long, so that nothing comes back while the suite runs.
   */
  readonly createLimiter: (given: {
    readonly limit: number;
    readonly windowSeconds: number;
    readonly tenant: string;
  }) => Awaitable<RateLimiter>;
  /** Whether two limiters of one tenant share their counts. Default true; a limiter in memory does not. */
  readonly isShared?: boolean;
}

const WINDOW_SECONDS = 3600;

const STRANGE_KEYS: readonly string[] = [
  "key",
  "Key",
  "key:",
  ":key",
  "a:b:c",
  "key with spaces ",
  "' OR '1'='1",
  '"; DROP TABLE limits; --',
  "zażółć",
  "鍵🔑",
  "nul\0nul",
  "line\r\nbreak",
  "{tag}",
  "__proto__",
  `${"x".repeat(70_000)}1`,
  `${"x".repeat(70_000)}2`,
];

/**
 * What every {@link RateLimiter} that counts exactly must do, whatever keeps its counts.
 *
 * @example
 * ```ts
 * import { describe, expect, it } from "vitest";
 * import { rateLimiterContract } from "@oauth-dcr/contract-tests";
 * import { memoryRateLimiter } from "@oauth-dcr/core/memory";
 *
 * rateLimiterContract(
 *   { describe, expect, it },
 *   { name: "memory", createLimiter: (options) => memoryRateLimiter(options), isShared: false },
 * );
 * ```
 * @param runner the test runner's own functions
 */
export function rateLimiterContract(
  runner: Pick<ContractRunner, "describe" | "it" | "expect">,
  { name, createLimiter, isShared = true }: RateLimiterContractOptions,
): void {
  const { describe, it, expect } = runner;
  let tenants = 0;
  const newTenant = (): string => `tenant${++tenants}`;
  const limiterOf = async (tenant: string, limit: number): Promise<RateLimiter> =>
    createLimiter({ limit, windowSeconds: WINDOW_SECONDS, tenant });

  describe(`${name}: rate limiter contract`, () => {
    it("allows exactly the limit of 100 requests at once", async () => {
      const limiter = await limiterOf(newTenant(), 7);
      expect(await countAllowed(Array.from({ length: 100 }, () => limiter))).toBe(7);
    });

    if (isShared) {
      it("allows exactly the limit of 100 requests at once through two limiters", async () => {
        const tenant = newTenant();
        const [one, other] = [await limiterOf(tenant, 7), await limiterOf(tenant, 7)];
        expect(await countAllowed(Array.from({ length: 100 }, (_, i) => (i % 2 ? one : other)))).toBe(7);
      });
    }

    it("says over the limit when to come again, and what the limit is", async () => {
      const limiter = await limiterOf(newTenant(), 2);
      await limiter.consume("key");
      await limiter.consume("key");
      const verdict = await limiter.consume("key");
      const wait = verdict.allowed ? 0 : verdict.retryAfterSeconds;
      expect(verdict).toEqual({
        allowed: false,
        retryAfterSeconds: wait,
        limit: 2,
        windowSeconds: WINDOW_SECONDS,
      });
      expect(Number.isInteger(wait) && wait >= 1 && wait <= WINDOW_SECONDS).toBe(true);
    });

    it("counts each key by itself, the strangest too", async () => {
      const limiter = await limiterOf(newTenant(), 1);
      for (const expected of [true, false]) {
        for (const key of STRANGE_KEYS) {
          expect((await limiter.consume(key)).allowed, JSON.stringify(key.slice(0, 40))).toBe(expected);
        }
      }
    });

    it("counts each tenant by itself", async () => {
      const limiters = [await limiterOf(newTenant(), 1), await limiterOf(newTenant(), 1)];
      for (const expected of [true, false]) {
        for (const limiter of limiters) expect((await limiter.consume("key")).allowed).toBe(expected);
      }
    });
  });
}

async function countAllowed(limiters: readonly RateLimiter[]): Promise<number> {
  const verdicts = await Promise.all(limiters.map(async (limiter) => limiter.consume("key")));
  return verdicts.filter(({ allowed }) => allowed).length;
}
