import { isPromise } from "../lib/steps.js";
import type { RequestContext } from "../access/request-context.js";
import type { AuditEvent, AuditSink } from "./audit-event.js";
import type { OnError } from "./on-error.js";

/** So many events wait for a sink, and so many for a second try, before further ones are given up. */
const MOST_EVENTS = 1000;

/** How the delivery of audit events stands. */
export interface AuditDelivery {
  /** Events that the sink has not taken yet: it is at them, or it failed and they will be delivered again. */
  readonly waiting: number;
  /** Events given up since the start, as too many waited. `onError` was told of each. */
  readonly lost: number;
  /**
   * Waits for what the sink is at, and delivers once more each event that it did not take. That also happens by itself
   * whenever the sink has taken an event, up to the first that fails again. To be called from time to time where events are rare, and before the process ends. Never
   * rejects.
   */
  readonly flush: () => Promise<void>;
}

/** Hands events to a sink, without waiting for it. */
export interface AuditRecorder {
  readonly record: (event: AuditEvent, context?: RequestContext) => void;
  readonly delivery: AuditDelivery;
}

/**
 * Delivers each event at once, and one that the sink could not take again later, behind those that came meanwhile: one
 * that no sink can take must not hold up the others. What is kept is bounded, so that a sink that is away for long, or
 * never answers, costs events and not the process.
 */
export function auditRecorder(sink: AuditSink, onError: OnError): AuditRecorder {
  const underWay = new Set<Promise<boolean>>();
  const refused: AuditEvent[] = [];
  let retrying: Promise<void> | undefined;
  let lost = 0;

  function keep(event: AuditEvent): void {
    if (refused.length < MOST_EVENTS) refused.push(event);
    else lost += 1;
  }

  /** Whether the sink took it; otherwise the event is kept. */
  function deliver(event: AuditEvent): Promise<boolean> {
    // Called inside the promise's executor, so that a throw and a rejection are one thing.
    const taking = new Promise<void>((resolve) => {
      resolve(sink(event));
    });
    return settle(event, taking, () => undefined);
  }

  function settle(event: AuditEvent, taking: void | Promise<void>, onRefusal: OnError): Promise<boolean> {
    const delivery = Promise.resolve(taking).then(
      () => true,
      (error: unknown) => {
        keep(event);
        void onRefusal(error, event);
        return false;
      },
    );
    underWay.add(delivery);
    void delivery.then(() => underWay.delete(delivery));
    return delivery;
  }

  function retry(): Promise<void> {
    retrying ??= retryAll(true).finally(() => {
      retrying = undefined;
    });
    return retrying;
  }

  /** One after the other, until the first that fails again where `untilFailure` says so. */
  async function retryAll(untilFailure: boolean): Promise<void> {
    for (let left = refused.length; left > 0; left -= 1) {
      const event = refused.shift();
      if (!event || (!(await deliver(event)) && untilFailure)) return;
    }
  }

  function record(event: AuditEvent, context: RequestContext = {}): void {
    if (underWay.size >= MOST_EVENTS) {
      keep(event);
      void onError(new Error("the audit sink is slower than events come"), event);
      return;
    }
    let taking: void | Promise<void>;
    try {
      taking = sink(event);
    } catch (error) {
      keep(event);
      void onError(error, event);
      return;
    }
    // Most sinks take an event at once, and then there is nothing to wait for.
    if (!isPromise(taking) && refused.length === 0) return;
    const delivered = settle(event, taking, onError).then((isTaken) => (isTaken ? retry() : undefined));
    try {
      context.waitUntil?.(delivered);
    } catch (error) {
      // Such as a platform's function called outside its request: the answer is made all the same.
      void onError(error, event);
    }
  }

  return {
    record,
    delivery: Object.freeze<AuditDelivery>({
      get waiting() {
        return underWay.size + refused.length;
      },
      get lost() {
        return lost;
      },
      async flush() {
        await Promise.all(underWay);
        // Each of them, as it may be the last time: one that no sink can take must not keep the others.
        await retryAll(false);
      },
    }),
  };
}
