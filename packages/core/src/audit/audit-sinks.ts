import type { AuditEvent, AuditSink } from "./audit-event.js";

/**
 * One sink of several, each of which gets every event. One that fails holds up no other: the event that comes again for it
 * goes to those alone that have not taken it.
 *
 * @example
 * ```ts
 * import { auditSinks, type AuditSink } from "@oauth-dcr/core";
 *
 * declare const database: AuditSink;
 *
 * const audit = auditSinks(database, (event) => console.log(JSON.stringify(event)));
 * ```
 */
export function auditSinks(...sinks: readonly AuditSink[]): AuditSink {
  const missing = new WeakMap<AuditEvent, readonly AuditSink[]>();

  return async (event) => {
    const failed: AuditSink[] = [];
    const errors: unknown[] = [];
    const deliver = async (sink: AuditSink): Promise<void> => {
      try {
        await sink(event);
      } catch (error) {
        failed.push(sink);
        errors.push(error);
      }
    };
    await Promise.all((missing.get(event) ?? sinks).map(deliver));
    if (failed.length === 0) return;
    missing.set(event, failed);
    throw errors.length === 1 ? errors[0] : new AggregateError(errors, "several audit sinks failed");
  };
}
