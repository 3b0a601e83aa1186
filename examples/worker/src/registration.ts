import {
  createClientRegistration,
  mcpPreset,
  openRegistration,
  type ClientRegistration,
} from "@oauth-dcr/core";
import type { CloudflareRateLimit } from "@oauth-dcr/rate-limit/cloudflare";
import { openD1Store, type D1Database } from "@oauth-dcr/store-sql/d1";
import { rateLimiterOf } from "./rate-limiter.js";

/** What `wrangler.json` gives the worker. */
export interface Env {
  readonly DB: D1Database;
  readonly LIMITER?: CloudflareRateLimit;
  readonly ISSUER: string;
  readonly MOST_UNUSED_CLIENTS: string;
  readonly UNUSED_TTL_SECONDS: string;
}

let registration: ClientRegistration | undefined;

/** One for all requests of this isolate: it holds nothing that belongs to a request. */
export function registrationOf(env: Env): ClientRegistration {
  registration ??= createRegistration(env);
  return registration;
}

function createRegistration(env: Env): ClientRegistration {
  const unusedTtlSeconds = Number(env.UNUSED_TTL_SECONDS);
  return createClientRegistration({
    ...mcpPreset({ issuer: env.ISSUER, scopes_supported: ["tools:read", "tools:execute"] }),
    access: openRegistration({ rateLimiter: rateLimiterOf(env.LIMITER) }),
    store: openD1Store(env.DB),
    audit: (event) => console.log(JSON.stringify(event)),
    lifecycle: { unusedTtlSeconds, minimumAgeSeconds: Math.min(3600, unusedTtlSeconds) },
    quotas: { total: Number(env.MOST_UNUSED_CLIENTS) },
  });
}
