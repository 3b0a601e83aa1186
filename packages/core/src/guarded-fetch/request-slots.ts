import { BoundedMap } from "../lib/bounded-map.js";
import type { Clock } from "../lib/clock.js";
import { siteOf } from "./site-of.js";

/** How many origins, URLs and sites are remembered. The longest unused is forgotten first. */
const MAX_REMEMBERED = 1000;
const FIRST_BACK_OFF_MILLISECONDS = 5_000;
const LONGEST_BACK_OFF_MILLISECONDS = 60_000;
/** After a site held a kept slot, it gets none for so many times as long. */
const REST_FACTOR = 10;
/** Rests shorter than this are added up first, so that a document and the sector identifier in it are fetched together. */
const SHORT_REST_MILLISECONDS = 5_000;
const LONGEST_REST_MILLISECONDS = 600_000;

/** How a request ended: with an answer of any kind, or with none. */
export type RequestEnd = "answer" | "nothing";

/** Permission to send one request. */
export interface RequestSlot {
  /** Call this when the work for the request has really ended. */
  end(how: RequestEnd): void;
}

interface Silence {
  readonly times: number;
  readonly until: number;
}

interface Rest {
  readonly until: number;
  readonly isLong: boolean;
}

/**
 * Limits the requests under way, so that a client which names slow URLs does not delay the others.
 *
 * - Seven tenths of the slots are shared. An origin gets at most a fifth of all slots, and a site three tenths.
 * - The other slots are kept for known URLs, one for each site. A site that held a kept slot gets none for ten times as long.
 * - An origin that did not answer gets no shared slot for 5 seconds, then for twice as long each time, up to a minute. For kept
 *   slots the URL alone counts: a stranger may have named another URL of the same origin.
 */
export function requestSlots(
  maxConcurrent: number,
  clock: Clock,
): {
  /** @param isKnown whether the URL may have a kept slot */
  take(url: URL, isKnown: boolean): RequestSlot | undefined;
} {
  const share = (part: number): number => Math.max(1, Math.floor(maxConcurrent * part));
  const sharedSlots = share(0.7);
  /** How many requests are under way for each key of a limit. */
  const underWay = new Map<string, number>();
  const silences = new BoundedMap<string, Silence>(MAX_REMEMBERED);
  const rests = new BoundedMap<string, Rest>(MAX_REMEMBERED);
  const isBelow = (limits: readonly Limit[]) =>
    limits.every(([key, most]) => (underWay.get(key) ?? 0) < most);

  return {
    take({ href, host: origin, hostname }, isKnown) {
      const site = siteOf(hostname);
      const shared: readonly Limit[] = [
        ["shared", sharedSlots],
        [`origin ${origin}`, share(0.2)],
        [`site ${site}`, share(0.3)],
      ];
      const kept: readonly Limit[] = [
        ["kept", maxConcurrent - sharedSlots],
        [`kept ${site}`, 1],
      ];
      const isShared = isBelow(shared) && !isSilent(origin);
      const isKept = !isShared && isKnown && isBelow(kept) && !isSilent(href) && !isResting(site);
      if (!isShared && !isKept) return undefined;
      const taken = (isShared ? shared : kept).map(([key]) => key);
      for (const key of taken) underWay.set(key, (underWay.get(key) ?? 0) + 1);
      const takenAt = clock();
      return {
        end(how) {
          taken.forEach(leave);
          note(origin, how);
          note(href, how);
          if (isKept) rest(site, clock() - takenAt);
        },
      };
    },
  };

  function leave(key: string): void {
    const left = (underWay.get(key) ?? 0) - 1;
    if (left > 0) underWay.set(key, left);
    else underWay.delete(key);
  }

  function isSilent(whom: string): boolean {
    return millisecondsTo(silences.get(whom)?.until, LONGEST_BACK_OFF_MILLISECONDS) > 0;
  }

  function note(whom: string, how: RequestEnd): void {
    if (how !== "nothing") {
      silences.delete(whom);
      return;
    }
    const times = (silences.get(whom)?.times ?? 0) + 1;
    const pause = Math.min(FIRST_BACK_OFF_MILLISECONDS * 2 ** (times - 1), LONGEST_BACK_OFF_MILLISECONDS);
    silences.set(whom, { times, until: clock() + pause });
  }

  function isResting(site: string): boolean {
    const { until, isLong = false } = rests.get(site) ?? {};
    return isLong && millisecondsTo(until, LONGEST_REST_MILLISECONDS) > 0;
  }

  function rest(site: string, heldFor: number): void {
    const before = millisecondsTo(rests.get(site)?.until, LONGEST_REST_MILLISECONDS);
    const pause = Math.min(before + Math.max(0, heldFor) * REST_FACTOR, LONGEST_REST_MILLISECONDS);
    rests.set(site, { until: clock() + pause, isLong: pause > SHORT_REST_MILLISECONDS });
  }

  /** How long it is to an instant. 0 where it is past, and where it is so far away that the clock was put back. */
  function millisecondsTo(instant: number | undefined, longest: number): number {
    const left = (instant ?? 0) - clock();
    return left > 0 && left <= longest ? left : 0;
  }
}

type Limit = readonly [key: string, most: number];
