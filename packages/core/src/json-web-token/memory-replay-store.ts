import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger } from "../lib/misuse.js";
import type { ReplayStore } from "./replay-store.js";

/** Options of `memoryReplayStore`. */
export interface MemoryReplayStoreOptions {
  /** How many unexpired tokens are remembered; of one issuer, about a hundredth of them. Default 100,000. */
  readonly maxKeys?: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/**
 * An issuer holds at most this part of the room that is left. A fixed share would have to be as small for the one busy client
 * as for a thousand that flood: of 100,000 keys, one issuer gets 990, and behind a hundred floods the next still gets 369.
 */
const PART_OF_FREE_ROOM = 1 / 100;

/**
 * Remembers used tokens in this process: for one process alone, and until it ends. No issuer can fill it for the others: each
 * holds at most a hundredth of the room that is left. An issuer that has no room throws: to forget a token that could still
 * be replayed would let it in again.
 *
 * @example
 * ```ts
 * import { memoryReplayStore } from "@oauth-dcr/core/memory";
 *
 * const replay = memoryReplayStore({ maxKeys: 200_000 });
 * ```
 * @throws MisuseError when the number makes no sense
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  requireKnownOptions("memoryReplayStore", options, [
    "maxKeys",
    "clock",
  ] satisfies (keyof MemoryReplayStoreOptions)[]);
  const { maxKeys = 100_000, clock = Date.now } = options;
  requirePositiveInteger(maxKeys, "ERR_OPTION", "maxKeys");
  const expiriesByIssuer = new Map<string, Map<string, number>>();
  let size = 0;
  let nothingExpiresBefore = 0;

  return {
    spend(key, expiresAt, issuer) {
      if (expiriesByIssuer.get(issuer)?.has(key)) return false;
      if (!hasRoom(issuer)) forgetExpired();
      if (!hasRoom(issuer)) throw new Error("memoryReplayStore: no room for this issuer; raise maxKeys");
      const expiries = expiriesByIssuer.get(issuer) ?? new Map<string, number>();
      expiriesByIssuer.set(issuer, expiries.set(key, expiresAt));
      size++;
      nothingExpiresBefore = Math.min(nothingExpiresBefore, expiresAt);
      return true;
    },
  };

  function hasRoom(issuer: string): boolean {
    return (expiriesByIssuer.get(issuer)?.size ?? 0) < (maxKeys - size) * PART_OF_FREE_ROOM;
  }

  /** Goes through all of them only when there is one to find, or a store without room would do nothing else. */
  function forgetExpired(): void {
    const now = clock() / 1000;
    if (now < nothingExpiresBefore) return;
    nothingExpiresBefore = Infinity;
    for (const [issuer, expiries] of expiriesByIssuer) {
      for (const [key, expiresAt] of expiries) {
        if (expiresAt > now) nothingExpiresBefore = Math.min(nothingExpiresBefore, expiresAt);
        else if (expiries.delete(key)) size--;
      }
      if (expiries.size === 0) expiriesByIssuer.delete(issuer);
    }
  }
}
