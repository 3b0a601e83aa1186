import type { AuditEvent } from "../audit/audit-event.js";
import { eventAttributes, type EventAttributes } from "./event-attributes.js";
import type { Failure } from "../failure.js";

/**
 * What is used of a `Logger`, such as `logs.getLogger("oauth-dcr")`. It has two homes: `@opentelemetry/api-logs` for an SDK
 * before 3, and from then on `@opentelemetry/api` itself, of 1.10 or newer.
 */
export interface OpenTelemetryLogger {
  /** Emits one log record. */
  emit(record: {
    readonly eventName: string;
    readonly timestamp: Date;
    readonly severityNumber: number;
    readonly severityText: string;
    readonly body: string;
    readonly attributes: EventAttributes;
  }): void;
}

/** @see OpenTelemetry log severity https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITIES = { INFO: 9, WARN: 13, ERROR: 17 } as const;

/**
 * An audit sink that emits each event as one log record, named such as `oauth_dcr.client_registered` and bound to the
 * span that it happened in. What was refused is a warning, and an error where something of ours, or that we depend on,
 * was the reason. It holds what the event holds, and so no secret.
 *
 * @example
 * ```ts
 * import { auditSinks } from "@oauth-dcr/core";
 * import { openTelemetryLogs, type OpenTelemetryLogger } from "@oauth-dcr/core/opentelemetry";
 *
 * declare const logger: OpenTelemetryLogger; // such as logs.getLogger("oauth-dcr") of the package api-logs
 *
 * const audit = auditSinks(openTelemetryLogs(logger));
 * ```
 * @see OpenTelemetry events https://opentelemetry.io/docs/specs/semconv/general/events/
 */
export function openTelemetryLogs(logger: OpenTelemetryLogger): (event: AuditEvent) => void {
  return (event) => {
    const severity = severityOf(event);
    logger.emit({
      eventName: `oauth_dcr.${event.type}`,
      timestamp: new Date(event.at),
      severityNumber: SEVERITIES[severity],
      severityText: severity,
      body: event.type,
      attributes: eventAttributes(event),
    });
  };
}

function severityOf(event: AuditEvent): keyof typeof SEVERITIES {
  if (!("reason" in event)) return "INFO";
  return isFault(event.reason) ? "ERROR" : "WARN";
}

/** What `onError` is told of: each failure that has a cause, and no other, or this does not compile. */
const FAULTS: Readonly<Record<Extract<Failure, { readonly cause: unknown }>["kind"], true>> = {
  store_unavailable: true,
  rate_limiter_unavailable: true,
  verifier_unavailable: true,
  revocation_failed: true,
  unknown_policy: true,
  defect: true,
};

/** Whether a request was refused because something of ours, or that we depend on, is broken. */
export function isFault(reason: Failure["kind"]): boolean {
  return Object.hasOwn(FAULTS, reason);
}
