import type { RateLimiter } from "@oauth-dcr/core";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { rateLimiterFlexible } from "@oauth-dcr/rate-limit";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";

/** Limits, and how to let go of them. */
export interface OpenLimiter {
  /** The limit of an authorization server: those that share a Redis by chance take nothing from each other. */
  limiterOf(issuer: string): RateLimiter;
  close(): void;
}

/**
 * After this a Redis that stays silent counts as one that is away: a 503, and never a request that nobody counted. Its
 * connection is given up too, as a machine that vanished does not even close it.
 */
const TIMEOUT_MILLISECONDS = 2_000;

/**
 * The limit of this process, or of all processes that share a Redis and serve the same issuer. Rejects where that Redis
 * cannot be reached at the start; later it is connected to again by itself.
 */
export async function openLimiter(
  rateLimit: { readonly limit: number; readonly windowSeconds: number },
  redisUrl: string | undefined,
): Promise<OpenLimiter> {
  if (redisUrl === undefined) {
    return { limiterOf: () => memoryRateLimiter(rateLimit), close: () => undefined };
  }
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: TIMEOUT_MILLISECONDS,
    commandTimeout: TIMEOUT_MILLISECONDS,
    socketTimeout: TIMEOUT_MILLISECONDS,
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
  return {
    limiterOf(issuer) {
      const keyPrefix = `oauth-dcr:${issuer}`;
      return rateLimiterFlexible(new RateLimiterRedis({ storeClient: redis, points, duration, keyPrefix }));
    },
    close: () => redis.disconnect(),
  };
}
