import {
  createClientRegistration,
  mcpPreset,
  openRegistration,
  type ClientRegistration,
} from "@oauth-dcr/core";
import { statelessStore } from "@oauth-dcr/core/stateless";
import type { CloudflareRateLimit } from "@oauth-dcr/rate-limit/cloudflare";
import { rateLimiterOf } from "./rate-limiter.js";
import { serveRegistration } from "./serve-registration.js";

/** What the worker needs without any storage: a key that all of its instances have. */
interface Env {
  readonly LIMITER?: CloudflareRateLimit;
  readonly ISSUER: string;
  /** At least 32 random bytes in base64, as `openssl rand -base64 32` prints them. A secret, and no variable. */
  readonly CLIENT_ID_KEY: string;
}

let registration: ClientRegistration | undefined;

const app = serveRegistration((env: Env) => {
  if (!env.CLIENT_ID_KEY) throw new Error("CLIENT_ID_KEY: give the worker this secret");
  registration ??= createClientRegistration({
    ...mcpPreset({ issuer: env.ISSUER, scopes_supported: ["tools:read", "tools:execute"] }),
    access: openRegistration({ rateLimiter: rateLimiterOf(env.LIMITER) }),
    store: statelessStore({
      issuer: env.ISSUER,
      keys: [{ id: "1", secret: Uint8Array.from(atob(env.CLIENT_ID_KEY), (letter) => letter.charCodeAt(0)) }],
      ttlSeconds: 90 * 86_400,
    }),
    audit: (event) => console.log(JSON.stringify(event)),
  });
  return registration;
});

export default {
  fetch: app.fetch,

  /** The cron trigger of `wrangler.json`, which the worker with D1 needs: here is nothing to sweep. */
  async scheduled(): Promise<void> {
    await registration?.auditDelivery.flush();
  },
};
