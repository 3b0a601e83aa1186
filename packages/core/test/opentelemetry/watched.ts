import { context, SpanStatusCode } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type DataPoint,
  type Histogram,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-base";
import { inspect } from "node:util";
import { afterAll, beforeAll } from "vitest";

/** A real OpenTelemetry SDK that keeps in memory what it would export. */
export function watched() {
  const spans = new InMemorySpanExporter();
  const logs = new InMemoryLogRecordExporter();
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metrics });
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const loggers = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logs })] });
  const meters = new MeterProvider({ readers: [reader] });

  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterAll(async () => {
    context.disable();
    await Promise.all([tracers.shutdown(), loggers.shutdown(), meters.shutdown()]);
  });

  async function pointsOf<T>(name: string): Promise<DataPoint<T>[]> {
    await meters.forceFlush();
    const [latest] = metrics.getMetrics().slice(-1);
    const found = latest?.scopeMetrics.flatMap(({ metrics: all }) => all);
    return (found?.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? []) as DataPoint<T>[];
  }

  return {
    telemetry: { tracer: tracers.getTracer("oauth-dcr"), meter: meters.getMeter("oauth-dcr") },
    logger: loggers.getLogger("oauth-dcr"),
    /** What ended since it was asked last, in the order in which it ended. */
    ended: (): ReadableSpan[] => {
      const finished = spans.getFinishedSpans();
      spans.reset();
      return finished;
    },
    records: () => logs.getFinishedLogRecords(),
    counts: () => pointsOf<number>("oauth_dcr.events"),
    gauges: (name: string) => pointsOf<number>(name),
    durations: (of: "request" | "operation" | "store.operation") =>
      pointsOf<Histogram>(`oauth_dcr.${of}.duration`),
    /** Every metric with data, as it is exported. */
    collected: async () => {
      await meters.forceFlush();
      const [latest] = metrics.getMetrics().slice(-1);
      return latest?.scopeMetrics.flatMap(({ metrics: all }) => all) ?? [];
    },
    /** All that leaves the process, as text. */
    exported: async (): Promise<string> => {
      await meters.forceFlush();
      const all = [spans.getFinishedSpans(), logs.getFinishedLogRecords(), metrics.getMetrics()];
      return inspect(all, { depth: null, maxArrayLength: null, maxStringLength: null });
    },
  };
}

/** What is said of a span in one line: its name, its attributes, and whether it is an error. */
export function said({ name, attributes, status, events }: ReadableSpan): unknown[] {
  return [name, attributes, ...(status.code === SpanStatusCode.UNSET ? [] : [status]), ...events];
}
