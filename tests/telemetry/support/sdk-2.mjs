// What an operator preloads: the SDK before 3, here with exporters that append JSON lines to a file.
import { appendFileSync } from "node:fs";
import { context, metrics, trace } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api-logs";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { AlwaysOffSampler, BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

const write = (line) => appendFileSync(process.env.TELEMETRY_FILE, `${JSON.stringify(line)}\n`);
const exporter = (linesOf) => ({
  export(batch, done) {
    for (const line of linesOf(batch)) write(line);
    done({ code: 0 });
  },
  selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
});

const spans = exporter((all) =>
  all.map((span) => ({
    span: span.name,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
  })),
);
const records = exporter((all) =>
  all.map(({ eventName, severityText, spanContext }) => ({
    log: eventName,
    severityText,
    id: spanContext?.spanId,
  })),
);
const points = exporter(({ scopeMetrics }) =>
  scopeMetrics.flatMap(({ metrics: all }) =>
    all.flatMap(({ descriptor: { name }, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({ metric: name, attributes, value: value.count ?? value })),
    ),
  ),
);

const tracers = new BasicTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(spans)],
  ...(process.env.TELEMETRY_SAMPLES === "nothing" && { sampler: new AlwaysOffSampler() }),
});
const loggers = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] });
const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: points })] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(tracers);
logs.setGlobalLoggerProvider(loggers);
metrics.setGlobalMeterProvider(meters);

// The server ends by having nothing left to do.
process.once("beforeExit", () => {
  void Promise.all([tracers.shutdown(), loggers.shutdown(), meters.shutdown()]);
});
