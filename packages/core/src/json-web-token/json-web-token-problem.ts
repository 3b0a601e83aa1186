/**
 * Why a JSON Web Token is not taken. For the operator: nothing of the token is repeated in it. `keys_unavailable` says
 * nothing about the token, only that nobody can judge it now; a caller may answer 503 to it.
 */
export type JsonWebTokenProblem =
  | "malformed"
  | "type"
  | "algorithm"
  | "untrusted_issuer"
  | "unknown_key"
  | "keys_unavailable"
  | "signature"
  | "expired"
  | "not_yet_valid"
  | "issued_in_future"
  | "audience"
  | "claim_missing";

/** A token that was not taken. */
export interface JsonWebTokenRefusal<Reason extends string = JsonWebTokenProblem> {
  /** Why, for the operator; its bearer is not told. */
  readonly reason: Reason;
  /** What failed beneath, for the operator's log alone. */
  readonly cause?: unknown;
}

const UNAVAILABLE = [
  "keys_unavailable",
  "replay_store_unavailable",
  "challenge_unavailable",
  "constraints_failed",
];

/** Whether the fault is ours or our neighbours': nothing is known of the token, and its bearer may come again. */
export function isUnavailable(reason: string): boolean {
  return UNAVAILABLE.includes(reason);
}
