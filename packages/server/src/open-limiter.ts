import type { RateLimiter } from "@oauth-dcr/core";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { rateLimiterFlexible } from "@oauth-dcr/rate-limit";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";

/** A limiter, and how to let go of it. */
export interface OpenLimiter {
  readonly rateLimiter: RateLimiter;
  close(): void;
}

/** After this a Redis that stays silent counts as one that is away: a 503, and never a request that nobody counted. */
const TIMEOUT_MILLISECONDS = 2_000;

/**
 * The limiter of this process, or of all processes that share a Redis. Rejects where that cannot be reached at the start;
 * later it is connected to again by itself.
 */
export async function openLimiter(
  rateLimit: { readonly limit: number; readonly windowSeconds: number },
  redisUrl: string | undefined,
): Promise<OpenLimiter> {
  if (redisUrl === undefined) {
    return { rateLimiter: memoryRateLimiter(rateLimit), close: () => undefined };
  }
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: TIMEOUT_MILLISECONDS,
    commandTimeout: TIMEOUT_MILLISECONDS,
  });
  // Each request that meets it away is told, and the operator with it.
  redis.on("error", () => undefined);
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    throw new Error("the Redis of --redis (or OAUTH_DCR_REDIS) cannot be reached", { cause });
  }
  const { limit: points, windowSeconds: duration } = rateLimit;
  const limiter = new RateLimiterRedis({ storeClient: redis, points, duration, keyPrefix: "oauth-dcr" });
  return { rateLimiter: rateLimiterFlexible(limiter), close: () => redis.disconnect() };
}
