/// <reference types="node" />
import { MisuseError, requireKnownOptions } from "@oauth-dcr/core";
import type { WebhookDelivery } from "@oauth-dcr/core/webhooks";

/** Options of `scheduleWebhooks`. */
export interface ScheduleWebhooksOptions {
  /** How long to rest when there is nothing to deliver: whole seconds, at most 3,600. Default: 1. */
  readonly everySeconds?: number;
  /**
   * Told when a queue failed, such as while its database is away: at once, and then at most once a minute for each endpoint.
   * Default: a line on the console's error stream.
   */
  readonly onError?: (error: unknown) => void;
}

/** Timers that deliver webhooks, until they are stopped. */
export interface ScheduledWebhooks {
  /** Delivers now: call it when an event was recorded, for instance as an audit sink. */
  readonly wake: () => void;
  /** Breaks off what is under way, to be sent again later, and lets other processes deliver. */
  readonly stop: () => Promise<void>;
}

const LONGEST_REST_SECONDS = 3600;
const TOLD_EVERY_MILLISECONDS = 60_000;

/**
 * Delivers webhooks of several endpoints. Each has a timer of its own, so that one that is slow holds up no other. The timers
 * keep no process alive.
 *
 * @throws MisuseError for an option that makes no sense
 * @example
 * ```ts
 * import type { WebhookDelivery } from "@oauth-dcr/core/webhooks";
 * import { scheduleWebhooks } from "@oauth-dcr/node";
 *
 * declare const deliveries: readonly WebhookDelivery[];
 *
 * const webhooks = scheduleWebhooks(deliveries);
 * process.once("SIGTERM", () => void webhooks.stop());
 * ```
 */
export function scheduleWebhooks(
  deliveries: readonly WebhookDelivery[],
  options: ScheduleWebhooksOptions = {},
): ScheduledWebhooks {
  requireKnownOptions("scheduleWebhooks", options, [
    "everySeconds",
    "onError",
  ] satisfies (keyof ScheduleWebhooksOptions)[]);
  const { everySeconds = 1, onError = logError } = options;
  if (!Number.isInteger(everySeconds) || everySeconds < 1 || everySeconds > LONGEST_REST_SECONDS) {
    throw new MisuseError(
      "ERR_OPTION",
      `everySeconds: must be a whole number from 1 to ${LONGEST_REST_SECONDS}`,
    );
  }
  const loops = deliveries.map((delivery) => deliveryLoop(delivery, everySeconds, onError));
  return {
    wake() {
      for (const { wake } of loops) wake();
    },
    async stop() {
      await Promise.all(loops.map(async ({ stop }) => stop()));
    },
  };
}

function deliveryLoop(
  delivery: WebhookDelivery,
  everySeconds: number,
  onError: (error: unknown) => void,
): ScheduledWebhooks {
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let isStopped = false;
  /** Something was recorded while a round was under way, which may not have seen it. */
  let isWoken = false;
  /** The queue failed. However many events come, it is asked again after a rest. */
  let hasFailed = false;
  let toldAt = -Infinity;

  async function run(): Promise<void> {
    clearTimeout(timer);
    isRunning = true;
    let outcome: "more" | "nothing" | "failed" = "more";
    while (!isStopped && (outcome === "more" || (outcome === "nothing" && isWoken))) {
      isWoken = false;
      outcome = await round();
    }
    hasFailed = outcome === "failed";
    isRunning = false;
    if (!isStopped) timer = setTimeout(() => void run(), everySeconds * 1000).unref();
  }

  async function round(): Promise<"more" | "nothing" | "failed"> {
    try {
      return (await delivery.deliver()).more ? "more" : "nothing";
    } catch (error) {
      tell(error);
      return "failed";
    }
  }

  function tell(error: unknown): void {
    if (performance.now() - toldAt < TOLD_EVERY_MILLISECONDS) return;
    toldAt = performance.now();
    try {
      onError(error);
    } catch (failure) {
      console.error("oauth-dcr: the delivery of webhooks failed:", error, "and onError failed:", failure);
    }
  }

  void run();
  return {
    wake() {
      isWoken = true;
      if (!isRunning && !isStopped && !hasFailed) void run();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      try {
        await delivery.close();
      } catch (error) {
        tell(error);
      }
    },
  };
}

function logError(error: unknown): void {
  console.error("oauth-dcr: the delivery of webhooks failed:", error);
}
