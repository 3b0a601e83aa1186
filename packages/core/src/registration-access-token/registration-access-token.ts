import { equalInConstantTime } from "../crypto/constant-time.js";
import { randomSecret, type RandomBytes } from "../crypto/random-token.js";
import { tokenHash } from "../crypto/token-hash.js";
import type { RegisteredClient } from "../store/registration-store.js";

/** The token of one client for its own record. It is shown when it is issued; the store gets its hash. */
export interface RegistrationAccessToken {
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

/** No token has this hash, so that a comparison with it only takes its time. */
const NO_HASH = "0".repeat(64);

/** Whether the token is this client's. For no client at all it takes the same steps and answers no. */
export function isRegistrationAccessToken(token: string, client: RegisteredClient | undefined): boolean {
  const hash = client?.registrationAccessTokenHash;
  return equalInConstantTime(tokenHash(token), hash ?? NO_HASH) && hash !== undefined;
}
