import type { AuditEvent } from "./audit-event.js";

/**
 * Receives what an operator should look into: a store, a limiter or an audit sink that failed, or a defect of this library.
 * `event` is the event of the request. It is told of the first failure of an audit sink, and then at most
 * once a minute, with the last error as the `cause`, how many more events the sink did not take. That some are lost it is
 * told at `auditDelivery.flush()` at the latest.
 */
export type OnError = (error: unknown, event: AuditEvent) => void | Promise<void>;

/** A mistake in the operator's own handler, at once or later, must not become the client's answer or end the process. */
export function neverThrowing(onError: OnError): OnError {
  return async (error, event) => {
    try {
      await onError(error, event);
    } catch (failure) {
      console.error("oauth-dcr:", error, JSON.stringify(event), "and onError failed:", failure);
    }
  };
}

/** What is done when an operator gave no handler: a line on the console's error stream. */
export const logError: OnError = (error, event) => {
  console.error("oauth-dcr:", error, JSON.stringify(event));
};
