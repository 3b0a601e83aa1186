import type { RateLimiter } from "@oauth-dcr/core";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { cloudflareRateLimiter, type CloudflareRateLimit } from "@oauth-dcr/rate-limit/cloudflare";

/** Says the same numbers as `wrangler.json`: a binding does not tell its own. */
export function rateLimiterOf(binding: CloudflareRateLimit | undefined): RateLimiter {
  const simple = { limit: 20, windowSeconds: 60 };
  // Without the binding each isolate counts by itself, of which there may be many.
  return binding ? cloudflareRateLimiter(binding, simple) : memoryRateLimiter(simple);
}
