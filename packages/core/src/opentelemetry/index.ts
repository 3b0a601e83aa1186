export { openTelemetryGauges, type OpenTelemetryGaugesOptions } from "./gauges.js";
export { openTelemetryLogs, type OpenTelemetryLogger } from "./logs.js";
export type { EventAttributes } from "./event-attributes.js";
export { METRICS, type Metric } from "./metric-table.js";
export { openTelemetryMetrics } from "./metrics.js";
export type { Telemetry } from "./operations.js";
export { tracedRegistration } from "./traced-registration.js";
export { tracedStore } from "./traced-store.js";
