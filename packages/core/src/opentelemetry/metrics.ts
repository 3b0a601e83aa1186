import type { Attributes, Meter } from "@opentelemetry/api";
import type { AuditEvent } from "../audit/audit-event.js";
import { counter } from "./instruments.js";

/**
 * An audit sink that counts events in `oauth_dcr.events`: by their type, the reason of a refusal, the first rule that was broken,
 * the limit that was exceeded, and the right by which a client was admitted. No caller can make up a value of these.
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
  const events = counter(meter, "oauth_dcr.events");
  return (event) => events.add(("occurrences" in event && event.occurrences) || 1, attributesOf(event));
}

function attributesOf(event: AuditEvent): Attributes {
  return {
    "oauth_dcr.event.type": event.type,
    ...("reason" in event && { "error.type": event.reason }),
    ...("source" in event && { "oauth_dcr.source": event.source }),
    ...("rateLimit" in event && { "oauth_dcr.rate_limit": event.rateLimit }),
    ...brokenRule(event),
  };
}

/** Of a refusal alone: what was put right with a warning is no reason. */
function brokenRule(event: AuditEvent): Attributes {
  const error = "findings" in event && event.findings.find(({ severity }) => severity === "error");
  return error ? { "oauth_dcr.rule": error.rule } : {};
}
