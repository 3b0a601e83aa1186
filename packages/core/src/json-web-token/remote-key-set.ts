import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { err } from "../lib/result.js";
import type { KeySource } from "./key-source.js";
import { matchingKeys, publicKeys, type PublicKey } from "./public-keys.js";
import { remoteDocument } from "./remote-document.js";

export const JWK_SET_TYPES = ["application/jwk-set+json", "application/json"];

/** The keys behind a URL, for who may or may not have a slot that is kept for known URLs. */
export type RemoteKeySet = (isKnown: boolean) => KeySource;

/**
 * Keys behind a URL. They are fetched again when a key is not among them.
 *
 * @see RFC 7517 section 5 https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export function remoteKeySet(url: string, guardedFetch: GuardedFetch): RemoteKeySet {
  const keySet = remoteDocument(url, JWK_SET_TYPES, keysOf, guardedFetch);
  return (isKnown) => async (alg, kid, nowSeconds) => {
    const found = await keySet(nowSeconds, (keys) => atLeastOne(matchingKeys(keys, alg, kid)), isKnown);
    if (found.ok) return found;
    const { error } = found;
    return err("cause" in error ? { reason: "keys_unavailable", ...error } : { reason: "unknown_key" });
  };
}

function keysOf(document: unknown): readonly PublicKey[] {
  const keys = publicKeys(document);
  if (!keys) throw new TypeError("not a JWK Set");
  return keys;
}

export function atLeastOne<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
