import type { Counter, Histogram, Meter, Observable } from "@opentelemetry/api";
import { METRICS, type MetricName } from "./metric-table.js";

export function counter(meter: Meter, name: MetricName<"counter">): Counter {
  const { unit, description } = METRICS[name];
  return meter.createCounter(name, { unit, description });
}

export function histogram(meter: Meter, name: MetricName<"histogram">): Histogram {
  const { unit, description, buckets } = METRICS[name];
  return meter.createHistogram(name, {
    unit,
    description,
    advice: { explicitBucketBoundaries: [...buckets] },
  });
}

export function observable(
  meter: Meter,
  name: MetricName<"observable_gauge" | "observable_counter">,
): Observable {
  const { instrument, unit, description } = METRICS[name];
  return instrument === "observable_gauge"
    ? meter.createObservableGauge(name, { unit, description })
    : meter.createObservableCounter(name, { unit, description });
}
