import type { RateLimiter } from "@oauth-dcr/core";

/** What a rate-limit binding of Cloudflare Workers offers. */
export interface CloudflareRateLimit {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/**
 * A limiter over a rate-limit binding. The binding counts in each location by itself and not exactly. It does not tell
 * when to come again, so that a refused caller is told the whole window.
 *
 * @param simple what the configuration of the binding says under `simple`: the limit, and its period in seconds
 * @see https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/
 */
export function cloudflareRateLimiter(
  binding: CloudflareRateLimit,
  simple: { readonly limit: number; readonly windowSeconds: number },
): RateLimiter {
  const { limit, windowSeconds } = simple;
  return {
    async consume(key) {
      const { success } = await binding.limit({ key });
      return success
        ? { allowed: true }
        : { allowed: false, retryAfterSeconds: windowSeconds, limit, windowSeconds };
    },
  };
}
