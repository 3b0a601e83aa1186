import type { InitialAccessTokenConstraints } from "../store/records.js";
import type { JsonWebTokenProblem, JsonWebTokenRefusal } from "../json-web-token/json-web-token-problem.js";
import type { Result } from "../lib/result.js";

/** Why a token of somebody else gives no access; for the operator. */
export type JwtAccessProblem =
  JsonWebTokenProblem | "insufficient_scope" | "replayed" | "replay_store_unavailable" | "constraints_failed";

/** Permission to register, by a token that is kept in no store of ours. */
export interface VerifiedInitialAccess {
  /** Names the token in records and in the audit log; unique over all issuers. */
  readonly id: string;
  /** Whom it was given to: `issuer#subject` for a JWT, so that two issuers share no names. */
  readonly owner?: string;
  /** What the clients of this token must keep to. */
  readonly constraints: InitialAccessTokenConstraints;
  /**
   * Whether it is still good, and, for a token that registers one client, uses it up. To be called right before the
   * client is stored, so that a refused registration costs nothing and a slow body gains nothing. Never rejects.
   */
  readonly spend: (
    nowSeconds: number,
  ) => Promise<Result<void, JsonWebTokenRefusal<"expired" | "replayed" | "replay_store_unavailable">>>;
}

/**
 * Judges initial access tokens that this server did not issue. Never rejects.
 * @see RFC 7591 section 1.2 https://www.rfc-editor.org/rfc/rfc7591#section-1.2
 */
export interface InitialAccessTokenVerifier {
  /** Verifies a token at an instant (seconds since the epoch). */
  verify(
    token: string,
    nowSeconds: number,
  ): Promise<Result<VerifiedInitialAccess, JsonWebTokenRefusal<JwtAccessProblem>>>;
}
