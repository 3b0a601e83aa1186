import { requireKnownOptions } from "../lib/known-options.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import type { InitialAccessTokenConstraints } from "../store/records.js";
import { checkAudience, checkClockTolerance } from "../json-web-token/verifier-options.js";
import { type ReplayStore, checkReplayStore, spendOnce } from "../json-web-token/replay-store.js";
import { trustedSigners, type TrustedIssuer } from "../json-web-token/trusted-issuer.js";
import { verifyJsonWebToken } from "../json-web-token/verify-json-web-token.js";
import { requireThat } from "../lib/misuse.js";
import { err, ok, type Result } from "../lib/result.js";
import { isScopeToken, parseScope } from "../scope/scope.js";
import type { InitialAccessTokenVerifier, VerifiedInitialAccess } from "./initial-access-token-verifier.js";
import type { JsonWebTokenClaims } from "../json-web-token/claims.js";
import type { JsonWebTokenRefusal } from "../json-web-token/json-web-token-problem.js";

/** Options of `jwtInitialAccessTokens`. */
export interface JwtInitialAccessTokensOptions {
  /** Whose tokens are taken, each with its keys. */
  readonly trustedIssuers: readonly TrustedIssuer[];
  /** Our names as a resource, such as the URL of the registration endpoint; a token must name one. */
  readonly audience: string | readonly string[];
  /** A scope token that it must have, such as `dcr:register`. */
  readonly requiredScope?: string;
  /** What the client must keep to; nothing unless told. One that throws answers 503. */
  readonly constrain?: (access: VerifiedJwtAccess) => InitialAccessTokenConstraints;
  /** With it each token registers one client. Without it a token registers as many as it can until it expires. */
  readonly replay?: ReplayStore;
  /** Fetches the keys of issuers that have a `jwksUri`. */
  readonly guardedFetch?: GuardedFetch;
  /** Default 60, at most 300. */
  readonly clockToleranceSeconds?: number;
}

/**
 * Takes JWT access tokens of trusted authorization servers as initial access tokens.
 *
 * @example
 * ```ts
 * import { protectedRegistration } from "@oauth-dcr/core";
 * import { guardedFetch, webConnection } from "@oauth-dcr/core/guarded-fetch";
 * import { jwtInitialAccessTokens } from "@oauth-dcr/core/jose";
 *
 * const access = protectedRegistration({
 *   initialAccessTokenVerifier: jwtInitialAccessTokens({
 *     trustedIssuers: [{ issuer: "https://login.example", keys: { jwksUri: "https://login.example/jwks" } }],
 *     audience: "https://as.example/register",
 *     requiredScope: "dcr:register",
 *     guardedFetch: guardedFetch({ connection: webConnection() }),
 *   }),
 * });
 * ```
 * @throws MisuseError for options that make no sense
 * @see RFC 9068 section 4 https://www.rfc-editor.org/rfc/rfc9068#section-4
 * @see RFC 7591 section 1.2 https://www.rfc-editor.org/rfc/rfc7591#section-1.2
 */
export function jwtInitialAccessTokens(options: JwtInitialAccessTokensOptions): InitialAccessTokenVerifier {
  requireKnownOptions("jwtInitialAccessTokens", options, [
    "trustedIssuers",
    "audience",
    "requiredScope",
    "constrain",
    "replay",
    "guardedFetch",
    "clockToleranceSeconds",
  ] satisfies (keyof JwtInitialAccessTokensOptions)[]);
  const { requiredScope, constrain = () => ({}) } = options;
  requireThat(
    requiredScope === undefined || (typeof requiredScope === "string" && isScopeToken(requiredScope)),
    "ERR_OPTION",
    "requiredScope: must be one scope token",
  );
  requireThat(typeof constrain === "function", "ERR_OPTION", "constrain: must be a function");
  const replay = options.replay === undefined ? undefined : checkReplayStore(options.replay);
  const signers = trustedSigners(options.trustedIssuers, options.guardedFetch);
  const clockToleranceSeconds = checkClockTolerance(options.clockToleranceSeconds);
  const expected = {
    signerOf: (issuer: string) => signers.get(issuer),
    types: ["at+jwt"],
    audience: checkAudience(options.audience),
    clockToleranceSeconds,
  };

  return Object.freeze<InitialAccessTokenVerifier>({
    async verify(token, nowSeconds) {
      const verified = await verifyJsonWebToken(token, expected, nowSeconds);
      if (!verified.ok) return verified;
      const access = readJwtAccess(verified.value);
      if (!access.ok) return access;
      const { issuer, jti, subject, expiresAt, scopes } = access.value;
      if (requiredScope !== undefined && !scopes.includes(requiredScope)) {
        return err({ reason: "insufficient_scope" });
      }
      const lastInstant = expiresAt + clockToleranceSeconds;
      const spend: VerifiedInitialAccess["spend"] = async (at) => {
        if (at >= lastInstant) return err({ reason: "expired" });
        return replay
          ? spendOnce(replay, "initial_access_token", { iss: issuer, jti }, lastInstant)
          : ok(undefined);
      };
      try {
        return ok({
          id: `${issuer}#${jti}`,
          // An issuer of its own may have somebody of the same name as another.
          owner: `${issuer}#${subject}`,
          constraints: constrain(access.value),
          spend,
        });
      } catch (cause) {
        return err({ reason: "constraints_failed", cause });
      }
    },
  });
}

/** A JWT access token whose signature, audience and times hold. */
export interface VerifiedJwtAccess {
  /** Who issued the token. */
  readonly issuer: string;
  /** Whom the token is about. */
  readonly subject: string;
  /** To whom the token was issued: not the client that is being registered. */
  readonly clientId: string;
  /** Names the token; unique for its issuer. */
  readonly jti: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** Empty for a token without `scope`. */
  readonly scopes: readonly string[];
  /** All of its claims, those that its issuer added among them. */
  readonly claims: JsonWebTokenClaims;
}

/**
 * The claims that an access token must have.
 * @see RFC 9068 section 2.2 https://www.rfc-editor.org/rfc/rfc9068#section-2.2
 */
function readJwtAccess(
  claims: JsonWebTokenClaims,
): Result<VerifiedJwtAccess, JsonWebTokenRefusal<"malformed" | "claim_missing">> {
  const { iss, sub, aud, jti, exp, iat, client_id, scope } = claims;
  if (
    sub === undefined ||
    jti === undefined ||
    exp === undefined ||
    [aud, iat, client_id].includes(undefined)
  ) {
    return err({ reason: "claim_missing" });
  }
  const scopes = scope === undefined ? [] : typeof scope === "string" ? parseScope(scope) : undefined;
  if (typeof client_id !== "string" || client_id === "" || !scopes) return err({ reason: "malformed" });
  return ok({ issuer: iss, subject: sub, clientId: client_id, jti, expiresAt: exp, scopes, claims });
}
