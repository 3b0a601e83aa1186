import { rateLimiterContract } from "@oauth-dcr/contract-tests";
import { Redis } from "ioredis";
import pg from "pg";
import { RateLimiterPostgres, RateLimiterRedis } from "rate-limiter-flexible";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeUnless, missing } from "../../../tests/support/services.js";
import { rateLimiterFlexible } from "../src/index.js";

const RUN = `rate_limit_${crypto.randomUUID().replaceAll("-", "")}`;
describeUnless(await missing("redis"), "Redis", () => {
  const redis = new Redis({ host: "127.0.0.1", port: 6379 });
  afterAll(async () => {
    const keys = await redis.keys(`${RUN}*`);
    if (keys.length > 0) await redis.del(keys);
    await redis.quit();
  });

  rateLimiterContract(
    { describe, it, expect },
    {
      name: "Redis",
      createLimiter: ({ limit, windowSeconds, tenant }) =>
        rateLimiterFlexible(
          new RateLimiterRedis({
            storeClient: redis,
            points: limit,
            duration: windowSeconds,
            keyPrefix: `${RUN}:${tenant}`,
          }),
        ),
    },
  );
});

describeUnless(await missing("postgresql"), "PostgreSQL", () => {
  const pool = new pg.Pool({ host: "127.0.0.1", user: "postgres", database: "test", max: 4 });
  beforeAll(async () => {
    await pool.query(`CREATE SCHEMA ${RUN}`);
  });
  afterAll(async () => {
    await pool.query(`DROP SCHEMA ${RUN} CASCADE`);
    await pool.end();
  });

  rateLimiterContract(
    { describe, it, expect },
    {
      name: "PostgreSQL",
      createLimiter: async ({ limit, windowSeconds, tenant }) => {
        const limiter = await new Promise<RateLimiterPostgres>((resolve, reject) => {
          const made: RateLimiterPostgres = new RateLimiterPostgres(
            {
              storeClient: pool,
              storeType: "pool",
              schemaName: RUN,
              tableName: "limits",
              points: limit,
              duration: windowSeconds,
              keyPrefix: tenant,
              clearExpiredByTimeout: false,
            },
            (error?: Error) => {
              if (error) reject(error);
              else resolve(made);
            },
          );
        });
        return rateLimiterFlexible(limiter);
      },
    },
  );
});

describe("a backend that is away", () => {
  it("makes the limiter throw: Redis", async () => {
    const away = new Redis({
      host: "127.0.0.1",
      port: 1,
      enableOfflineQueue: false,
      lazyConnect: true,
      retryStrategy: null,
    });
    away.on("error", () => undefined);
    const limiter = rateLimiterFlexible(new RateLimiterRedis({ storeClient: away, points: 1, duration: 60 }));
    await expect(limiter.consume("key")).rejects.toThrow(Error);
    await expect(limiter.consume("key")).rejects.toThrow(Error);
    away.disconnect();
  });

  it("makes the limiter throw, and not refuse, whatever it rejects with", async () => {
    for (const rejection of [new Error("away"), undefined, "away", {}, { msBeforeNext: "soon" }]) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the library does
      const consume = async () => Promise.reject(rejection);
      const limiter = rateLimiterFlexible({ points: 1, duration: 60, consume });
      expect(await Promise.resolve(limiter.consume("key")).catch((error: unknown) => [error])).toEqual([
        rejection,
      ]);
    }
  });
});

describe("the wait", () => {
  it.each([
    [0, 1],
    [1, 1],
    [1000, 1],
    [1001, 2],
  ])("of %i ms is %i seconds", async (msBeforeNext, retryAfterSeconds) => {
    const consume = async () =>
      Promise.reject(Object.create(null, { msBeforeNext: { value: msBeforeNext } }) as Error);
    const limiter = rateLimiterFlexible({ points: 3, duration: 60, consume });
    const verdict = { allowed: false, retryAfterSeconds, limit: 3, windowSeconds: 60 };
    expect(await limiter.consume("key")).toEqual(verdict);
  });
});
