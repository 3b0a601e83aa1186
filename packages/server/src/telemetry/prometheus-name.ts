import type { Metric } from "@oauth-dcr/core/opentelemetry";

const UNITS: Readonly<Record<string, string>> = { s: "_seconds", By: "_bytes" };

/**
 * The name of a metric in Prometheus, as a collector and Prometheus itself make it of what OpenTelemetry exports: so dashboards
 * and alerts fit both ways. What a histogram consists of has a suffix more: `_bucket`, `_count` and `_sum`.
 *
 * @see OpenTelemetry metrics in Prometheus https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function prometheusName(
  name: string,
  { instrument, unit }: Pick<Metric, "instrument" | "unit">,
): string {
  const total = instrument === "counter" || instrument === "observable_counter" ? "_total" : "";
  return `${name.replaceAll(".", "_")}${UNITS[unit] ?? ""}${total}`;
}
