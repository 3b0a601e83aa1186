import type { RateLimiter } from "@oauth-dcr/core";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { rateLimiterFlexible } from "@oauth-dcr/rate-limit";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import type { RateLimit } from "../settings/settings.js";

/** The limits of an authorization server. */
export interface Limiters {
  /** For each address. */
  readonly rateLimiter: RateLimiter;
  /** For all addresses together. */
  readonly global?: RateLimiter;
}

/** Limits, and how to let go of them. */
export interface OpenLimiters {
  /** The limits of an authorization server: those that share a Redis by chance take nothing from each other. */
  limitersOf(issuer: string): Limiters;
  close(): void;
}

/**
 * After this a Redis that stays silent counts as one that is away: a 503, and never a request that nobody counted. Its
 * connection is given up too, as a machine that vanished does not even close it.
 */
const TIMEOUT_MILLISECONDS = 2_000;

/**
 * The limits of this process, or of all processes that share a Redis and serve the same issuer. Rejects where that Redis
 * cannot be reached at the start; later it is connected to again by itself.
 */
export async function openLimiters(
  perAddress: RateLimit,
  all: RateLimit | undefined,
  redisUrl: string | undefined,
): Promise<OpenLimiters> {
  const both = (limiterOf: (limit: RateLimit) => RateLimiter): Limiters => ({
    rateLimiter: limiterOf(perAddress),
    ...(all && { global: limiterOf(all) }),
  });
  if (redisUrl === undefined) {
    return { limitersOf: () => both(memoryRateLimiter), close: () => undefined };
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
  return {
    limitersOf(issuer) {
      // Core gives the keys of each limit a name of their own.
      const keyPrefix = `oauth-dcr:${issuer}`;
      return both(({ limit: points, windowSeconds: duration }) =>
        rateLimiterFlexible(new RateLimiterRedis({ storeClient: redis, points, duration, keyPrefix })),
      );
    },
    close: () => redis.disconnect(),
  };
}
