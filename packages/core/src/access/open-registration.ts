import type { Failure } from "../failure.js";
import { requireThat } from "../misuse.js";
import { addressKey } from "../rate-limit/address-key.js";
import type { RateLimiter, RateLimitVerdict } from "../rate-limit/rate-limiter.js";
import type { RequestContext } from "../request-context.js";
import { err, ok, type Awaitable, type Result } from "../result.js";

/** Who may register. Judged before a byte of the body is read. */
export interface RegistrationAccess {
  admit(context: RequestContext): Awaitable<Result<void, Failure>>;
}

export interface LimitedRegistration {
  /** Counts each registration request against the caller's address. */
  readonly rateLimiter: RateLimiter;
  /**
   * Told of a limiter that throws, and says what that means. Default: `refuse`, a 503 until it is back. Only a function
   * can admit, so that it never happens unseen.
   */
  readonly whenRateLimiterFails?: (error: unknown) => Awaitable<"refuse" | "admit">;
}

export interface UnlimitedRegistration {
  /** @deprecated Lets anybody fill the store as fast as they can send. Only where something before us limits. */
  readonly dangerouslyUnlimited: true;
}

export type OpenRegistrationOptions = LimitedRegistration | UnlimitedRegistration;

/**
 * Lets anybody register, within a rate limit.
 *
 * @throws MisuseError without a rate limiter
 * @see RFC 7591 Appendix A.1.1 https://www.rfc-editor.org/rfc/rfc7591#appendix-A.1.1
 */
export function openRegistration(options: OpenRegistrationOptions): RegistrationAccess {
  // As a caller without types may have written them: both at once would leave open which one holds.
  const given: { rateLimiter?: Partial<RateLimiter>; dangerouslyUnlimited?: unknown } = options;
  if (given.dangerouslyUnlimited === true && given.rateLimiter === undefined)
    return { admit: () => ok(undefined) };
  requireThat(
    typeof given.rateLimiter?.consume === "function" && given.dangerouslyUnlimited === undefined,
    "ERR_RATE_LIMITER_REQUIRED",
    "openRegistration: give a rateLimiter and nothing else, such as memoryRateLimiter({ limit: 20, windowSeconds: 60 })",
  );
  const { rateLimiter, whenRateLimiterFails = () => "refuse" } = options as LimitedRegistration;
  requireThat(
    typeof whenRateLimiterFails === "function",
    "ERR_OPTION",
    "openRegistration: whenRateLimiterFails must be a function that answers refuse or admit",
  );

  return {
    async admit(context) {
      try {
        const verdict = checkVerdict(await rateLimiter.consume(addressKey(context.clientAddress)));
        return verdict.allowed ? ok(undefined) : err({ ...verdict, kind: "rate_limited" });
      } catch (cause) {
        const refusal = err<Failure>({ kind: "rate_limiter_unavailable", cause });
        try {
          return (await whenRateLimiterFails(cause)) === "admit" ? ok(undefined) : refusal;
        } catch {
          return refusal;
        }
      }
    },
  };
}

/** A limiter that answers something else is one that fails: nothing of it may reach a header. */
function checkVerdict(verdict: RateLimitVerdict): RateLimitVerdict {
  const given = Object(verdict) as Readonly<Record<string, unknown>>;
  if (given["allowed"] === true) return { allowed: true };
  const [retryAfterSeconds, limit, windowSeconds] = ["retryAfterSeconds", "limit", "windowSeconds"].map(
    (name) => Math.max(1, Math.ceil(Number(given[name]))),
  );
  if (given["allowed"] === false && retryAfterSeconds && limit && windowSeconds) {
    return { allowed: false, retryAfterSeconds, limit, windowSeconds };
  }
  throw new TypeError("rateLimiter.consume() must answer a RateLimitVerdict");
}
