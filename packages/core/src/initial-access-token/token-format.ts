import { randomIdentifier, randomSecret, type RandomBytes } from "../crypto/random-token.js";

/**
 * `odcr_iat_`, the token's identifier, and 256 random bits. The prefix lets secret scanners find a token that leaked:
 * `odcr_iat_[a-z2-7]{26}_[A-Za-z0-9_-]{43}`.
 */
const FORMAT = /^odcr_iat_([a-z2-7]{26})_[A-Za-z0-9_-]{43}$/;

export function newInitialAccessToken(randomBytes: RandomBytes): { id: string; token: string } {
  const id = randomIdentifier(randomBytes);
  return { id, token: `odcr_iat_${id}_${randomSecret(randomBytes)}` };
}

/** The identifier inside a token; `undefined` for what cannot be one. */
export function identifierOf(token: string): string | undefined {
  return FORMAT.exec(token)?.[1];
}

/** Whether somebody else's token cannot look like this. */
export function isOwnToken(token: string): boolean {
  return token.startsWith("odcr_iat_");
}
