import { encodeBase64urlNoPadding } from "@oslojs/encoding";

/** Fills the given array with random bytes fit for secrets, as `crypto.getRandomValues` does. */
export type RandomBytes = (bytes: Uint8Array<ArrayBuffer>) => unknown;

const POOL_BYTES = 4096;

/**
 * Random bytes that are drawn from the platform 4,096 at a time, as a call of the platform costs more than an identifier
 * does otherwise. Bytes that were given out are erased.
 */
export function pooledRandomBytes(fill: RandomBytes): RandomBytes {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return (bytes) => {
    if (bytes.length > POOL_BYTES) return fill(bytes);
    if (used + bytes.length > POOL_BYTES) {
      fill(pool);
      used = 0;
    }
    const end = used + bytes.length;
    for (let i = 0; used < end; i++, used++) {
      bytes[i] = pool[used] ?? 0;
      pool[used] = 0;
    }
    return bytes;
  };
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * A public identifier: 128 random bits as 26 letters and digits.
 * @see RFC 4648 section 6 https://www.rfc-editor.org/rfc/rfc4648#section-6
 */
export function randomIdentifier(randomBytes: RandomBytes): string {
  const bytes = new Uint8Array(16);
  randomBytes(bytes);
  let identifier = "";
  let bits = 0;
  let bitCount = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    for (bitCount += 8; bitCount >= 5; bitCount -= 5)
      identifier += LETTERS[(bits >> (bitCount - 5)) & 31] ?? "";
    bits &= (1 << bitCount) - 1;
  }
  // 128 bits are 25 letters and three bits.
  return identifier + (LETTERS[(bits << 2) & 31] ?? "");
}

/** A secret: 256 random bits in base64url. */
export function randomSecret(randomBytes: RandomBytes): string {
  const bytes = new Uint8Array(32);
  randomBytes(bytes);
  return encodeBase64urlNoPadding(bytes);
}
