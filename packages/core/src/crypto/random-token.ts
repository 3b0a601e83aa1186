import { encodeBase32LowerCaseNoPadding, encodeBase64urlNoPadding } from "@oslojs/encoding";

/** Fills the given array with random bytes fit for secrets, as `crypto.getRandomValues` does. */
export type RandomBytes = (bytes: Uint8Array<ArrayBuffer>) => unknown;

/** A public identifier: 128 random bits as 26 letters and digits. */
export function randomIdentifier(randomBytes: RandomBytes): string {
  const bytes = new Uint8Array(16);
  randomBytes(bytes);
  return encodeBase32LowerCaseNoPadding(bytes);
}

/** A secret: 256 random bits in base64url. */
export function randomSecret(randomBytes: RandomBytes): string {
  const bytes = new Uint8Array(32);
  randomBytes(bytes);
  return encodeBase64urlNoPadding(bytes);
}
