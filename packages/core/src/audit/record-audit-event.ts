import type { RequestContext } from "../request-context.js";
import type { AuditEvent, AuditSink } from "./audit-event.js";

/**
 * Told of what an operator should look into: a store, a limiter or an audit sink that failed, or a defect of ours. Gets
 * the event of the request, so that none is lost with the sink.
 */
export type OnError = (error: unknown, event: AuditEvent) => void | Promise<void>;

/** Hands an event to the sink without waiting for it, and what the sink could not take to `onError`. */
export function recordAuditEvent(
  event: AuditEvent,
  sink: AuditSink,
  onError: OnError,
  context: RequestContext,
): void {
  // Called inside the promise's executor, so that a throw and a rejection are one thing.
  const delivered = new Promise<void>((resolve) => {
    resolve(sink(event));
  }).catch((error: unknown) => {
    void onError(error, event);
  });
  try {
    context.waitUntil?.(delivered);
  } catch (error) {
    // Such as a platform's function called outside its request: the answer is made all the same.
    void onError(error, event);
  }
}
