import type { JsonWebTokenClaims } from "../json-web-token/claims.js";
import type { JsonWebTokenRefusal } from "../json-web-token/json-web-token-problem.js";
import { err, ok, type Result } from "../lib/result.js";
import { parseScope } from "../scope/scope.js";

/** A JWT access token whose signature, audience and times hold. */
export interface VerifiedJwtAccess {
  readonly issuer: string;
  readonly subject: string;
  /** To whom the token was issued: not the client that is being registered. */
  readonly clientId: string;
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
export function readJwtAccess(
  claims: JsonWebTokenClaims,
): Result<VerifiedJwtAccess, JsonWebTokenRefusal<"malformed" | "claim_missing">> {
  const { iss, sub, aud, jti, exp, iat, client_id, scope } = claims;
  if ([sub, aud, jti, exp, iat, client_id].includes(undefined)) return err({ reason: "claim_missing" });
  const scopes = scope === undefined ? [] : typeof scope === "string" ? parseScope(scope) : undefined;
  if (sub === undefined || jti === undefined || exp === undefined) return err({ reason: "claim_missing" });
  if (typeof client_id !== "string" || client_id === "" || !scopes) return err({ reason: "malformed" });
  return ok({ issuer: iss, subject: sub, clientId: client_id, jti, expiresAt: exp, scopes, claims });
}
