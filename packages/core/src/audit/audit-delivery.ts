import { isPromise } from "../lib/steps.js";
import type { RequestContext } from "../access/request-context.js";
import type { AuditEvent, AuditSink } from "./audit-event.js";
import { limitedEvents } from "./limited-events.js";
import type { OnError } from "./on-error.js";

/** How many events a sink gets before it has taken the first of them. */
const MOST_UNDER_WAY = 1000;

/** How much is kept of what a sink did not take, in characters of JSON. What is lost beyond that is counted. */
const MOST_KEPT_CHARACTERS = 4_000_000;

/** How often `onError` is told of a sink at most, as it may fail at every other event. */
const TOLD_EVERY_MILLISECONDS = 60_000;

/** How many kept events a sink gets at once when it has taken one of them. */
const RETRIED_AT_ONCE = 100;

/** How the delivery of audit events stands. */
export interface AuditDelivery {
  /** Events that the sink has not taken yet: it is at them, or it failed and they will be delivered again. */
  readonly waiting: number;
  /** The time of the oldest of these events, RFC 3339 in UTC. Missing: none waits. */
  readonly waitingSince?: string | undefined;
  /**
   * Events given up since the start, as too many waited: first those of requests that changed nothing. `onError` is told how
   * many.
   */
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
  /** @param limitKey as whom a rate limit counts the caller that it turned away */
  readonly record: (event: AuditEvent, context?: RequestContext, limitKey?: string) => void;
  readonly delivery: AuditDelivery;
}

/**
 * Delivers each event at once, and one that the sink could not take again later, behind those that came meanwhile: one
 * that no sink can take must not hold up the others. What is kept is bounded by its size. Events of requests that changed
 * nothing, which anybody can cause, give way to all others.
 *
 * `onError` is told of the first failure, and then at most once a minute how many more events the sink did not take. That
 * some are lost it is told at `flush` at the latest.
 */
export function auditRecorder(sink: AuditSink, onError: OnError): AuditRecorder {
  const underWay = new Map<Promise<boolean>, AuditEvent>();
  const kept = keptEvents();
  let retrying: Promise<void> | undefined;
  let toldAt = -Infinity;
  let toldLost = 0;
  /** What `onError` was not told of. */
  let untold = 0;
  let lastUntold: { readonly error: unknown; readonly event: AuditEvent } | undefined;

  /** Whether the sink took it; otherwise the event is kept. */
  function deliver(event: AuditEvent): Promise<boolean> {
    // Called inside the promise's executor, so that a throw and a rejection are one thing.
    const taking = new Promise<void>((resolve) => {
      resolve(sink(event));
    });
    return settle(event, taking, true);
  }

  function settle(event: AuditEvent, taking: void | Promise<void>, isRetried = false): Promise<boolean> {
    const delivery = Promise.resolve(taking).then(
      () => true,
      (error: unknown) => {
        if (isRetried) kept.add(event);
        else postpone(error, event);
        return false;
      },
    );
    underWay.set(delivery, event);
    void delivery.then(() => underWay.delete(delivery));
    return delivery;
  }

  function postpone(error: unknown, event: AuditEvent): void {
    kept.add(event);
    const now = Date.parse(event.at);
    if (toldAt === -Infinity) void onError(error, event);
    else {
      untold += 1;
      lastUntold = { error, event };
      if (now - toldAt < TOLD_EVERY_MILLISECONDS) return;
      tell();
    }
    toldAt = now;
  }

  function tell(): void {
    if (!lastUntold) return;
    const lost = kept.lost - toldLost;
    const problem = new Error(`the audit sink did not take ${untold} more events; ${lost} of them are lost`, {
      cause: lastUntold.error,
    });
    void onError(problem, lastUntold.event);
    toldLost = kept.lost;
    untold = 0;
    lastUntold = undefined;
  }

  function retry(): Promise<void> {
    retrying ??= retryAll(true).finally(() => {
      retrying = undefined;
    });
    return retrying;
  }

  /** One alone at first. Where `untilFailure` says so, up to the first that fails again. */
  async function retryAll(untilFailure: boolean): Promise<void> {
    let atOnce = 1;
    for (const queue of kept.queues) {
      let left = queue.length;
      // Others may take from the queue meanwhile.
      while (left > 0 && queue.length > 0) {
        const events = kept.take(queue, Math.min(atOnce, left));
        left -= events.length;
        const taken = await Promise.all(events.map(deliver));
        if (untilFailure && taken.includes(false)) return;
        if (taken.includes(true)) atOnce = RETRIED_AT_ONCE;
      }
    }
  }

  const limited = limitedEvents(recordNow);

  function recordNow(event: AuditEvent, context: RequestContext = {}): void {
    if (underWay.size >= MOST_UNDER_WAY) {
      postpone(new Error("the audit sink is slower than events come"), event);
      return;
    }
    let taking: void | Promise<void>;
    try {
      taking = sink(event);
    } catch (error) {
      postpone(error, event);
      return;
    }
    // Most sinks take an event at once, and then there is nothing to wait for.
    if (!isPromise(taking) && kept.size === 0) return;
    const delivered = settle(event, taking).then((isTaken) => (isTaken ? retry() : undefined));
    try {
      context.waitUntil?.(delivered);
    } catch (error) {
      // Such as a platform's function called outside its request: the answer is made all the same.
      void onError(error, event);
    }
  }

  return {
    record: limited.record,
    delivery: Object.freeze<AuditDelivery>({
      get waiting() {
        return underWay.size + kept.size;
      },
      get waitingSince() {
        return earliest([...[...underWay.values()].map(({ at }) => at), ...kept.times]);
      },
      get lost() {
        return kept.lost;
      },
      async flush() {
        limited.flush();
        await Promise.all(underWay.keys());
        if (kept.lost > toldLost) tell();
        // Each of them, as it may be the last time: one that no sink can take must not keep the others.
        await retryAll(false);
      },
    }),
  };
}

/** Times of one form sort as text. */
function earliest(times: readonly string[]): string | undefined {
  return times.reduce<string | undefined>(
    (first, time) => (first === undefined || time < first ? time : first),
    undefined,
  );
}

/** The types of events after which clients and tokens are what they were. */
const WITHOUT_CHANGE = /_(?:refused|limited|reused|read)$|^client_document_(?:accepted|unavailable)$/;

interface KeptEvent {
  readonly event: AuditEvent;
  readonly characters: number;
}

/** Events that wait for another try. */
function keptEvents() {
  const changes: KeptEvent[] = [];
  const others: KeptEvent[] = [];
  let characters = 0;
  let lost = 0;

  function drop(one: KeptEvent): void {
    characters -= one.characters;
    lost += 1;
  }

  return {
    queues: [changes, others],
    add(event: AuditEvent): void {
      const queue = WITHOUT_CHANGE.test(event.type) ? others : changes;
      const one = { event, characters: JSON.stringify(event).length };
      queue.push(one);
      characters += one.characters;
      while (characters > MOST_KEPT_CHARACTERS) {
        const last = others.pop() ?? changes.pop();
        if (!last) return;
        drop(last);
      }
    },
    take(queue: KeptEvent[], number: number): readonly AuditEvent[] {
      const taken = queue.splice(0, number);
      for (const one of taken) characters -= one.characters;
      return taken.map(({ event }) => event);
    },
    get times() {
      return [...changes, ...others].map(({ event }) => event.at);
    },
    get size() {
      return changes.length + others.length;
    },
    get lost() {
      return lost;
    },
  };
}
