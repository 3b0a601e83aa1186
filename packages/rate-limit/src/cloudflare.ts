import { MisuseError, requireKnownOptions, type RateLimiter } from "@oauth-dcr/core";

/** What a rate-limit binding of Cloudflare Workers offers. */
export interface CloudflareRateLimit {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** What the configuration of a binding says under `simple`. */
export interface CloudflareRateLimitOptions {
  readonly limit: number;
  readonly windowSeconds: number;
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
  simple: CloudflareRateLimitOptions,
): RateLimiter {
  if (typeof (binding as Partial<CloudflareRateLimit> | undefined)?.limit !== "function") {
    throw new MisuseError(
      "ERR_OPTION",
      "cloudflareRateLimiter: binding: give a rate-limit binding, such as env.LIMITER",
    );
  }
  requireKnownOptions("cloudflareRateLimiter", simple, [
    "limit",
    "windowSeconds",
  ] satisfies (keyof CloudflareRateLimitOptions)[]);
  const { limit, windowSeconds } = simple;
  for (const [name, value] of Object.entries({ limit, windowSeconds })) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new MisuseError("ERR_OPTION", `cloudflareRateLimiter: ${name}: must be a positive integer`);
  }
  return {
    async consume(key) {
      const { success } = await binding.limit({ key });
      return success
        ? { allowed: true }
        : { allowed: false, retryAfterSeconds: windowSeconds, limit, windowSeconds };
    },
  };
}
