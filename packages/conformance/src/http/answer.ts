import { shown } from "../shown-text.js";

/** What came back for one request. */
export interface Answer {
  /** The request in words, such as `POST with malformed JSON`. */
  readonly request: string;
  /** 0 when no answer came. */
  readonly status: number;
  readonly headers: Headers;
  /** The body, cut at the most that is read. */
  readonly text: string;
  /** The body as JSON; `undefined` when it is none. */
  readonly json: unknown;
  /** Why no answer came. */
  readonly problem?: string;
}

/** The body as a JSON object; an empty one when it is none. */
export function objectIn({ json }: Answer): Readonly<Record<string, unknown>> {
  return isObject(json) ? json : {};
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** The answer in a few words: status, and error code or begin of the body. */
export function described(answer: Answer): string {
  const { status, text, problem, headers } = answer;
  if (status === 0) return `no answer: ${problem ?? "unknown reason"}`;
  const { error, error_description: description } = objectIn(answer);
  if (typeof error === "string") {
    return `${status} ${shown(error, 60)}${typeof description === "string" ? `, ${shown(description)}` : ""}`;
  }
  const location = headers.get("location");
  if (status >= 300 && status < 400) return `${status}, a redirect to ${shown(location)}, not followed`;
  return text === "" ? `${status} without a body` : `${status} ${shown(text, 80)}`;
}

/** Whether the body says that it is JSON. */
export function saysJson({ headers }: Answer): boolean {
  return /^application\/(?:[\w.-]{1,60}\+)?json\s*(?:;|$)/i.test(headers.get("content-type") ?? "");
}

/** How long to wait, in seconds; `undefined` without a `Retry-After` that can be read. */
export function retryAfter({ headers }: Answer, now: number): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}
