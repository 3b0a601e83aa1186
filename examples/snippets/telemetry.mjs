import { context, metrics, trace } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api-logs";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BatchLogRecordProcessor, ConsoleLogRecordExporter, LoggerProvider } from "@opentelemetry/sdk-logs";
import {
  ConsoleMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor, ConsoleSpanExporter } from "@opentelemetry/sdk-trace-base";

// To a collector: OTLPTraceExporter, OTLPLogExporter and OTLPMetricExporter of
// @opentelemetry/exporter-trace-otlp-http, -logs- and -metrics-, in the place of these three.
const [spans, records, counts] = [
  new ConsoleSpanExporter(),
  new ConsoleLogRecordExporter(),
  new ConsoleMetricExporter(),
];

const tracers = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(spans)] });
const loggers = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: records })] });
const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: counts })] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()); // spans find their parents by it
trace.setGlobalTracerProvider(tracers);
logs.setGlobalLoggerProvider(loggers);
metrics.setGlobalMeterProvider(meters);

// Sends what still waits. `oauth-dcr serve` ends by having nothing left to do.
process.once("beforeExit", () => {
  void Promise.all([tracers.shutdown(), loggers.shutdown(), meters.shutdown()]);
});
