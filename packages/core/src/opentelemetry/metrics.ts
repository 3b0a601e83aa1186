import type { Meter } from "@opentelemetry/api";
import type { AuditEvent } from "../audit/audit-event.js";

/**
 * An audit sink that counts events in `oauth_dcr.events`, by their type, the reason of a refusal and the right by
 * which a client was admitted: by nothing that a caller can make up.
 *
 * @example
 * ```ts
 * import { metrics } from "@opentelemetry/api";
 * import { auditSinks } from "@oauth-dcr/core";
 * import { openTelemetryMetrics } from "@oauth-dcr/core/opentelemetry";
 *
 * const audit = auditSinks(openTelemetryMetrics(metrics.getMeter("oauth-dcr")));
 * ```
 */
export function openTelemetryMetrics(meter: Meter): (event: AuditEvent) => void {
  const events = meter.createCounter("oauth_dcr.events", {
    description: "Audit events of the registration server.",
    unit: "{event}",
  });
  return (event) =>
    events.add(1, {
      "oauth_dcr.event.type": event.type,
      ...("reason" in event && { "error.type": event.reason }),
      ...("source" in event && { "oauth_dcr.source": event.source }),
    });
}
