import { randomSecret, type RandomBytes } from "../crypto/random-token.js";
import { tokenHash } from "../crypto/token-hash.js";

/** The token of one client for its own record. It is shown when it is issued; the store gets its hash. */
interface RegistrationAccessToken {
  readonly value: string;
  readonly hash: string;
}

/**
 * Makes a token: `odcr_rat_` and 256 random bits. The prefix lets secret scanners find one that leaked:
 * `odcr_rat_[A-Za-z0-9_-]{43}`.
 *
 * @see RFC 7592 section 1.2 https://www.rfc-editor.org/rfc/rfc7592#section-1.2
 */
export function issueRegistrationAccessToken(randomBytes: RandomBytes): RegistrationAccessToken {
  const value = `odcr_rat_${randomSecret(randomBytes)}`;
  return { value, hash: tokenHash(value) };
}
