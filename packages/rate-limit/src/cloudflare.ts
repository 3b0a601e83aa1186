import { MisuseError, requireKnownOptions, type RateLimiter } from "@oauth-dcr/core";

/** A rate-limit binding of Cloudflare Workers. */
export interface CloudflareRateLimit {
  /** Counts one request of a key. `success` is `false` when the key is over its limit. */
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** The numbers under `simple` in the configuration of the binding. */
export interface CloudflareRateLimitOptions {
  /** Requests of one key in a window, a positive integer. Required. */
  readonly limit: number;
  /** `period` of the configuration: the length of a window, in seconds, a positive integer. Required. */
  readonly windowSeconds: number;
}

/**
 * A rate limiter on a rate-limit binding of Cloudflare Workers. The binding counts in each location by itself, and not
 * exactly. It does not say when the window ends, so `retryAfterSeconds` is always the whole window. `consume` rejects with
 * the error of the binding.
 *
 * @param binding such as `env.LIMITER`
 * @param simple the same numbers as in the configuration of the binding
 * @throws MisuseError for a value that is no binding, and for an unknown, missing or invalid option
 * @see https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/
 * @example
 * ```ts
 * import { cloudflareRateLimiter, type CloudflareRateLimit } from "@oauth-dcr/rate-limit/cloudflare";
 *
 * export function rateLimiterOf(env: { readonly LIMITER: CloudflareRateLimit }) {
 *   return cloudflareRateLimiter(env.LIMITER, { limit: 20, windowSeconds: 60 });
 * }
 * ```
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
