import { hmac } from "@oslojs/crypto/hmac";
import { SHA256 } from "@oslojs/crypto/sha2";
import { encodeHexLowerCase } from "@oslojs/encoding";

/** What stands for a text where the text itself must not. The same for the same text. */
export type Pseudonym = (text: string) => string;

/** Half of the hash tells addresses apart as well, and keeps a log readable. */
const SHOWN_BYTES = 16;

/**
 * Replaces texts by a hash under a key. Without the key nobody can try all addresses there are, as with a plain hash of
 * one they could. Without a key given every text stands for itself.
 *
 * @see RFC 2104 https://www.rfc-editor.org/rfc/rfc2104
 */
export function pseudonyms(key: Uint8Array | undefined): Pseudonym {
  if (!key) return (text) => text;
  return (text) => {
    const hash = hmac(SHA256, key, new TextEncoder().encode(text));
    return `hmac:${encodeHexLowerCase(hash.subarray(0, SHOWN_BYTES))}`;
  };
}
