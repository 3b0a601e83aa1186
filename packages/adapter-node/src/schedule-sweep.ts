/// <reference types="node" />
import { MisuseError, type ClientRegistration, requireKnownOptions } from "@oauth-dcr/core";

/** Options of `scheduleSweep`. */
export interface ScheduleSweepOptions {
  /** How long to rest between sweeps: whole seconds, at most 86,400, which is a day. */
  readonly everySeconds: number;
  /** How many clients one sweep deletes at most, before others get their turn. Default 100. */
  readonly limit?: number;
  /** Told when a sweep failed; the next comes at its time. Default: a line on the console's error stream. */
  readonly onError?: (error: unknown) => void;
}

/** A timer that sweeps, until it is stopped. */
export interface ScheduledSweep {
  /** Begins no further sweep, and is done when the one under way is. */
  readonly stop: () => Promise<void>;
}

const LONGEST_REST_SECONDS = 86_400;

/**
 * Sweeps now and then: the first time at once, and again without a rest while there is more. One sweep never overlaps
 * another, and the timer keeps no process alive.
 *
 * @example
 * ```ts
 * import type { ClientRegistration } from "@oauth-dcr/core";
 * import { scheduleSweep } from "@oauth-dcr/node";
 *
 * declare const registration: ClientRegistration;
 *
 * const sweep = scheduleSweep(registration, { everySeconds: 3600 });
 * process.once("SIGTERM", () => void sweep.stop());
 * ```
 * @throws MisuseError for an option that makes no sense
 */
export function scheduleSweep(
  registration: Pick<ClientRegistration, "sweepClients">,
  options: ScheduleSweepOptions,
): ScheduledSweep {
  requireKnownOptions("scheduleSweep", options, [
    "everySeconds",
    "limit",
    "onError",
  ] satisfies (keyof ScheduleSweepOptions)[]);
  const { everySeconds, limit = 100, onError = logError } = options;
  // A longer rest would not fit into a timer of Node.js, which then fires at once, and for ever.
  requireWhole("everySeconds", everySeconds, LONGEST_REST_SECONDS);
  requireWhole("limit", limit, Number.MAX_SAFE_INTEGER);
  let isStopped = false;
  let timer: NodeJS.Timeout;
  let underWay = Promise.resolve();

  function sweepIn(seconds: number): void {
    timer = setTimeout(() => {
      underWay = sweep();
    }, seconds * 1000);
    timer.unref();
  }

  async function sweep(): Promise<void> {
    let more = false;
    try {
      ({ more } = await registration.sweepClients({ limit }));
    } catch (error) {
      tell(error);
    }
    if (!isStopped) sweepIn(more ? 0 : everySeconds);
  }

  function tell(error: unknown): void {
    try {
      onError(error);
    } catch (failure) {
      console.error("oauth-dcr: the sweep failed:", error, "and onError failed:", failure);
    }
  }

  sweepIn(0);
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      return underWay;
    },
  };
}

function requireWhole(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value > 0 && value <= max) return;
  throw new MisuseError("ERR_OPTION", `${name}: must be a whole number from 1 to ${max}`);
}

function logError(error: unknown): void {
  console.error("oauth-dcr: the sweep failed:", error);
}
