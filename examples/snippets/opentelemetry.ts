import { auditSinks, createClientRegistration, mcpPreset } from "@oauth-dcr/core";
import {
  openTelemetryGauges,
  openTelemetryLogs,
  openTelemetryMetrics,
  tracedRegistration,
  tracedStore,
} from "@oauth-dcr/core/opentelemetry";
import { metrics, trace } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api-logs"; // from SDK 3 on: import { logs } from "@opentelemetry/api";
import { store } from "./sqlite.js";

const telemetry = { tracer: trace.getTracer("oauth-dcr"), meter: metrics.getMeter("oauth-dcr") };
const log = openTelemetryLogs(logs.getLogger("oauth-dcr"));
const count = openTelemetryMetrics(telemetry.meter);

const server = createClientRegistration({
  ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["tools:read"] }),
  store: tracedStore(store, telemetry),
  audit: auditSinks(log, count), // and any other
});
export const registration = tracedRegistration(server, telemetry);
openTelemetryGauges(telemetry.meter, { registration, store });
