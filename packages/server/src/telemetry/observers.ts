import { auditSinks, type AuditSink, type ClientRegistration, type RegistrationStore } from "@oauth-dcr/core";
import {
  openTelemetryGauges,
  openTelemetryMetrics,
  tracedRegistration,
  tracedStore,
  type Telemetry,
} from "@oauth-dcr/core/opentelemetry";
import { ProxyTracerProvider } from "@opentelemetry/api";
import type { Settings } from "../settings/settings.js";
import type { PrometheusMetrics } from "./prometheus-meter.js";
import { loadedTelemetry } from "./telemetry.js";

/** What a server does, measured for everybody whom the operator named. */
export interface Observers {
  readonly store: (store: RegistrationStore) => RegistrationStore;
  readonly audit: (record: AuditSink) => AuditSink;
  readonly registration: (registration: ClientRegistration, store: RegistrationStore) => ClientRegistration;
}

/** @param metrics what Prometheus reads, if anything */
export function observers(
  { audit, totalQuota }: Pick<Settings, "audit" | "totalQuota">,
  metrics: PrometheusMetrics | undefined,
): Observers {
  // From the inside: what Prometheus reads belongs to the spans of the SDK around it.
  const told: readonly Telemetry[] = [
    ...(metrics ? [{ meter: metrics.meter, tracer: NO_SPANS }] : []),
    ...(audit.includes("opentelemetry") ? [loadedTelemetry()] : []),
  ];
  return {
    store: (store) => told.reduce(tracedStore, store),
    // The SDK counts events where it gets them.
    audit: (record) => (metrics ? auditSinks(record, openTelemetryMetrics(metrics.meter)) : record),
    registration(registration, store) {
      for (const { meter } of told) {
        openTelemetryGauges(meter, { registration, store, ...(totalQuota !== undefined && { totalQuota }) });
      }
      return told.reduce(tracedRegistration, registration);
    },
  };
}

/** Without a provider behind it: it keeps the span that it is in, which an exemplar names. */
const NO_SPANS = new ProxyTracerProvider().getTracer("oauth-dcr");
