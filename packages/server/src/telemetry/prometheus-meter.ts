import { METRICS, type Metric } from "@oauth-dcr/core/opentelemetry";
import {
  createNoopMeter,
  trace,
  TraceFlags,
  type Attributes,
  type BatchObservableCallback,
  type Meter,
  type Observable,
} from "@opentelemetry/api";
import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type OpenMetricsContentType,
} from "prom-client";
import { prometheusName } from "./prometheus-name.js";

/** Metrics in the form that Prometheus reads. */
export interface PrometheusMetrics {
  /** Where they are measured: makes the instruments of `METRICS` as they are in that table, and no other. */
  readonly meter: Meter;
  readonly contentType: string;
  /** All metrics as text, the observable ones as they are now. */
  readonly read: () => Promise<string>;
}

/**
 * Bridges the metrics of core to the client library of Prometheus, beside those of the process: processor time, memory, event loop,
 * descriptors. Histograms have exemplars: the trace of the latest measurement in each bucket, if an SDK that samples it is loaded.
 *
 * @see OpenMetrics 1.0 exemplars https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars
 */
export function prometheusMetrics(): PrometheusMetrics {
  const registry = new Registry<OpenMetricsContentType>();
  // Only this form has exemplars.
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  collectDefaultMetrics({ register: registry });
  const callbacks = new Set<BatchObservableCallback>();
  const observables = new Map<Observable, Counter | Gauge>();

  function configurationOf(name: string) {
    const metric: Metric = METRICS[name as keyof typeof METRICS];
    const { description: help, attributes } = metric;
    return {
      name: prometheusName(name, metric),
      help,
      labelNames: attributes.map(labelName),
      registers: [registry],
    };
  }

  function observed(metric: Counter | Gauge): Observable {
    const observable: Observable = { addCallback: () => undefined, removeCallback: () => undefined };
    observables.set(observable, metric);
    return observable;
  }

  function observeAll(): void {
    // What is not observed any more has no value.
    for (const metric of observables.values()) metric.reset();
    for (const callback of callbacks) {
      void callback({
        observe: (observable, value, attributes) =>
          observables.get(observable)?.inc(labelsOf(attributes), value),
      });
    }
  }

  const meter: Partial<Meter> = {
    createCounter(name) {
      const counter = new Counter(configurationOf(name));
      return { add: (value, attributes) => counter.inc(labelsOf(attributes), value) };
    },
    createHistogram(name, { advice } = {}) {
      const buckets = advice?.explicitBucketBoundaries ?? [];
      const histogram = new Histogram({ ...configurationOf(name), buckets, enableExemplars: true });
      return {
        record: (value, attributes) =>
          histogram.observe({ value, labels: labelsOf(attributes), exemplarLabels: currentTrace() }),
      };
    },
    createObservableGauge: (name) => observed(new Gauge(configurationOf(name))),
    createObservableCounter: (name) => observed(new Counter(configurationOf(name))),
    addBatchObservableCallback: (callback) => void callbacks.add(callback),
    removeBatchObservableCallback: (callback) => void callbacks.delete(callback),
  };

  return {
    meter: Object.assign(Object.create(createNoopMeter()) as Meter, meter),
    contentType: registry.contentType,
    read: async () => {
      observeAll();
      return registry.metrics();
    },
  };
}

function labelName(attribute: string): string {
  return attribute.replaceAll(".", "_");
}

function labelsOf(attributes: Attributes = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([attribute, value]) => [labelName(attribute), String(value)]),
  );
}

/** The trace that a measurement belongs to, if somebody keeps that trace. */
function currentTrace(): Record<string, string> {
  const { traceId, spanId, traceFlags } = trace.getActiveSpan()?.spanContext() ?? {};
  const isSampled = ((traceFlags ?? TraceFlags.NONE) & TraceFlags.SAMPLED) !== 0;
  return isSampled && traceId !== undefined && spanId !== undefined
    ? { trace_id: traceId, span_id: spanId }
    : {};
}
