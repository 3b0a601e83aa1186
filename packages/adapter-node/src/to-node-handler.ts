import { forwardedClientAddress, trustedProxyCount, type FetchHandler } from "@oauth-dcr/core";
import type { NodeRequest, NodeResponse } from "./node-message.js";
import { parsedBody, toEndpointRequest } from "./to-endpoint-request.js";

export interface NodeHandlerOptions {
  /** How many proxies of your own append to `X-Forwarded-For` before this server. Default 0: the header is not read. */
  readonly trustedProxies?: number | undefined;
}

/**
 * Serves the registration endpoint and the discovery document from `node:http`, `node:http2`, Express, Connect, and
 * Fastify's raw request and reply. Never throws; whatever path it is mounted at, `fetch` says what is found there.
 *
 * @throws MisuseError when `trustedProxies` is not a count
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export function toNodeHandler(
  registration: { readonly fetch: FetchHandler },
  options: NodeHandlerOptions = {},
): (req: NodeRequest, res: NodeResponse) => void {
  const trustedProxies = trustedProxyCount(options.trustedProxies);

  async function serve(req: NodeRequest, res: NodeResponse): Promise<void> {
    const signal = { aborted: false };
    res.once("close", () => {
      signal.aborted = !res.writableFinished;
    });
    const chunks = req[Symbol.asyncIterator]();

    const response = await registration.fetch(toEndpointRequest(req, chunks, signal), {
      clientAddress:
        forwardedClientAddress(req.headers["x-forwarded-for"]?.toString(), trustedProxies) ??
        req.socket.remoteAddress,
      parsedBody: parsedBody(req),
    });

    res.statusCode = response.status;
    response.headers.forEach((value, name) => res.setHeader(name, value));
    res.end(await response.text());
    await drain(chunks);
  }

  return (req, res) => {
    // Reached when the client has left, or when somebody else has answered: there is nobody to tell.
    serve(req, res).catch(() => res.destroy());
  };
}

/** A client reads the answer once it has sent its body, and the next request on the connection begins behind that. */
async function drain(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  while (!(await chunks.next()).done);
}
