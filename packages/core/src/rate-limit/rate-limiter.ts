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

/** Counts requests. */
export interface RateLimiter {
  /**
   * Counts one request against a key: an IPv4 address, the /64 of an IPv6 address, or `unknown` for all callers whose
   * address the platform does not tell.
   */
  consume(key: string): Awaitable<RateLimitVerdict>;
}
