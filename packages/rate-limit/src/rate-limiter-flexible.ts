import { MisuseError, type RateLimiter } from "@oauth-dcr/core";
import { backendKey } from "./backend-key.js";

/** What is used of a limiter of `rate-limiter-flexible`. */
export interface FlexibleLimiter {
  /** Requests in a window. */
  readonly points: number;
  /** Seconds. */
  readonly duration: number;
  /** Rejects with an answer where the key is over its limit, and with an Error where the backend fails. */
  consume(key: string): Promise<unknown>;
}

/**
 * A limiter that counts in Redis, Valkey, PostgreSQL or whatever else `rate-limiter-flexible` has a limiter for. What
 * that limiter throws is thrown on: give its client a time limit, and have it refuse commands while it is not connected.
 *
 * @throws MisuseError for a limiter that is none, or that has no window
 * @see https://github.com/animir/node-rate-limiter-flexible
 */
export function rateLimiterFlexible(limiter: FlexibleLimiter): RateLimiter {
  const { points: limit, duration: windowSeconds } = limiter;
  if (typeof limiter.consume !== "function" || !(limit > 0) || !(windowSeconds > 0)) {
    throw new MisuseError("ERR_OPTION", "rateLimiterFlexible: give a limiter with points and a duration");
  }
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
