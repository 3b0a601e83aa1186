import { BoundedMap } from "../lib/bounded-map.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import type { RateLimiter } from "./rate-limiter.js";

/** Options of `memoryRateLimiter`. */
export interface MemoryRateLimiterOptions {
  /** How many requests a key has at once, and again after each window. */
  readonly limit: number;
  /** How long it takes until a key has its whole allowance again. */
  readonly windowSeconds: number;
  /** How many keys are remembered. The longest unused is forgotten first. Default 100,000. */
  readonly maxKeys?: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/** Less than a microsecond is what is left of rounding. */
const ROUNDING_MS = 0.001;

/**
 * A limiter for one process: each key has `limit` requests, and gets one back every `windowSeconds / limit` seconds
 * (the generic cell rate algorithm, which needs one number a key).
 *
 * @example
 * ```ts
 * import { memoryRateLimiter } from "@oauth-dcr/core/memory";
 *
 * const rateLimiter = memoryRateLimiter({ limit: 20, windowSeconds: 3600 });
 * ```
 * @throws MisuseError when a number makes no sense
 */
export function memoryRateLimiter(options: MemoryRateLimiterOptions): RateLimiter {
  requireKnownOptions("memoryRateLimiter", options, [
    "limit",
    "windowSeconds",
    "maxKeys",
    "clock",
  ] satisfies (keyof MemoryRateLimiterOptions)[]);
  const { limit, windowSeconds, maxKeys = 100_000, clock = Date.now } = options;
  requirePositiveInteger(limit, "ERR_RATE_LIMIT", "limit");
  requireThat(
    Number.isFinite(windowSeconds) && windowSeconds > 0,
    "ERR_RATE_LIMIT",
    "windowSeconds: must be a positive number",
  );
  requirePositiveInteger(maxKeys, "ERR_RATE_LIMIT", "maxKeys");
  const windowMs = windowSeconds * 1000;
  const costMs = windowMs / limit;
  // When each key will have its whole allowance again, in the order in which the keys were last used.
  const replenishedAt = new BoundedMap<string, number>(maxKeys);

  return {
    consume(key) {
      const now = clock();
      const known = replenishedAt.get(key) ?? now;
      // Further ahead than a window is what was counted before the clock was put back: nobody shall wait for that.
      const from = known > now + windowMs + ROUNDING_MS ? now : Math.max(known, now);
      const waitMs = from + costMs - windowMs - now;
      if (waitMs > ROUNDING_MS) {
        return { allowed: false, retryAfterSeconds: Math.ceil(waitMs / 1000), limit, windowSeconds };
      }
      replenishedAt.set(key, from + costMs);
      return { allowed: true };
    },
  };
}
