import { requireKnownOptions } from "../lib/known-options.js";
import type { Failure } from "../failure.js";
import type { InitialAccessToken } from "../store/records.js";
import { checkConstraints } from "../initial-access-token/check-constraints.js";
import { verifyInitialAccessToken } from "../initial-access-token/verify-initial-access-token.js";
import { isOwnToken } from "../initial-access-token/token-format.js";
import type {
  InitialAccessTokenVerifier,
  VerifiedInitialAccess,
} from "../initial-access-token/initial-access-token-verifier.js";
import { isUnavailable } from "../json-web-token/json-web-token-problem.js";
import { requireThat } from "../lib/misuse.js";
import { err, ok, type Result } from "../lib/result.js";
import { LIMIT_OPTIONS, limitsOf, checkLimiter, type LimitedRegistration } from "./rate-limited.js";
import type { AccessGrant, AccessRequest, RegistrationAccess } from "./registration-access.js";

/** How initial access tokens are verified. */
export interface InitialAccessTokenOptions {
  /** Judges tokens that are not ours, such as `jwtInitialAccessTokens` of `@oauth-dcr/core/jose`. */
  readonly initialAccessTokenVerifier?: InitialAccessTokenVerifier;
}

/**
 * Counts requests before their token is looked at. Without it, whoever has no token can ask as often as they like, which
 * costs a lookup each.
 */
export type ProtectedRegistrationOptions = Partial<LimitedRegistration> & InitialAccessTokenOptions;

/**
 * Lets those register who hold an initial access token. This is what holds when nothing is said.
 *
 * @example
 * ```ts
 * import { protectedRegistration } from "@oauth-dcr/core";
 * import { memoryRateLimiter } from "@oauth-dcr/core/memory";
 *
 * const access = protectedRegistration({ rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 60 }) });
 * ```
 * @throws MisuseError for a rate limiter or a verifier that is none
 * @see RFC 7591 Appendix A.1.2 https://www.rfc-editor.org/rfc/rfc7591#appendix-A.1.2
 */
export function protectedRegistration(options: ProtectedRegistrationOptions = {}): RegistrationAccess {
  requireKnownOptions("protectedRegistration", options, [...LIMIT_OPTIONS, "initialAccessTokenVerifier"]);
  const { rateLimiter, initialAccessTokenVerifier } = options;
  if (LIMIT_OPTIONS.some((name) => options[name] !== undefined)) {
    checkLimiter("protectedRegistration", options);
  }
  checkVerifier("protectedRegistration", options);
  return {
    ...(rateLimiter && { limits: limitsOf({ ...options, rateLimiter }) }),
    admit: (request) => admitByToken(request, initialAccessTokenVerifier),
  };
}

/** @throws MisuseError for a verifier that is none */
export function checkVerifier(name: string, { initialAccessTokenVerifier }: InitialAccessTokenOptions): void {
  requireThat(
    initialAccessTokenVerifier === undefined ||
      typeof (initialAccessTokenVerifier as { verify?: unknown }).verify === "function",
    "ERR_OPTION",
    `${name}: initialAccessTokenVerifier must be a verifier, such as jwtInitialAccessTokens({ … })`,
  );
}

/** Judges the token alone. */
export async function admitByToken(
  { credentials, store, nowSeconds }: AccessRequest,
  initialAccessTokenVerifier: InitialAccessTokenVerifier | undefined,
): Promise<Result<AccessGrant, Failure>> {
  switch (credentials.kind) {
    case "none":
      return err({ kind: "token_required" });
    case "in_query":
      return err({ kind: "token_in_query" });
    case "malformed":
      return err({ kind: "token_refused", reason: "malformed" });
    case "token":
      return initialAccessTokenVerifier && !isOwnToken(credentials.token)
        ? admitForeign(credentials.token, initialAccessTokenVerifier, nowSeconds)
        : admitOwn(credentials.token, { store, nowSeconds });
  }
}

async function admitOwn(
  token: string,
  { store, nowSeconds }: Pick<AccessRequest, "store" | "nowSeconds">,
): Promise<Result<AccessGrant, Failure>> {
  try {
    const verified = await verifyInitialAccessToken(token, store, nowSeconds);
    if (!verified.ok) return err({ kind: "token_refused", ...verified.error });
    return ok({ origin: originOf(verified.value), spendInitialAccessToken: verified.value.id });
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}

async function admitForeign(
  token: string,
  verifier: InitialAccessTokenVerifier,
  nowSeconds: number,
): Promise<Result<AccessGrant, Failure>> {
  try {
    const verified = await verifier.verify(token, nowSeconds);
    if (verified.ok) {
      const constraints = checkConstraints(verified.value.constraints);
      const origin = originOf({ ...verified.value, constraints });
      return ok({ origin, spendForeignToken: verified.value.spend });
    }
    const { reason, cause } = verified.error;
    return err(
      isUnavailable(reason)
        ? { kind: "verifier_unavailable", cause: cause ?? reason }
        : { kind: "token_refused", reason },
    );
  } catch (cause) {
    // Nobody is admitted by a verifier that fails, nor without the constraints that it meant.
    return err({ kind: "verifier_unavailable", cause });
  }
}

function originOf({
  id,
  owner,
  constraints,
}: Pick<InitialAccessToken | VerifiedInitialAccess, "id" | "owner" | "constraints">): AccessGrant["origin"] {
  return {
    source: "initial_access_token",
    initialAccessTokenId: id,
    ...(owner !== undefined && { owner }),
    constraints,
  };
}
