import { requireKnownOptions } from "../lib/known-options.js";
import type { Failure } from "../failure.js";
import { requireThat } from "../lib/misuse.js";
import { addressKey, requireIpv6PrefixLength } from "../rate-limit/address-key.js";
import type { RateLimiter, RateLimitVerdict } from "../rate-limit/rate-limiter.js";
import { isPromise, whenKnown } from "../lib/steps.js";
import { err, ok, type Awaitable, type Result } from "../lib/result.js";
import type { RegistrationLimits } from "./registration-access.js";

/** Limits beside the one for each address. They may share a backend: no two of them have a key in common. */
export interface RegistrationRateLimiters {
  /** Counts each registration by an initial access token, once the token was found good. */
  readonly perInitialAccessToken?: RateLimiter;
  /**
   * Counts each registration with acceptable metadata that names a `software_id`. Unless a software statement says it,
   * that is the caller's own word.
   */
  readonly perSoftwareId?: RateLimiter;
  /**
   * Counts each new client against the caller's address, right before it is stored. A registration that leads to a shared
   * client that is there already costs nothing of it. With it, `rateLimiter` can be a ceiling against floods, so high that
   * a hosted client's one address does not lock its users out.
   */
  readonly perNewClient?: RateLimiter;
  /** Counts all registrations together, once the caller is admitted. */
  readonly global?: RateLimiter;
}

/** The limits of an access mode. */
export interface LimitedRegistration {
  /** Counts each request to the endpoints against the caller's address. */
  readonly rateLimiter: RateLimiter;
  /** Further limiters, each for one scope. Default: none. */
  readonly rateLimiters?: RegistrationRateLimiters;
  /** How many bits of an IPv6 address make one caller, 16 to 128. Default 64. */
  readonly ipv6PrefixLength?: number;
  /**
   * Told of a limiter that throws, and says what that means. Default: `refuse`, a 503 until it is back. Only a function
   * can admit, so that it never happens unseen.
   */
  readonly whenRateLimiterFails?: (error: unknown) => Awaitable<"refuse" | "admit">;
}

/** Which of the limits a request went over. */
export type RateLimitScope = Extract<Failure, { kind: "rate_limited" }>["scope"];

/** The options of every access mode that limits its callers. */
export const LIMIT_OPTIONS = [
  "rateLimiter",
  "rateLimiters",
  "ipv6PrefixLength",
  "whenRateLimiterFails",
] as const satisfies readonly (keyof LimitedRegistration)[];

/** @throws MisuseError for a limiter that is none */
export function checkLimiter(name: string, given: Partial<LimitedRegistration>): void {
  requireThat(
    isLimiter(given.rateLimiter),
    "ERR_RATE_LIMITER_REQUIRED",
    `${name}: give a rateLimiter, such as memoryRateLimiter({ limit: 20, windowSeconds: 60 })`,
  );
  const { rateLimiters = {} } = given;
  requireKnownOptions(`${name}: rateLimiters`, rateLimiters, [
    "perNewClient",
    "perInitialAccessToken",
    "perSoftwareId",
    "global",
  ]);
  for (const [key, limiter] of Object.entries(rateLimiters)) {
    const isRight = limiter === undefined || isLimiter(limiter);
    requireThat(isRight, "ERR_OPTION", `${name}: rateLimiters.${key} must be a rate limiter`);
  }
  requireIpv6PrefixLength(given.ipv6PrefixLength, `${name}: ipv6PrefixLength`);
  requireThat(
    given.whenRateLimiterFails === undefined || typeof given.whenRateLimiterFails === "function",
    "ERR_OPTION",
    `${name}: whenRateLimiterFails must be a function that answers refuse or admit`,
  );
}

function isLimiter(value: unknown): boolean {
  return typeof (value as Partial<RateLimiter> | null | undefined)?.consume === "function";
}

/** The limits that these options ask for. */
export function limitsOf(options: LimitedRegistration): RegistrationLimits {
  const { perNewClient, perInitialAccessToken, perSoftwareId, global } = options.rateLimiters ?? {};
  const consume = (limiter: RateLimiter | undefined, scope: RateLimitScope, name: string) =>
    limiter ? consumeLimit(limiter, { scope, name }, options) : ok(undefined);
  return {
    request: ({ clientAddress }) =>
      consume(options.rateLimiter, "address", addressKey(clientAddress, options.ipv6PrefixLength)),
    newClient: ({ clientAddress }) =>
      consume(perNewClient, "new_client", addressKey(clientAddress, options.ipv6PrefixLength)),
    registration({ initialAccessTokenId: id }) {
      const own =
        id === undefined ? ok(undefined) : consume(perInitialAccessToken, "initial_access_token", id);
      // Last, so that a caller over a limit of their own takes nothing from the limit of all.
      const all = (within: Result<void, Failure>) => (within.ok ? consume(global, "global", "all") : within);
      return whenKnown(own, all);
    },
    software: (softwareId) => consume(perSoftwareId, "software_id", softwareId),
  };
}

function consumeLimit(
  limiter: RateLimiter,
  { scope, name }: { readonly scope: RateLimitScope; readonly name: string },
  { whenRateLimiterFails = () => "refuse" }: LimitedRegistration,
): Awaitable<Result<void, Failure>> {
  const judged = (answer: RateLimitVerdict): Result<void, Failure> => {
    const verdict = checkVerdict(answer);
    return verdict.allowed ? ok(undefined) : err({ ...verdict, kind: "rate_limited", scope, key: name });
  };
  const failed = async (cause: unknown): Promise<Result<void, Failure>> => {
    const refusal = err<Failure>({ kind: "rate_limiter_unavailable", cause });
    try {
      return (await whenRateLimiterFails(cause)) === "admit" ? ok(undefined) : refusal;
    } catch {
      return refusal;
    }
  };
  try {
    const answer = limiter.consume(`${scope}:${name}`);
    return isPromise(answer) ? answer.then(judged).catch(failed) : judged(answer);
  } catch (cause) {
    return failed(cause);
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
