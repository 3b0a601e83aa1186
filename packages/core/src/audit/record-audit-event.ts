import type { RequestContext } from "../request-context.js";
import type { AuditEvent, AuditSink } from "./audit-event.js";
import type { OnError } from "./on-error.js";

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
