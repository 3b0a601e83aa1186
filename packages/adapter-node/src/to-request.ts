import type { NodeRequest } from "./node-message.js";

// Public URLs come from configuration, so the host that a caller names is not looked at.
const ORIGIN = "http://localhost";

/** The same request in the Web's terms; its body is read from `chunks` as core asks for it. */
export function toRequest(req: NodeRequest, chunks: AsyncIterator<Uint8Array>, signal: AbortSignal): Request {
  const { method = "GET", headers } = req;
  const target = req.originalUrl ?? req.url ?? "/";
  const init: RequestInit & { duplex: "half" } = {
    method,
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      // HTTP/2 has the method and path among its headers, with a colon before their names.
      value === undefined || name.startsWith(":") ? [] : [[name, value.toString()]],
    ),
    body: method === "GET" || method === "HEAD" ? null : (unparsedBody(req) ?? streamOf(chunks)),
    duplex: "half",
    signal,
  };
  try {
    return new Request(target.startsWith("/") ? ORIGIN + target : target, init);
  } catch {
    // Fetch has no words for TRACE, nor for a target that is no URL. At the root there is nothing to be found either.
    return new Request(ORIGIN);
  }
}

/** The JSON value that a body parser left in `req.body`; `undefined` when none did. */
export function parsedBody({ body, readableEnded }: NodeRequest): unknown {
  if (typeof body === "string" || body instanceof Uint8Array) return undefined;
  // Express 4 puts an empty object where a parser for another media type passed the request on unread.
  const isPlaceholder = !readableEnded && typeof body === "object" && Object.keys(body ?? {}).length === 0;
  return isPlaceholder ? undefined : body;
}

/** The bytes or text that `express.raw()` or `express.text()` left there. */
function unparsedBody({ body }: NodeRequest): BodyInit | undefined {
  return typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : undefined;
}

/** Reads no further than it is asked to, and leaves the socket open when core has seen enough. */
function streamOf(chunks: AsyncIterator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const part = await chunks.next();
        if (part.done) controller.close();
        else controller.enqueue(part.value);
      },
    },
    { highWaterMark: 0 },
  );
}
