import { hmac } from "@oslojs/crypto/hmac";
import { SHA256 } from "@oslojs/crypto/sha2";
import { decodeBase64urlIgnorePadding, encodeBase64urlNoPadding } from "@oslojs/encoding";
import { equalInConstantTime } from "../crypto/token-hash.js";
import { isJsonObject, type JsonObject } from "../lib/json.js";

/** A secret key, and the name by which identifiers say that it sealed them. */
export interface StatelessKey {
  /** 1 to 8 letters and digits. */
  readonly id: string;
  /** At least 32 random bytes. */
  readonly secret: Uint8Array;
}

/** Seals what an identifier carries, and opens it. */
export interface ClientIdSeal {
  /** By the first key. */
  seal(content: JsonObject): string;
  /** `undefined` for what no key here has sealed. */
  open(clientId: string): JsonObject | undefined;
  /** The secret that goes with an identifier: 256 bits that nobody without the key can tell. */
  secretOf(clientId: string): string;
}

const SEALED = /^s1\.([A-Za-z0-9]{1,8})\.([\w-]+)\.([\w-]{43})$/;

/**
 * An identifier is `s1.KEY.CONTENT.SEAL`: JSON in base64url, and an HMAC with SHA-256 over all before it. The seal is compared
 * as text, so that no other spelling of an identifier is that identifier.
 *
 * @param issuer part of every key: what one server sealed is nothing to another that has its keys
 * @see RFC 7591 Appendix A.5 https://www.rfc-editor.org/rfc/rfc7591#appendix-A.5
 * @see RFC 2104 https://www.rfc-editor.org/rfc/rfc2104
 */
export function clientIdSeal(keys: readonly StatelessKey[], issuer: string): ClientIdSeal {
  const derived = new Map(
    keys.map(({ id, secret }) => [
      id,
      {
        forIds: mac(secret, `oauth-dcr client_id ${issuer}`),
        forSecrets: mac(secret, `oauth-dcr client_secret ${issuer}`),
      },
    ]),
  );
  const sealOf = (keyId: string, text: string): string | undefined => {
    const key = derived.get(keyId);
    return key && encodeBase64urlNoPadding(mac(key.forIds, text));
  };
  const [first = ""] = derived.keys();

  return {
    seal(content) {
      const text = `s1.${first}.${encodeBase64urlNoPadding(new TextEncoder().encode(JSON.stringify(content)))}`;
      return `${text}.${sealOf(first, text) ?? ""}`;
    },
    open(clientId) {
      const [, keyId = "", content = "", seal = ""] = SEALED.exec(clientId) ?? [];
      const expected = sealOf(keyId, `s1.${keyId}.${content}`);
      if (expected === undefined || !equalInConstantTime(seal, expected)) return undefined;
      const value: unknown = JSON.parse(new TextDecoder().decode(decodeBase64urlIgnorePadding(content)));
      return isJsonObject(value) ? value : undefined;
    },
    secretOf(clientId) {
      const key = derived.get(SEALED.exec(clientId)?.[1] ?? "");
      if (!key) throw new Error("the identifier is of another key");
      return encodeBase64urlNoPadding(mac(key.forSecrets, clientId));
    },
  };
}

function mac(key: Uint8Array, text: string): Uint8Array {
  return hmac(SHA256, key, new TextEncoder().encode(text));
}
