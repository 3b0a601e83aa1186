import type { EndpointRequest } from "@oauth-dcr/core/http";
import type { NodeRequest, NodeResponse } from "./node-message.js";

// Public URLs come from configuration, so the host that a caller names is not looked at.
const ORIGIN = "http://localhost";

/** As much of a Web-standard request as core uses. The body is read only when core asks for it. */
export class NodeEndpointRequest implements EndpointRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: EndpointRequest["headers"];
  readonly signal = { aborted: false };
  /** Whether core took all of the body, so that nothing of it is left on the connection. */
  isReadWhole = false;
  readonly #req: NodeRequest;
  #chunks: AsyncIterator<Uint8Array> | undefined;

  constructor(req: NodeRequest, res: NodeResponse) {
    const target = req.originalUrl ?? req.url ?? "/";
    this.#req = req;
    this.method = req.method ?? "GET";
    this.url = target.startsWith("/") ? ORIGIN + target : target;
    this.headers = { get: (name) => req.headers[name]?.toString() ?? null };
    res.once("close", () => {
      this.signal.aborted = !res.writableFinished;
    });
  }

  get body(): EndpointRequest["body"] {
    const { body } = this.#req;
    return isUnparsed(body) ? new Response(body).body : { getReader: () => readerOf(this.chunks()) };
  }

  /** Node.js holds a body to its `content-length`. */
  readonly readAll = async (): Promise<Uint8Array> => {
    const { body, headers } = this.#req;
    if (isUnparsed(body)) return typeof body === "string" ? new TextEncoder().encode(body) : body;
    const chunks = this.chunks();
    const first = await chunks.next();
    const length = Number(headers["content-length"]);
    if (first.done) return new Uint8Array();
    if (first.value.byteLength === length) return this.#whole(first.value);
    // One buffer, and no list of pieces: a client that sends single bytes would make an object of each.
    const bytes = new Uint8Array(length);
    let end = 0;
    for (let piece: IteratorResult<Uint8Array> = first; !piece.done; piece = await chunks.next()) {
      bytes.set(piece.value, end);
      end += piece.value.byteLength;
    }
    return this.#whole(bytes.subarray(0, end));
  };

  #whole(bytes: Uint8Array): Uint8Array {
    this.isReadWhole = true;
    return bytes;
  }

  /** The rest of the stream. */
  chunks(): AsyncIterator<Uint8Array> {
    this.#chunks ??= this.#req[Symbol.asyncIterator]();
    return this.#chunks;
  }
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
