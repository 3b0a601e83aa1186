import { MisuseError, type RateLimiter } from "@oauth-dcr/core";

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
