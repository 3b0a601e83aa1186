/** An answer of an endpoint, before a platform makes an object of its own from it. */
export interface EndpointAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `null` for an answer without a body. */
  readonly body: string | null;
}

/** How many seconds a client waits before it tries again, while a part that the server depends on is unavailable. */
export const RETRY_AFTER_SECONDS = 5;

/** Keeps an answer with credentials out of caches. */
export const NO_STORE = { "cache-control": "no-store", pragma: "no-cache" } as const;

const JSON_HEADERS = {
  "content-type": "application/json",
  ...NO_STORE,
  "x-content-type-options": "nosniff",
} as const;

/** An answer with a JSON body that no cache may keep. */
export function jsonAnswer(
  status: number,
  body: unknown,
  headers?: Readonly<Record<string, string>>,
): EndpointAnswer {
  return {
    status,
    headers: headers ? { ...JSON_HEADERS, ...headers } : JSON_HEADERS,
    body: JSON.stringify(body),
  };
}

/** Where there is no endpoint. */
export const NOT_FOUND = jsonAnswer(404, { error: "not_found" });

/** The same answer as a Web-standard `Response`. */
export function toResponse({ status, headers, body }: EndpointAnswer): Response {
  return new Response(body, { status, headers });
}
