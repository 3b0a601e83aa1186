// Where an SDK from 3 on listens. It wants Node.js 22, so that the real API of its time stands here with little behind it.
import { appendFileSync } from "node:fs";
import { logs, metrics, trace } from "opentelemetry-logs-api";

const write = (line) => appendFileSync(process.env.TELEMETRY_FILE, `${JSON.stringify(line)}\n`);
const noSpan = { setAttributes: () => noSpan, setStatus: () => noSpan, end: () => undefined };

logs.setGlobalLoggerProvider({
  getLogger: () => ({
    emit: ({ eventName, severityText }) => write({ log: eventName, severityText }),
    enabled: () => true,
  }),
});
trace.setGlobalTracerProvider({
  getTracer: () => ({
    startActiveSpan(name, _options, run) {
      write({ span: name });
      return run(noSpan);
    },
  }),
});
metrics.setGlobalMeterProvider({
  getMeter: () => ({
    createCounter: (name) => ({ add: (value, attributes) => write({ metric: name, attributes, value }) }),
    createObservableGauge: () => ({}),
    createObservableCounter: () => ({}),
    addBatchObservableCallback: (observe) => {
      observe({ observe: (_, value, attributes) => write({ metric: "observed", attributes, value }) });
    },
    createHistogram: (name) => ({ record: (_, attributes) => write({ metric: name, attributes, value: 1 }) }),
  }),
});
