export { openTelemetryLogs, type OpenTelemetryLogger } from "./opentelemetry/logs.js";
export type { EventAttributes } from "./opentelemetry/event-attributes.js";
export { openTelemetryMetrics } from "./opentelemetry/metrics.js";
export type { Telemetry } from "./opentelemetry/operations.js";
export { tracedRegistration } from "./opentelemetry/traced-registration.js";
export { tracedStore } from "./opentelemetry/traced-store.js";
