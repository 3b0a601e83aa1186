import type { Awaitable } from "../lib/result.js";

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
   * Counts one request against a key, such as `address:203.0.113.7`, `address:2001:db8:1:2::/64`, `address:unknown` for
   * all callers whose address the platform does not tell, `initial_access_token:…`, `software_id:…` or `global:all`. A
   * key may hold any text that a client sends, so long as its request may be.
   */
  consume(key: string): Awaitable<RateLimitVerdict>;
}
