/** When to come again where something that we depend on is away. */
export const RETRY_AFTER_SECONDS = 5;

/** What keeps an answer with credentials out of caches. */
export const NO_STORE = { "cache-control": "no-store", pragma: "no-cache" } as const;

/** An answer with a JSON body that nobody may keep. */
export function jsonResponse(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/json",
      ...NO_STORE,
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}
