import type { EndpointRequest } from "@oauth-dcr/core/http";
import { BodyReader } from "./body-reader.js";
import type { NodeRequest, NodeResponse } from "./node-message.js";

// Public URLs come from configuration, so the host that a caller names is not looked at.
const ORIGIN = "http://localhost";

/** As much of a Web-standard request as core uses. */
export class NodeEndpointRequest implements EndpointRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: EndpointRequest["headers"];
  readonly signal = { aborted: false };
  /** Whether the request has a stream of its own, as in HTTP/2, that no other request waits for. */
  readonly isAlone: boolean;
  readonly #req: NodeRequest;
  readonly #body: BodyReader | undefined;

  constructor(req: NodeRequest, res: NodeResponse) {
    const target = req.originalUrl ?? req.url ?? "/";
    this.#req = req;
    this.method = req.method ?? "GET";
    this.url = target.startsWith("/") ? ORIGIN + target : target;
    // HTTP/2 names the host of a request otherwise.
    const { host = req.headers[":authority"] } = req.headers;
    this.headers = {
      get: (name) => (name === "host" ? host : req.headers[name])?.toString() ?? null,
    };
    this.isAlone = (req.httpVersionMajor ?? 1) > 1;
    // HTTP/2 announces no body.
    if (this.isAlone || announcesBody(req)) this.#body = new BodyReader(req);
    res.once("close", () => {
      this.signal.aborted = !res.writableFinished;
    });
  }

  get body(): EndpointRequest["body"] {
    const { body } = this.#req;
    if (isUnparsed(body)) return new Response(body).body;
    const reader = this.#body;
    // What is not read stays where it is: to destroy the stream would close the socket before the answer is sent.
    return reader
      ? { getReader: () => ({ read: () => reader.read(), cancel: () => Promise.resolve() }) }
      : null;
  }

  /** What may still be on the connection, in front of the next request; `undefined` where nothing is. */
  get bodyLeft(): BodyReader | undefined {
    return this.#body?.isReadWhole === false ? this.#body : undefined;
  }
}

/** @see RFC 9112 section 6.3 https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
function announcesBody({ headers }: NodeRequest): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
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
