/** What a client that registers with a token must keep to; what is left out is not constrained by it. */
export interface InitialAccessTokenConstraints {
  /** The most that the client can have of the server's scopes. */
  readonly scopes?: readonly string[];
  /** The hosts that its redirect URIs may have, each compared whole. */
  readonly redirectHosts?: readonly string[];
  readonly softwareIds?: readonly string[];
  /** The most that the client can have of the server's grant types. */
  readonly grantTypes?: readonly string[];
  /** Names of policies that judge the client beside those for everybody. */
  readonly policies?: readonly string[];
}

/**
 * A permission to register, as it is stored: the token itself is shown once, when it is issued.
 * @see RFC 7591 section 1.2 https://www.rfc-editor.org/rfc/rfc7591#section-1.2
 */
export interface InitialAccessToken {
  /** Public: it names the token in a list and in the audit log. */
  readonly id: string;
  /** SHA-256 of the whole token in hexadecimal. */
  readonly tokenHash: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  /** Seconds since the epoch; the token is no good from then on. */
  readonly expiresAt: number;
  /** How many clients may still be registered with it. */
  readonly usesLeft: number;
  /** Seconds since the epoch; there once it was revoked. */
  readonly revokedAt?: number;
  readonly label?: string;
  /** Whom it was given to. */
  readonly owner?: string;
  readonly constraints: InitialAccessTokenConstraints;
}

/** Why a token is no good. For the audit log alone: the caller is told nothing of it. */
export type InitialAccessTokenProblem = "malformed" | "unknown" | "revoked" | "expired" | "spent";

/** What is wrong with a stored token at this moment, if anything. */
export function initialAccessTokenProblem(
  token: Pick<InitialAccessToken, "revokedAt" | "expiresAt" | "usesLeft">,
  nowSeconds: number,
): InitialAccessTokenProblem | undefined {
  if (token.revokedAt !== undefined) return "revoked";
  if (token.expiresAt <= nowSeconds) return "expired";
  return token.usesLeft > 0 ? undefined : "spent";
}
