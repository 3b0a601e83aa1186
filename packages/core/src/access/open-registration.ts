import { unavailable, type Failure } from "../failure.js";
import { requireThat } from "../misuse.js";
import { addressKey } from "../rate-limit/address-key.js";
import type { RateLimiter } from "../rate-limit/rate-limiter.js";
import type { RequestContext } from "../request-context.js";
import { err, ok, type Awaitable, type Result } from "../result.js";

/** Who may register. Judged before a byte of the body is read. */
export interface RegistrationAccess {
  admit(context: RequestContext): Awaitable<Result<void, Failure>>;
}

export type OpenRegistrationOptions =
  | {
      /** Counts each registration request against the caller's address. */
      readonly rateLimiter: RateLimiter;
      /** What a limiter that throws means. Default `refuse`: 503 until it is back. */
      readonly whenRateLimiterFails?: "refuse" | "admit";
    }
  | {
      /** @deprecated Lets anybody fill the store as fast as they can send. Only where something before us limits. */
      readonly dangerouslyUnlimited: true;
    };

/**
 * Lets anybody register, within a rate limit.
 *
 * @throws MisuseError without a rate limiter
 * @see RFC 7591 Appendix A.1.1 https://www.rfc-editor.org/rfc/rfc7591#appendix-A.1.1
 */
export function openRegistration(options: OpenRegistrationOptions): RegistrationAccess {
  if ("dangerouslyUnlimited" in options) return { admit: () => ok(undefined) };
  const { rateLimiter, whenRateLimiterFails = "refuse" } = options;
  requireThat(
    typeof (rateLimiter as RateLimiter | undefined)?.consume === "function",
    "ERR_RATE_LIMITER_REQUIRED",
    "openRegistration: give a rateLimiter, such as memoryRateLimiter({ limit: 20, windowSeconds: 60 })",
  );

  return {
    async admit(context) {
      try {
        const verdict = await rateLimiter.consume(addressKey(context.clientAddress));
        if (verdict.allowed) return ok(undefined);
        const { retryAfterSeconds, limit, windowSeconds } = verdict;
        return err({ kind: "rate_limited", retryAfterSeconds, limit, windowSeconds });
      } catch (cause) {
        return whenRateLimiterFails === "admit" ? ok(undefined) : err(unavailable("rate_limiter", cause));
      }
    },
  };
}
