import { auditSinks, type AuditSink } from "@oauth-dcr/core";
import { openTelemetryLogs, openTelemetryMetrics, type Telemetry } from "@oauth-dcr/core/opentelemetry";
import { metrics, trace } from "@opentelemetry/api";
import { logs as experimentalLogs, type Logger } from "@opentelemetry/api-logs";
import { logs as stableLogs } from "opentelemetry-logs-api";

const SCOPE = "oauth-dcr";

/** The tracer and the meter of the SDK that the operator loaded before this process's own code. */
export function loadedTelemetry(): Telemetry {
  return { tracer: trace.getTracer(SCOPE), meter: metrics.getMeter(SCOPE) };
}

/** Counts each audit event, and emits it as a log record. */
export function emitAuditEvents(): AuditSink {
  return auditSinks(openTelemetryMetrics(loadedTelemetry().meter), ...loadedLoggers().map(openTelemetryLogs));
}

/** Whether somebody takes log records, as far as that can be told. */
export function takesLogs(): boolean {
  // An SDK may be older than the question.
  return loadedLoggers().some((logger: Partial<Logger>) => logger.enabled?.() ?? true);
}

/**
 * An SDK before 3 listens to `@opentelemetry/api-logs`, and one from 3 on to `@opentelemetry/api` of 1.10 or newer. Neither
 * hears the other, so both are told.
 */
function loadedLoggers(): readonly Logger[] {
  return [experimentalLogs.getLogger(SCOPE), stableLogs.getLogger(SCOPE)];
}
