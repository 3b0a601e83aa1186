/** A metric as it is exported. */
export interface Metric {
  /** The OpenTelemetry instrument that it is made with. A gauge is observable: it is read when somebody collects. */
  readonly instrument: "counter" | "observable_counter" | "observable_gauge" | "histogram";
  /** In UCUM: `s` for seconds, `By` for bytes, or what is counted, in braces. */
  readonly unit: "s" | "By" | "{event}" | "{client}";
  /** What it measures. */
  readonly description: string;
  /** Every attribute that it can have. Each has few values, and no caller can invent one. */
  readonly attributes: readonly string[];
  /** The upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
}

/**
 * As advised for `http.server.request.duration`. The defaults of OpenTelemetry are meant for milliseconds.
 * @see OpenTelemetry HTTP metrics https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * As advised for `db.client.operation.duration`.
 * @see OpenTelemetry database metrics https://opentelemetry.io/docs/specs/semconv/db/database-metrics/
 */
const OPERATION_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/**
 * All metrics of this package, by name. Names and units follow the semantic conventions of OpenTelemetry. They have a namespace of
 * their own: an instrumented HTTP server or database driver measures the same requests as `http.server.request.duration` and
 * `db.client.operation.duration`, and a sum would count them twice.
 *
 * @see OpenTelemetry naming https://opentelemetry.io/docs/specs/semconv/general/naming/
 */
export const METRICS = {
  "oauth_dcr.request.duration": {
    instrument: "histogram",
    unit: "s",
    description: "Duration of requests to the endpoints of the registration server.",
    attributes: ["http.request.method", "oauth_dcr.endpoint", "http.response.status_code", "error.type"],
    buckets: REQUEST_BUCKETS,
  },
  "oauth_dcr.operation.duration": {
    instrument: "histogram",
    unit: "s",
    description: "Duration of calls to the registration server, such as authenticateClient.",
    attributes: ["oauth_dcr.operation.name", "oauth_dcr.outcome", "oauth_dcr.reason", "error.type"],
    buckets: OPERATION_BUCKETS,
  },
  "oauth_dcr.store.operation.duration": {
    instrument: "histogram",
    unit: "s",
    description: "Duration of calls to the store, such as createClient.",
    attributes: ["oauth_dcr.operation.name", "oauth_dcr.outcome", "error.type"],
    buckets: OPERATION_BUCKETS,
  },
  "oauth_dcr.events": {
    instrument: "counter",
    unit: "{event}",
    description: "Audit events. An event that stands for several requests counts as many times.",
    attributes: [
      "oauth_dcr.event.type",
      "error.type",
      "oauth_dcr.source",
      "oauth_dcr.rule",
      "oauth_dcr.rate_limit",
    ],
  },
  "oauth_dcr.client.count": {
    instrument: "observable_gauge",
    unit: "{client}",
    description: "Clients in the store. Every process on one store reports the same numbers.",
    attributes: ["oauth_dcr.status", "oauth_dcr.source"],
  },
  "oauth_dcr.quota.usage": {
    instrument: "observable_gauge",
    unit: "{client}",
    description: "Registered clients that are pending or await approval, which the total quota limits.",
    attributes: [],
  },
  "oauth_dcr.quota.limit": {
    instrument: "observable_gauge",
    unit: "{client}",
    description: "The total quota. Missing if there is none.",
    attributes: [],
  },
  "oauth_dcr.cache.usage": {
    instrument: "observable_gauge",
    unit: "By",
    description: "Text that a cache keeps.",
    attributes: ["oauth_dcr.cache.name"],
  },
  "oauth_dcr.cache.limit": {
    instrument: "observable_gauge",
    unit: "By",
    description: "The most text that a cache keeps.",
    attributes: ["oauth_dcr.cache.name"],
  },
  "oauth_dcr.audit.queue.size": {
    instrument: "observable_gauge",
    unit: "{event}",
    description: "Audit events that the sink has not taken yet.",
    attributes: [],
  },
  "oauth_dcr.audit.delay": {
    instrument: "observable_gauge",
    unit: "s",
    description: "Age of the oldest audit event that the sink has not taken yet. 0 if there is none.",
    attributes: [],
  },
  "oauth_dcr.audit.lost_events": {
    instrument: "observable_counter",
    unit: "{event}",
    description: "Audit events that were dropped because too many were waiting.",
    attributes: [],
  },
} as const satisfies Readonly<Record<string, Metric>>;

/** The names of the metrics that are made with an instrument. */
export type MetricName<Instrument extends Metric["instrument"]> = {
  [Name in keyof typeof METRICS]: (typeof METRICS)[Name]["instrument"] extends Instrument ? Name : never;
}[keyof typeof METRICS];
