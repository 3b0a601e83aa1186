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
 * An issuer holds at most this part of the shared room that is left. A fixed share would have to be as small for the one busy
 * client as for a thousand that flood.
 */
const PART_OF_FREE_ROOM = 1 / 100;

/** So many keys an issuer holds out of the rest of the room, whatever others have of the shared part. */
const KEYS_OF_EACH = 20;
/** The part of the room that is shared. Of 100,000 keys the rest is enough for 2,000 issuers with 20 keys each. */
const SHARED_PART = 0.6;

/**
 * Remembers used tokens in this process: for one process alone, and until it ends. No issuer can fill it for the others: each
 * holds 20 tokens of its own, and beyond them at most a hundredth of the shared room that is left. Of 100,000 tokens, one
 * issuer gets 615, and 2,000 that flood leave none for the next: limit how fast clients are registered. An issuer that has no
 * room throws: to forget a token that could still be replayed would let it in again.
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
  const maxShared = Math.floor(maxKeys * SHARED_PART);
  let size = 0;
  /** How many of them are beyond the first of each issuer. */
  let shared = 0;
  let nothingExpiresBefore = 0;

  return {
    spend(key, expiresAt, issuer) {
      if (expiriesByIssuer.get(issuer)?.has(key)) return false;
      if (!hasRoom(issuer)) forgetExpired();
      if (!hasRoom(issuer)) throw new Error("memoryReplayStore: no room for this issuer; raise maxKeys");
      const expiries = expiriesByIssuer.get(issuer) ?? new Map<string, number>();
      expiriesByIssuer.set(issuer, expiries.set(key, expiresAt));
      size++;
      if (expiries.size > KEYS_OF_EACH) shared++;
      nothingExpiresBefore = Math.min(nothingExpiresBefore, expiresAt);
      return true;
    },
  };

  function hasRoom(issuer: string): boolean {
    const held = expiriesByIssuer.get(issuer)?.size ?? 0;
    if (held < KEYS_OF_EACH) return size - shared < maxKeys - maxShared;
    return held - KEYS_OF_EACH < (maxShared - shared) * PART_OF_FREE_ROOM;
  }

  /** Goes through all of them only when there is one to find, or a store without room would do nothing else. */
  function forgetExpired(): void {
    const now = clock() / 1000;
    if (now < nothingExpiresBefore) return;
    nothingExpiresBefore = Infinity;
    for (const [issuer, expiries] of expiriesByIssuer) {
      for (const [key, expiresAt] of expiries) {
        if (expiresAt > now) nothingExpiresBefore = Math.min(nothingExpiresBefore, expiresAt);
        else if (expiries.delete(key)) {
          size--;
          if (expiries.size >= KEYS_OF_EACH) shared--;
        }
      }
      if (expiries.size === 0) expiriesByIssuer.delete(issuer);
    }
  }
}
