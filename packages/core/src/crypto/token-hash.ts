import { sha256 } from "@oslojs/crypto/sha2";
import { encodeHexLowerCase } from "@oslojs/encoding";
import { constantTimeEqual } from "@oslojs/crypto/subtle";

const encoder = new TextEncoder();

/**
 * The form in which a random token is stored: SHA-256 in hexadecimal. A token of 256 random bits needs no salt and no
 * slow hash; there is nothing to guess.
 */
export function tokenHash(token: string): string {
  return encodeHexLowerCase(sha256(encoder.encode(token)));
}

/** Whether two hashes in hexadecimal are one, in a time that does not tell how much of them agrees. */
export function equalInConstantTime(one: string, other: string): boolean {
  const encoder = new TextEncoder();
  return constantTimeEqual(encoder.encode(one), encoder.encode(other));
}
