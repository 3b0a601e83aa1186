import type { AuditDelivery } from "@oauth-dcr/core";

const REST_MILLISECONDS = 5_000;

/** A sink that does not come back keeps no server from stopping. */
const LONGEST_END_MILLISECONDS = 1_000;

/**
 * Delivers again, from time to time, the audit events that a sink could not take: no further request may come to show
 * that it is back. Answers the function that ends this with one last try.
 */
export function deliverAuditEvents(delivery: AuditDelivery): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isEnding = false;

  function deliverLater(): void {
    if (isEnding) return;
    timer = setTimeout(() => void delivery.flush().then(deliverLater), REST_MILLISECONDS);
    timer.unref();
  }

  deliverLater();
  return async function end() {
    isEnding = true;
    clearTimeout(timer);
    // The second one is for what a request that was broken off told meanwhile.
    const flushed = delivery.flush().then(async () => delivery.flush());
    await Promise.race([
      flushed,
      new Promise((resolve) => (timer = setTimeout(resolve, LONGEST_END_MILLISECONDS))),
    ]);
    clearTimeout(timer);
    const { waiting } = delivery;
    if (waiting > 0)
      console.error(`oauth-dcr: ${waiting} audit events could not be delivered before the end`);
  };
}
