import type { Failure } from "../failure.js";
import { requireThat } from "../misuse.js";
import { addressKey } from "../rate-limit/address-key.js";
import type { RateLimiter, RateLimitVerdict } from "../rate-limit/rate-limiter.js";
import type { RequestContext } from "../request-context.js";
import { err, ok, type Awaitable, type Result } from "../result.js";

export interface LimitedRegistration {
  /** Counts each request to the endpoints against the caller's address. */
  readonly rateLimiter: RateLimiter;
  /**
   * Told of a limiter that throws, and says what that means. Default: `refuse`, a 503 until it is back. Only a function
   * can admit, so that it never happens unseen.
   */
  readonly whenRateLimiterFails?: (error: unknown) => Awaitable<"refuse" | "admit">;
}

/** @throws MisuseError for a limiter that is none */
export function checkLimiter(name: string, given: Partial<LimitedRegistration>): void {
  requireThat(
    typeof (given.rateLimiter as Partial<RateLimiter> | undefined)?.consume === "function",
    "ERR_RATE_LIMITER_REQUIRED",
    `${name}: give a rateLimiter, such as memoryRateLimiter({ limit: 20, windowSeconds: 60 })`,
  );
  requireThat(
    given.whenRateLimiterFails === undefined || typeof given.whenRateLimiterFails === "function",
    "ERR_OPTION",
    `${name}: whenRateLimiterFails must be a function that answers refuse or admit`,
  );
}

/** Counts the request against its caller's address. */
export async function consumeLimit(
  context: RequestContext,
  { rateLimiter, whenRateLimiterFails = () => "refuse" }: LimitedRegistration,
): Promise<Result<void, Failure>> {
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
