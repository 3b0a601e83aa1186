import type { EndpointRequest } from "@oauth-dcr/core";
import type { NodeRequest } from "./node-message.js";

// Public URLs come from configuration, so the host that a caller names is not looked at.
const ORIGIN = "http://localhost";

/** As much of a Web-standard request as core uses; the body is taken from `chunks` as core asks for it. */
export function toEndpointRequest(
  req: NodeRequest,
  chunks: AsyncIterator<Uint8Array>,
  signal: EndpointRequest["signal"],
): EndpointRequest {
  const target = req.originalUrl ?? req.url ?? "/";
  return {
    method: req.method ?? "GET",
    url: target.startsWith("/") ? ORIGIN + target : target,
    headers: { get: (name) => req.headers[name.toLowerCase()]?.toString() ?? null },
    body: isUnparsed(req.body) ? new Response(req.body).body : { getReader: () => readerOf(chunks) },
    signal,
  };
}

function readerOf(chunks: AsyncIterator<Uint8Array>) {
  return {
    async read() {
      const piece = await chunks.next();
      return piece.done ? { done: true } : { done: false, value: piece.value };
    },
    // The rest stays where it is: to destroy the stream would close the socket before the answer is sent.
    cancel: () => Promise.resolve(),
  };
}

/** The JSON value that a body parser left in `req.body`; `undefined` when none did. */
export function parsedBody({ body, readableEnded }: NodeRequest): unknown {
  if (isUnparsed(body)) return undefined;
  // Express 4 puts an empty object where a parser for another media type passed the request on unread.
  const isPlaceholder = !readableEnded && typeof body === "object" && Object.keys(body ?? {}).length === 0;
  return isPlaceholder ? undefined : body;
}

/** What `express.text()` or `express.raw()` leaves in `req.body`. */
function isUnparsed(body: unknown): body is string | Uint8Array<ArrayBuffer> {
  return typeof body === "string" || body instanceof Uint8Array;
}
