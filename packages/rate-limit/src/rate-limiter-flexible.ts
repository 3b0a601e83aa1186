import { MisuseError, type RateLimiter } from "@oauth-dcr/core";

/** A limiter of `rate-limiter-flexible`, such as `RateLimiterRedis` or `RateLimiterPostgres`. */
export interface FlexibleLimiter {
  /** Requests of one key in a window, more than 0. */
  readonly points: number;
  /** The length of a window, in seconds, more than 0. */
  readonly duration: number;
  /** Counts one request. Rejects with a result when the key is over its limit, and with an `Error` when the backend fails. */
  consume(key: string): Promise<unknown>;
}

/**
 * A rate limiter that counts in Redis, Valkey, PostgreSQL or any other backend of `rate-limiter-flexible`. All processes
 * with the same backend and key prefix share the limit. `consume` rejects with the error of the backend: give its client
 * a timeout, and let it refuse commands while it is not connected.
 *
 * @param limiter give each issuer a `keyPrefix` of its own
 * @throws MisuseError for a value that is no limiter, and for `points` or `duration` that are not more than 0
 * @see https://github.com/animir/node-rate-limiter-flexible
 * @example
 * ```ts
 * import { rateLimiterFlexible } from "@oauth-dcr/rate-limit";
 * import { Redis } from "ioredis";
 * import { RateLimiterRedis } from "rate-limiter-flexible";
 *
 * const storeClient = new Redis({ enableOfflineQueue: false, commandTimeout: 1000, socketTimeout: 1000 });
 * storeClient.on("error", console.error);
 * const keyPrefix = "oauth-dcr:https://as.example";
 * const rateLimiter = rateLimiterFlexible(
 *   new RateLimiterRedis({ storeClient, keyPrefix, points: 20, duration: 60 }),
 * );
 * ```
 */
export function rateLimiterFlexible(limiter: FlexibleLimiter): RateLimiter {
  const given = ((limiter as unknown) ?? {}) as Readonly<Record<string, unknown>>;
  requireLimiter(typeof given["consume"] === "function", "give a limiter of rate-limiter-flexible");
  const { points: limit, duration: windowSeconds } = limiter;
  requireLimiter(limit > 0, "points: must be more than 0");
  requireLimiter(windowSeconds > 0, "duration: must be more than 0 seconds");
  return {
    async consume(key) {
      try {
        await limiter.consume(await backendKey(key));
        return { allowed: true };
      } catch (rejection) {
        const retryAfterSeconds = secondsToWait(rejection);
        return { allowed: false, retryAfterSeconds, limit, windowSeconds };
      }
    },
  };
}

/** A `RateLimiterRes` is an answer, and anything else a failure. */
function secondsToWait(rejection: unknown): number {
  const { msBeforeNext } = Object(rejection) as { msBeforeNext?: unknown };
  if (rejection instanceof Error || typeof msBeforeNext !== "number") throw rejection;
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}

function requireLimiter(condition: boolean, message: string): void {
  if (!condition) throw new MisuseError("ERR_OPTION", `rateLimiterFlexible: ${message}`);
}

const PLAIN = /^(?!sha256:)[\x21-\x7e]{1,128}$/;

/**
 * The key as every backend takes it: the tables of `rate-limiter-flexible` hold 255 characters, and PostgreSQL no NUL.
 * What is longer or stranger counts by its digest.
 */
async function backendKey(key: string): Promise<string> {
  if (PLAIN.test(key)) return key;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return `sha256:${hex.join("")}`;
}
