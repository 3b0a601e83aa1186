import { requireKnownOptions } from "../lib/known-options.js";
import type { Failure } from "../failure.js";
import { requireThat } from "../lib/misuse.js";
import { err, ok, type Result } from "../lib/result.js";
import { admitByToken, checkVerifier, type InitialAccessTokenOptions } from "./protected-registration.js";
import { LIMIT_OPTIONS, limitsOf, checkLimiter, type LimitedRegistration } from "./rate-limited.js";
import type { AccessGrant, AccessRequest, RegistrationAccess } from "./registration-access.js";

/** Registration without any limit of its own. */
export interface UnlimitedRegistration {
  /**
   * Registers without a rate limit.
   *
   * @deprecated Lets anybody fill the store as fast as they can send. Only where something before us limits.
   */
  readonly dangerouslyUnlimited: true;
}

/** Options of `openRegistration`: a limit, or the explicit lack of one. */
export type OpenRegistrationOptions = (LimitedRegistration | UnlimitedRegistration) & {
  /**
   * Whether a caller who sends an initial access token registers by that token, and is refused with a bad one. Default
   * false, unless there is a verifier: what stands in `Authorization` is not looked at.
   */
  readonly acceptInitialAccessTokens?: boolean;
} & InitialAccessTokenOptions;

const OPEN: AccessGrant = { origin: { source: "open" } };

/**
 * Lets anybody register, within a rate limit.
 *
 * @example
 * ```ts
 * import { openRegistration } from "@oauth-dcr/core";
 * import { memoryRateLimiter } from "@oauth-dcr/core/memory";
 *
 * const access = openRegistration({ rateLimiter: memoryRateLimiter({ limit: 20, windowSeconds: 3600 }) });
 * ```
 * @throws MisuseError without a rate limiter
 * @see RFC 7591 Appendix A.1.1 https://www.rfc-editor.org/rfc/rfc7591#appendix-A.1.1
 */
export function openRegistration(options: OpenRegistrationOptions): RegistrationAccess {
  requireKnownOptions("openRegistration", options, [
    ...LIMIT_OPTIONS,
    "dangerouslyUnlimited",
    "acceptInitialAccessTokens",
    "initialAccessTokenVerifier",
  ]);
  // As a caller without types may have written them: both at once would leave open which one holds.
  const given: Partial<LimitedRegistration & { dangerouslyUnlimited: unknown }> = options;
  const unlimited =
    given.dangerouslyUnlimited === true &&
    given.rateLimiter === undefined &&
    given.rateLimiters === undefined;
  if (!unlimited) {
    checkLimiter("openRegistration", given);
    requireThat(
      given.dangerouslyUnlimited === undefined,
      "ERR_RATE_LIMITER_REQUIRED",
      "openRegistration: give a rateLimiter or dangerouslyUnlimited: true, not both",
    );
  }
  checkVerifier("openRegistration", options);
  const { initialAccessTokenVerifier } = options;
  const { acceptInitialAccessTokens = initialAccessTokenVerifier !== undefined } = options;

  return {
    ...(!unlimited && { limits: limitsOf(options as LimitedRegistration) }),
    admit: (request) =>
      acceptInitialAccessTokens ? openOrByToken(request, initialAccessTokenVerifier) : ok(OPEN),
  };
}

function openOrByToken(
  request: AccessRequest,
  initialAccessTokenVerifier: InitialAccessTokenOptions["initialAccessTokenVerifier"],
): Promise<Result<AccessGrant, Failure>> | Result<AccessGrant, Failure> {
  const { kind } = request.credentials;
  if (kind === "in_query") return err({ kind: "token_in_query" });
  return kind === "none" ? ok(OPEN) : admitByToken(request, initialAccessTokenVerifier);
}
