import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { err, ok, type Result } from "../lib/result.js";

const CACHE_SECONDS = 600;
/** No second fetch before this much has passed since the last: tokens with made-up `kid`s must not become traffic. */
const COOL_DOWN_SECONDS = 30;
/** A key that its owner withdrew lives for this long at most, even where somebody keeps us from fetching. */
const STALE_SECONDS = 3600;

/**
 * Finds something in a document, which is fetched when necessary. The error says that it is missing, or why the document is not
 * available.
 *
 * @param isKnown whether a fetch may have a slot that is kept for known URLs
 */
export type RemoteDocument<Content> = <Found>(
  nowSeconds: number,
  find: (content: Content) => Found | undefined,
  isKnown: boolean,
) => Promise<Result<Found, { readonly missing: true } | { readonly cause: unknown }>>;

/**
 * A document behind an address. It is fetched when first needed, again after 600 s, and for something that is not in it,
 * each at least 30 s after the last fetch and never two at once. While fetching fails, the last content serves until it
 * is 3,600 s old.
 *
 * @param parse throws for what is no such document
 */
export function remoteDocument<Content>(
  url: string,
  mediaTypes: readonly string[],
  parse: (json: unknown) => Content,
  guardedFetch: GuardedFetch,
): RemoteDocument<Content> {
  let held: { readonly content: Content; readonly fetchedAt: number } | undefined;
  let lastFetchAt: number | undefined;
  let failure: { readonly cause: unknown } | undefined;
  let underWay: Promise<void> | undefined;

  return async (nowSeconds, find, isKnown) => {
    const findHeld = () =>
      held && isWithin(STALE_SECONDS, held.fetchedAt, nowSeconds) ? find(held.content) : undefined;
    if (!isWithin(CACHE_SECONDS, held?.fetchedAt, nowSeconds)) await fetchUnlessTooSoon(nowSeconds, isKnown);
    let found = findHeld();
    if (found === undefined) {
      await fetchUnlessTooSoon(nowSeconds, isKnown);
      found = findHeld();
    }
    if (found !== undefined) return ok(found);
    // After a failure nobody knows whether it is there by now.
    return err(failure ?? { missing: true });
  };

  async function fetchUnlessTooSoon(nowSeconds: number, isKnown: boolean): Promise<void> {
    if (!underWay && isWithin(COOL_DOWN_SECONDS, lastFetchAt, nowSeconds)) return;
    underWay ??= fetchContent(nowSeconds, isKnown).finally(() => (underWay = undefined));
    await underWay;
  }

  async function fetchContent(at: number, isKnown: boolean): Promise<void> {
    lastFetchAt = at;
    try {
      const fetched = await guardedFetch(url, mediaTypes, isKnown);
      if (fetched.ok) {
        held = { content: parse(JSON.parse(fetched.value.text)), fetchedAt: at };
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

/** A clock that was put back must not keep old content alive, so that the future counts like the past. */
function isWithin(seconds: number, instant: number | undefined, nowSeconds: number): boolean {
  return instant !== undefined && Math.abs(nowSeconds - instant) < seconds;
}
