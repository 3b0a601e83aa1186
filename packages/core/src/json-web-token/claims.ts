import { isPlainText } from "../client-metadata/plain-value.js";
import type { JsonObject, JsonValue } from "../lib/json.js";
import type { JsonWebTokenProblem } from "./json-web-token-problem.js";

/**
 * What a token claims, with the registered claims of their types. Times are seconds since the epoch.
 * @see RFC 7519 section 4.1 https://www.rfc-editor.org/rfc/rfc7519#section-4.1
 */
export interface JsonWebTokenClaims extends SignedClaims {
  /** Who issued it. */
  readonly iss: string;
}

/** What a token claims that need not name its issuer, because something else says whose keys count. */
export interface SignedClaims {
  /** Who issued it. */
  readonly iss?: string;
  /** Whom it is about. */
  readonly sub?: string;
  /** Whom the token is meant for. */
  readonly aud?: string | readonly string[];
  /** When it ends. */
  readonly exp?: number;
  /** When it begins. */
  readonly nbf?: number;
  /** When it was issued. */
  readonly iat?: number;
  /** Names the token. */
  readonly jti?: string;
  readonly [claim: string]: JsonValue | undefined;
}

const MAX_TEXT = 1024;

/** Whether the registered claims have their types. */
export function hasClaimTypes(payload: JsonObject): payload is SignedClaims & JsonObject {
  const { iss, sub, aud, jti, exp, nbf, iat } = payload;
  return (
    [iss, sub, jti].every((claim) => claim === undefined || isText(claim)) &&
    [exp, nbf, iat].every((claim) => claim === undefined || Number.isFinite(claim)) &&
    (aud === undefined || isText(aud) || (Array.isArray(aud) && aud.length > 0 && aud.every(isText)))
  );
}

/** They name somebody in logs and records. */
function isText(claim: JsonValue | undefined): claim is string {
  return typeof claim === "string" && claim !== "" && claim.length <= MAX_TEXT && isPlainText(claim);
}

/** The values of `aud`, which is one or several; none when it is missing. */
export function audiencesOf({ aud }: SignedClaims): readonly string[] {
  if (aud === undefined) return [];
  return typeof aud === "string" ? [aud] : aud;
}

/** What of its times goes against a token now. The tolerance is for clocks that differ. */
export function timeProblem(
  { exp, nbf, iat }: SignedClaims,
  nowSeconds: number,
  toleranceSeconds: number,
): JsonWebTokenProblem | undefined {
  if (exp !== undefined && exp <= nowSeconds - toleranceSeconds) return "expired";
  if (nbf !== undefined && nbf > nowSeconds + toleranceSeconds) return "not_yet_valid";
  if (iat !== undefined && iat > nowSeconds + toleranceSeconds) return "issued_in_future";
  return undefined;
}

const REGISTERED_CLAIMS = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/**
 * What a token says of anything but itself.
 * @see RFC 7519 section 4.1 https://www.rfc-editor.org/rfc/rfc7519#section-4.1
 */
export function withoutRegisteredClaims(claims: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !REGISTERED_CLAIMS.includes(name)));
}
