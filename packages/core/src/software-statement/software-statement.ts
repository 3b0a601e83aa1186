import type { JsonObject } from "../lib/json.js";
import type { JsonWebTokenProblem } from "../json-web-token/json-web-token-problem.js";
import type { Result } from "../lib/result.js";

/** What somebody who is trusted says about a piece of software. */
export interface VerifiedSoftwareStatement {
  /** Who vouches for the software. */
  readonly issuer: string;
  /** Client metadata alone: without the claims about the statement itself, and without what only a server assigns. */
  readonly claims: JsonObject;
  /** The redirect URIs out of which the client's have to be, where the statement has them in a claim of another name. */
  readonly redirectUris?: readonly string[];
  /**
   * Whether the client signed the statement itself. Its claims win over what stands beside them, but they are the client's own
   * word: no policy and no consent page takes them as verified. Default false.
   */
  readonly isSelfSigned?: boolean;
}

/** Why a statement counts for nothing; for the operator. */
export type SoftwareStatementReason =
  | Exclude<JsonWebTokenProblem, "keys_unavailable">
  | "nested_statement"
  | "software_id"
  | "redirect_uris"
  | "too_old"
  | "not_approved"
  | SelfSignedReason;

/** Why a statement that its client has signed counts for nothing; for the operator. */
export type SelfSignedReason = "subject" | "lifetime" | "replayed";

/** Why a software statement is not taken; for the operator. */
export type SoftwareStatementProblem =
  | {
      /** @see RFC 7591 section 3.2.2 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.2 */
      readonly error: "invalid_software_statement" | "unapproved_software_statement";
      readonly reason: SoftwareStatementReason;
      /** Ends a sentence in `error_description`: ASCII, without quotes or backslashes, and nothing of what was sent. */
      readonly says: string;
    }
  /** Nobody can judge it now: a caller may answer 503. */
  | {
      readonly error: "unavailable";
      readonly reason: "keys_unavailable" | "approval_failed" | "replay_store_unavailable";
      readonly cause: unknown;
    };

/** Why a signed request is not taken; for the operator. */
export type SignedRequestReason =
  Exclude<JsonWebTokenProblem, "keys_unavailable"> | "statement_missing" | "lifetime" | "replayed";

/** Why a signed request, or the statement in it, is not taken; for the operator. */
export type SignedRequestProblem =
  | SoftwareStatementProblem
  | {
      readonly error: "invalid_client_metadata";
      readonly reason: SignedRequestReason;
      /** Ends a sentence in `error_description`: ASCII, without quotes or backslashes, and nothing of what was sent. */
      readonly says: string;
    };

/**
 * Judges software statements. Never rejects.
 * @see RFC 7591 section 2.3 https://www.rfc-editor.org/rfc/rfc7591#section-2.3
 */
export interface SoftwareStatementVerifier {
  /** The claim in which its statements list the redirect URIs of the software, besides `redirect_uris`. Default: none. */
  readonly redirectUrisClaim?: string;
  /** Verifies a statement at an instant (seconds since the epoch). Never rejects. */
  verify(
    statement: string,
    nowSeconds: number,
  ): Promise<Result<VerifiedSoftwareStatement, SoftwareStatementProblem>>;
  /**
   * Reads a body that the software has signed, a JWT with a `software_statement` in it, at an instant (seconds since the
   * epoch). Answers its client metadata, in which the statement is still to be verified. Where this method is there, a body
   * of plain JSON is refused. Never rejects.
   */
  readonly readSignedRequest?: (
    request: string,
    nowSeconds: number,
  ) => Promise<Result<JsonObject, SignedRequestProblem>>;
}
