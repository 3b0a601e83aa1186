import { BoundedMap } from "../lib/bounded-map.js";
import { siteOf } from "./site-of.js";

/** How many sites and origins are remembered; the longest unused is forgotten first. */
const MAX_REMEMBERED = 1000;
/** How many URLs of one site are remembered as documents. */
const MAX_URLS_OF_SITE = 4;
const FIRST_BACK_OFF_MILLISECONDS = 5_000;
const LONGEST_BACK_OFF_MILLISECONDS = 60_000;

/** How a request ended: with a document, with any other answer, or with none. */
export type RequestEnd = "document" | "answer" | "nothing";

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
 * Shares out the requests that may be under way, so that who names slow URLs holds up nobody else. Seven tenths of the slots are
 * for everybody: of them, an origin gets a fifth of all and a site three tenths. The others are kept for URLs whose last answer was
 * a document, one for each site: no other path of their host, which a stranger may name, can take that from them. An origin that did not answer is spared for 5 seconds, and for twice as long each
 * time, up to a minute.
 */
export function requestSlots(maxConcurrent: number): { take(url: URL): RequestSlot | undefined } {
  const share = (part: number): number => Math.max(1, Math.floor(maxConcurrent * part));
  const forAll = share(0.7);
  /** How many requests are under way, by whose they are. */
  const underWay = new Map<string, number>();
  /** The URLs of each site whose last answer was a document. */
  const known = new BoundedMap<string, readonly string[]>(MAX_REMEMBERED);
  const silent = new BoundedMap<string, Silence>(MAX_REMEMBERED);
  const isBelow = (limits: readonly Limit[]) =>
    limits.every(([key, most]) => (underWay.get(key) ?? 0) < most);

  return {
    take({ href, host: origin, hostname }) {
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
      if (!isShared && !(known.get(site)?.includes(href) === true && isBelow(kept))) return undefined;
      const taken = (isShared ? shared : kept).map(([key]) => key);
      for (const key of taken) underWay.set(key, (underWay.get(key) ?? 0) + 1);
      return {
        end(how) {
          taken.forEach(leave);
          remember(site, href, how);
          spare(origin, how);
        },
      };
    },
  };

  function leave(key: string): void {
    const left = (underWay.get(key) ?? 0) - 1;
    if (left > 0) underWay.set(key, left);
    else underWay.delete(key);
  }

  function isSpared(origin: string): boolean {
    const left = (silent.get(origin)?.until ?? 0) - Date.now();
    // A clock that was put back must not spare an origin for long.
    return left > 0 && left <= LONGEST_BACK_OFF_MILLISECONDS;
  }

  function remember(site: string, href: string, how: RequestEnd): void {
    const before = known.get(site) ?? [];
    const others = before.filter((other) => other !== href);
    if (how === "document") known.set(site, [...others, href].slice(-MAX_URLS_OF_SITE));
    else if (others.length < before.length) known.set(site, others);
  }

  function spare(origin: string, how: RequestEnd): void {
    if (how !== "nothing") {
      silent.delete(origin);
      return;
    }
    const times = (silent.get(origin)?.times ?? 0) + 1;
    const pause = Math.min(FIRST_BACK_OFF_MILLISECONDS * 2 ** (times - 1), LONGEST_BACK_OFF_MILLISECONDS);
    silent.set(origin, { times, until: Date.now() + pause });
  }
}

type Limit = readonly [key: string, most: number];
