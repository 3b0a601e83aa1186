import type { Attributes, Meter, SpanStatusCode, Tracer } from "@opentelemetry/api";
import type { Awaitable } from "../lib/result.js";
import { isPromise } from "../lib/steps.js";
import { histogram } from "./instruments.js";
import type { MetricName } from "./metric-table.js";

/** Where operations are reported to, such as `trace.getTracer("oauth-dcr")` and `metrics.getMeter("oauth-dcr")`. */
export interface Telemetry {
  /** Makes the spans. */
  readonly tracer: Tracer;
  /** Makes the histograms of durations. */
  readonly meter: Meter;
}

/** How an operation ended. Each attribute has few values, as they are on the metric too. */
export interface Ending {
  readonly attributes: Attributes;
  /** Whether something of ours, or that we depend on, is broken. */
  readonly isFault?: boolean;
}

/** What runs in a span, and is measured. */
export interface Operation<T> {
  /** The span's name. Has no identifier in it. */
  readonly name: string;
  /** Known at the start, and on the span too. */
  readonly attributes?: Attributes;
  /** What the metric has to say, as a metric has no name of its own for each operation. */
  readonly measuredAs: Attributes;
  readonly run: () => T;
  readonly endingOf: (answer: Awaited<T>) => Ending;
}

/** Runs an operation. What answers at once, and what answers later, stays so. */
export type OperationRunner = <T>(operation: Operation<T>) => T;

// No value is imported from OpenTelemetry: whoever brings a tracer has the packages, in the version of their SDK.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the member's value, which the type checks
const ERROR: SpanStatusCode.ERROR = 2;

/** Makes the function that runs operations and measures them by one histogram. */
export function operationRunner(
  { tracer, meter }: Telemetry,
  metric: MetricName<"histogram">,
): OperationRunner {
  const duration = histogram(meter, metric);

  return <T>({ name, attributes = {}, measuredAs, run, endingOf }: Operation<T>): T =>
    tracer.startActiveSpan(name, { attributes }, (span) => {
      const began = performance.now();
      const end = ({ attributes: found, isFault = false }: Ending): void => {
        span.setAttributes(found);
        if (isFault) span.setStatus({ code: ERROR });
        span.end();
        duration.record((performance.now() - began) / 1000, { ...attributes, ...measuredAs, ...found });
      };
      const answered = (answer: Awaited<T>): Awaited<T> => {
        end(endingOf(answer));
        return answer;
      };
      const failed = (error: unknown): never => {
        end({ attributes: { "error.type": errorType(error) }, isFault: true });
        throw error;
      };
      let answer: Awaitable<Awaited<T>>;
      try {
        answer = run() as Awaitable<Awaited<T>>;
      } catch (error) {
        return failed(error);
      }
      return (isPromise(answer) ? answer.then(answered, failed) : answered(answer)) as T;
    });
}

/**
 * The code of an error, such as `ECONNREFUSED` or `23505`, else its class. Never its message: a driver may quote there
 * what it was given, a password or a row.
 *
 * @see OpenTelemetry error.type https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
function errorType(error: unknown): string {
  const { code, name } = Object(error) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === "string" && /^[A-Z0-9_]{1,64}$/.test(code)) return code;
  return typeof name === "string" && /^\w{1,64}$/.test(name) ? name : "_OTHER";
}
