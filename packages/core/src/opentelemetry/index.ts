export { openTelemetryLogs, type OpenTelemetryLogger } from "./logs.js";
export type { EventAttributes } from "./event-attributes.js";
export { openTelemetryMetrics } from "./metrics.js";
export type { Telemetry } from "./operations.js";
export { tracedRegistration } from "./traced-registration.js";
export { tracedStore } from "./traced-store.js";
