import type { ClientLifecycleOptions } from "@oauth-dcr/core";
import type { Settings } from "./settings.js";

/** Core keeps every client for an hour; an operator who says less gets what they say. */
const MINIMUM_AGE_SECONDS = 3600;

type Lifetimes = Pick<Settings, "lifecycle" | "trust">;

export function clientLifecycle(lifetimes: Lifetimes): ClientLifecycleOptions {
  const minimumAgeSeconds = Math.min(shortestTtlSeconds(lifetimes), MINIMUM_AGE_SECONDS);
  return { ...lifetimes.lifecycle, minimumAgeSeconds };
}

/** How often to sweep, so that a client is gone soon after its time: a tenth of that time, and each minute at most. */
export function sweepEverySeconds(lifetimes: Lifetimes): number | undefined {
  const shortest = shortestTtlSeconds(lifetimes);
  if (shortest === Infinity) return undefined;
  return Math.min(Math.max(Math.floor(shortest / 10), 1), 60);
}

/** The shortest time of any client, whatever its tier. */
function shortestTtlSeconds({ lifecycle, trust }: Lifetimes): number {
  const all = [lifecycle, ...(trust?.lifecycles ?? [])];
  return Math.min(
    ...all.flatMap(({ unusedTtlSeconds = Infinity, idleTtlSeconds = Infinity }) => [
      unusedTtlSeconds,
      idleTtlSeconds,
    ]),
  );
}
