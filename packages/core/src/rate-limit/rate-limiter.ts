import type { Awaitable } from "../result.js";

/** Over the limit is an answer; a limiter that cannot answer throws. */
export type RateLimitVerdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** Whole seconds, at least 1. */
      readonly retryAfterSeconds: number;
      /** How many requests the key has in a window. */
      readonly limit: number;
      readonly windowSeconds: number;
    };

/** Counts one request against a key. */
export interface RateLimiter {
  consume(key: string): Awaitable<RateLimitVerdict>;
}
