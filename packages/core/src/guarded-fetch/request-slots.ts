import { BoundedMap } from "../lib/bounded-map.js";
import { siteOf } from "./site-of.js";

/** How many origins and URLs are remembered; the longest unused is forgotten first. */
const MAX_REMEMBERED = 1000;
const FIRST_BACK_OFF_MILLISECONDS = 5_000;
const LONGEST_BACK_OFF_MILLISECONDS = 60_000;

/** How a request ended: with an answer of whatever kind, or with none. */
export type RequestEnd = "answer" | "nothing";

/** Leave to send one request. */
export interface RequestSlot {
  /** To be called once the work for the request has really ended. */
  end(how: RequestEnd): void;
}

interface Silence {
  readonly times: number;
  readonly until: number;
}

/**
 * Shares out the requests that may be under way, so that who names slow URLs holds up nobody else. Seven tenths of the slots
 * are for everybody: of them, an origin gets a fifth of all and a site three tenths. The others are kept for URLs of clients
 * that were used, one for each site: a stranger can make any URL answer with a document, but not make a user sign in there.
 * An origin that did not answer is spared for 5 seconds, and for twice as long each time, up to a minute. A used URL that
 * answers at a silent origin is not spared with it.
 */
export function requestSlots(maxConcurrent: number): {
  /** @param isUsed whether the URL is that of a client that was used */
  take(url: URL, isUsed: boolean): RequestSlot | undefined;
} {
  const share = (part: number): number => Math.max(1, Math.floor(maxConcurrent * part));
  const forAll = share(0.7);
  /** How many requests are under way, by whose they are. */
  const underWay = new Map<string, number>();
  const silent = new BoundedMap<string, Silence>(MAX_REMEMBERED);
  const isBelow = (limits: readonly Limit[]) =>
    limits.every(([key, most]) => (underWay.get(key) ?? 0) < most);

  return {
    take({ href, host: origin, hostname }, isUsed) {
      const site = siteOf(hostname);
      const shared: readonly Limit[] = [
        ["shared", forAll],
        [`origin ${origin}`, share(0.2)],
        [`site ${site}`, share(0.3)],
      ];
      const kept: readonly Limit[] = [
        ["kept", maxConcurrent - forAll],
        [`kept ${site}`, 1],
      ];
      const isShared = isBelow(shared) && !isSpared(origin);
      if (!isShared && !(isUsed && isBelow(kept) && !isSpared(href))) return undefined;
      const taken = (isShared ? shared : kept).map(([key]) => key);
      for (const key of taken) underWay.set(key, (underWay.get(key) ?? 0) + 1);
      return {
        end(how) {
          taken.forEach(leave);
          spare(origin, how);
          spare(href, how);
        },
      };
    },
  };

  function leave(key: string): void {
    const left = (underWay.get(key) ?? 0) - 1;
    if (left > 0) underWay.set(key, left);
    else underWay.delete(key);
  }

  function isSpared(whom: string): boolean {
    const left = (silent.get(whom)?.until ?? 0) - Date.now();
    // A clock that was put back must not spare anybody for long.
    return left > 0 && left <= LONGEST_BACK_OFF_MILLISECONDS;
  }

  function spare(whom: string, how: RequestEnd): void {
    if (how !== "nothing") {
      silent.delete(whom);
      return;
    }
    const times = (silent.get(whom)?.times ?? 0) + 1;
    const pause = Math.min(FIRST_BACK_OFF_MILLISECONDS * 2 ** (times - 1), LONGEST_BACK_OFF_MILLISECONDS);
    silent.set(whom, { times, until: Date.now() + pause });
  }
}

type Limit = readonly [key: string, most: number];
