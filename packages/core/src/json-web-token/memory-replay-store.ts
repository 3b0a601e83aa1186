import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger } from "../lib/misuse.js";
import type { ReplayStore } from "./replay-store.js";

/** Options of `memoryReplayStore`. */
export interface MemoryReplayStoreOptions {
  /** How many unexpired tokens the store remembers. One issuer gets about 0.6 percent of them. Default 100,000. */
  readonly maxKeys?: number;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
}

/** The part of `maxKeys` that comes first. Its large shares are for busy clients. */
const SHARED_PART = 0.6;
/**
 * What one issuer may hold at most, of the keys that are free. A fixed share would have to be as small for one busy client as
 * for a thousand that flood the store.
 */
const SHARE_OF_FREE = { shared: 1 / 100, reserve: 1 / 2_000 };

/**
 * Remembers used tokens in the memory of this process. Use it where one process alone answers for the token endpoint; what it
 * remembers ends with the process.
 *
 * No issuer can fill the store for the others. Of the first 60 percent of the keys, an issuer gets at most a hundredth of what
 * is free; of the rest, which is a reserve, at most a two-thousandth. Of 100,000 keys:
 *
 * - one issuer gets 615;
 * - beside 2,000 issuers that take all they can, the next one gets 8;
 * - beside 8,000 of them, the next one gets none. Limit how fast clients are registered.
 *
 * `spend` throws where an issuer has no room, and its token is then refused: a key that is forgotten early would let its
 * token in again.
 *
 * @example
 * ```ts
 * import { memoryReplayStore } from "@oauth-dcr/core/memory";
 *
 * const replay = memoryReplayStore({ maxKeys: 200_000 });
 * ```
 * @throws MisuseError when `maxKeys` is not a positive integer
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  requireKnownOptions("memoryReplayStore", options, [
    "maxKeys",
    "clock",
  ] satisfies (keyof MemoryReplayStoreOptions)[]);
  const { maxKeys = 100_000, clock = Date.now } = options;
  requirePositiveInteger(maxKeys, "ERR_OPTION", "maxKeys");
  const maxShared = Math.floor(maxKeys * SHARED_PART);
  const rooms = [
    new KeyRoom(maxShared, SHARE_OF_FREE.shared),
    new KeyRoom(maxKeys - maxShared, SHARE_OF_FREE.reserve),
  ];
  let nothingExpiresBefore = 0;

  return {
    spend(key, expiresAt, issuer) {
      if (rooms.some((room) => room.has(issuer, key))) return false;
      const free = roomFor(issuer) ?? (forgetExpired(), roomFor(issuer));
      if (!free) throw new Error("memoryReplayStore: no room for this issuer; raise maxKeys");
      free.add(issuer, key, expiresAt);
      nothingExpiresBefore = Math.min(nothingExpiresBefore, expiresAt);
      return true;
    },
  };

  function roomFor(issuer: string): KeyRoom | undefined {
    return rooms.find((room) => room.isOpenTo(issuer));
  }

  /** Reads all keys only when one of them has expired: a full store would do nothing else. */
  function forgetExpired(): void {
    const now = clock() / 1000;
    if (now < nothingExpiresBefore) return;
    nothingExpiresBefore = Math.min(...rooms.map((room) => room.forgetExpired(now)));
  }
}

/** Holds a bounded number of keys, and of each issuer no more than a share of what is free. */
class KeyRoom {
  readonly #expiriesByIssuer = new Map<string, Map<string, number>>();
  readonly #shareOfFree: number;
  #free: number;

  constructor(maxKeys: number, shareOfFree: number) {
    this.#free = maxKeys;
    this.#shareOfFree = shareOfFree;
  }

  has(issuer: string, key: string): boolean {
    return this.#expiriesByIssuer.get(issuer)?.has(key) ?? false;
  }

  isOpenTo(issuer: string): boolean {
    const held = this.#expiriesByIssuer.get(issuer)?.size ?? 0;
    return held < this.#free * this.#shareOfFree;
  }

  add(issuer: string, key: string, expiresAt: number): void {
    const expiries = this.#expiriesByIssuer.get(issuer) ?? new Map<string, number>();
    this.#expiriesByIssuer.set(issuer, expiries.set(key, expiresAt));
    this.#free--;
  }

  /** Returns when the next key expires: seconds since the epoch, `Infinity` where there is none. */
  forgetExpired(now: number): number {
    let next = Infinity;
    for (const [issuer, expiries] of this.#expiriesByIssuer) {
      for (const [key, expiresAt] of expiries) {
        if (expiresAt > now) next = Math.min(next, expiresAt);
        else if (expiries.delete(key)) this.#free++;
      }
      if (expiries.size === 0) this.#expiriesByIssuer.delete(issuer);
    }
    return next;
  }
}
