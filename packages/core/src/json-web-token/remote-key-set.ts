import { err, ok } from "../lib/result.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import type { KeySource } from "./key-source.js";
import { matchingKeys, publicKeys, type PublicKey } from "./public-keys.js";

const CACHE_SECONDS = 600;
/** No second fetch before this much has passed since the last: tokens with made-up `kid`s must not become traffic. */
const COOL_DOWN_SECONDS = 30;
/** A key that its owner withdrew lives for this long at most, even where somebody keeps us from fetching. */
const STALE_SECONDS = 3600;
const MEDIA_TYPES = ["application/jwk-set+json", "application/json"];

/**
 * Keys behind an address. They are fetched when first needed, again after 600 s, and for a key that is not among them,
 * each at least 30 s after the last fetch and never two at once. While fetching fails, the last keys serve until they
 * are 3,600 s old.
 *
 * @see RFC 7517 section 5 https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export function remoteKeySet(url: string, guardedFetch: GuardedFetch): KeySource {
  let held: { readonly keys: readonly PublicKey[]; readonly fetchedAt: number } | undefined;
  let lastFetchAt: number | undefined;
  let failure: { readonly cause: unknown } | undefined;
  let underWay: Promise<void> | undefined;

  return async (alg, kid, nowSeconds) => {
    if (!isWithin(CACHE_SECONDS, held?.fetchedAt, nowSeconds)) await fetchUnlessTooSoon(nowSeconds);
    let keys = heldKeys(alg, kid, nowSeconds);
    if (keys.length === 0) {
      await fetchUnlessTooSoon(nowSeconds);
      keys = heldKeys(alg, kid, nowSeconds);
    }
    if (keys.length > 0) return ok(keys);
    // After a failure nobody knows whether the key exists by now.
    return err(failure ? { reason: "keys_unavailable", cause: failure.cause } : { reason: "unknown_key" });
  };

  function heldKeys(alg: string, kid: string | undefined, nowSeconds: number): readonly PublicKey[] {
    return held && isWithin(STALE_SECONDS, held.fetchedAt, nowSeconds)
      ? matchingKeys(held.keys, alg, kid)
      : [];
  }

  async function fetchUnlessTooSoon(nowSeconds: number): Promise<void> {
    if (!underWay && isWithin(COOL_DOWN_SECONDS, lastFetchAt, nowSeconds)) return;
    underWay ??= fetchKeys(nowSeconds).finally(() => (underWay = undefined));
    await underWay;
  }

  async function fetchKeys(at: number): Promise<void> {
    lastFetchAt = at;
    try {
      const fetched = await guardedFetch(url, MEDIA_TYPES);
      if (fetched.ok) {
        const keys = publicKeys(JSON.parse(fetched.value.text));
        if (!keys) throw new TypeError("not a JWK Set");
        held = { keys, fetchedAt: at };
        failure = undefined;
      } else {
        failure = { cause: fetched.error };
        // Nobody was asked, so that there is nobody to spare.
        if (fetched.error.kind === "busy") lastFetchAt = undefined;
      }
    } catch (cause) {
      failure = { cause };
    }
  }
}

/** A clock that was put back must not keep old keys alive, so that the future counts like the past. */
function isWithin(seconds: number, instant: number | undefined, nowSeconds: number): boolean {
  return instant !== undefined && Math.abs(nowSeconds - instant) < seconds;
}
