import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger } from "../lib/misuse.js";
import type { ReplayStore } from "./replay-store.js";

/** Options of `memoryReplayStore`. */
export interface MemoryReplayStoreOptions {
  /** How many unexpired tokens are remembered. Default 100,000. */
  readonly maxKeys?: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/**
 * Remembers used tokens in this process: for one process alone, and until it ends. When it is full of tokens that could
 * still be replayed it throws: to forget one of them would let it in again.
 *
 * @example
 * ```ts
 * import { memoryReplayStore } from "@oauth-dcr/core/memory";
 *
 * const replay = memoryReplayStore({ maxKeys: 10_000 });
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
  const expiries = new Map<string, number>();
  let nothingExpiresBefore = 0;

  return {
    spend(key, expiresAt) {
      if (expiries.has(key)) return false;
      if (expiries.size >= maxKeys) forgetExpired();
      if (expiries.size >= maxKeys) throw new Error("memoryReplayStore: full; raise maxKeys");
      expiries.set(key, expiresAt);
      nothingExpiresBefore = Math.min(nothingExpiresBefore, expiresAt);
      return true;
    },
  };

  /** Goes through all of them only when there is one to find, or a full store would do nothing else. */
  function forgetExpired(): void {
    const now = clock() / 1000;
    if (now < nothingExpiresBefore) return;
    nothingExpiresBefore = Infinity;
    for (const [key, expiresAt] of expiries) {
      if (expiresAt <= now) expiries.delete(key);
      else nothingExpiresBefore = Math.min(nothingExpiresBefore, expiresAt);
    }
  }
}
