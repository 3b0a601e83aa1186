import { SHA256 } from "@oslojs/crypto/sha2";
import { encodeBase64urlNoPadding, encodeHexLowerCase } from "@oslojs/encoding";

/** 256 random bits, as text for a URL, a cookie or a form. */
export function randomText(): string {
  return encodeBase64urlNoPadding(crypto.getRandomValues(new Uint8Array(32)));
}

/** What a secret is kept and looked up by, so that no comparison tells how much of a guess was right. */
export function hashOf(text: string): string {
  const hash = new SHA256();
  hash.update(new TextEncoder().encode(text));
  return encodeHexLowerCase(hash.digest());
}
