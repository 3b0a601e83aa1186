import type { ClientLifecycleOptions } from "@oauth-dcr/core";
import type { Settings } from "./settings.js";

/** Core keeps every client for an hour; an operator who says less gets what they say. */
const MINIMUM_AGE_SECONDS = 3600;

export function clientLifecycle(lifecycle: Settings["lifecycle"]): ClientLifecycleOptions {
  const shortest = shortestTtlSeconds(lifecycle);
  return { ...lifecycle, minimumAgeSeconds: Math.min(shortest, MINIMUM_AGE_SECONDS) };
}

/** How often to sweep, so that a client is gone soon after its time: a tenth of that time, and each minute at most. */
export function sweepEverySeconds(lifecycle: Settings["lifecycle"]): number | undefined {
  const shortest = shortestTtlSeconds(lifecycle);
  if (shortest === Infinity) return undefined;
  return Math.min(Math.max(Math.floor(shortest / 10), 1), 60);
}

function shortestTtlSeconds({ unusedTtlSeconds, idleTtlSeconds }: Settings["lifecycle"]): number {
  return Math.min(unusedTtlSeconds ?? Infinity, idleTtlSeconds ?? Infinity);
}
