import {
  forwardedClientAddress,
  trustedProxyCount,
  type EndpointAnswer,
  type FetchHandler,
} from "@oauth-dcr/core/http";
import { requireKnownOptions, requireRegistration } from "@oauth-dcr/core";
import type { NodeRequest, NodeResponse } from "./node-message.js";
import { NodeEndpointRequest, parsedBody } from "./node-endpoint-request.js";
import { sendAnswer, sendResponse } from "./send-response.js";

/** Options of `toNodeHandler`. */
export interface NodeHandlerOptions {
  /** How many proxies of your own append to `X-Forwarded-For` before this server. Default 0: the header is not read. */
  readonly trustedProxies?: number | undefined;
  /** The id of a request in audit events, such as `(req) => req.headers["x-request-id"]?.toString()` behind a proxy that sets it. */
  readonly requestId?: ((req: NodeRequest) => string | undefined) | undefined;
}

/** What a client may still send after its answer; a form that was far too large, and no more. */
const MOST_DRAINED_BYTES = 16 * 1024 * 1024;

/**
 * Serves the registration endpoint and the discovery document from `node:http`, `node:http2`, Express, Connect, and
 * Fastify's raw request and reply. Never throws; whatever path it is mounted at, `fetch` says what is found there.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import type { ClientRegistration } from "@oauth-dcr/core";
 * import { toNodeHandler } from "@oauth-dcr/node";
 *
 * declare const registration: ClientRegistration;
 *
 * createServer(toNodeHandler(registration)).listen(8080);
 * ```
 * @throws MisuseError when `trustedProxies` is not a count
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export function toNodeHandler(
  registration: { readonly fetch: FetchHandler },
  options: NodeHandlerOptions = {},
): (req: NodeRequest, res: NodeResponse) => void {
  requireRegistration("toNodeHandler", registration);
  requireKnownOptions("toNodeHandler", options, [
    "trustedProxies",
    "requestId",
  ] satisfies (keyof NodeHandlerOptions)[]);
  const trustedProxies = trustedProxyCount(options.trustedProxies);

  const { fetch } = registration;

  return (req, res) => {
    const request = new NodeEndpointRequest(req, res);
    const context = {
      clientAddress: clientAddress(req, trustedProxies),
      requestId: options.requestId?.(req),
      parsedBody: parsedBody(req),
    };
    const end = (): void => {
      if (!request.isReadWhole) drain(request.chunks()).catch(() => res.destroy());
    };
    const send = (answer: EndpointAnswer): void => {
      sendAnswer(answer, res);
      end();
    };
    // Reached when the client has left, or was answered by another handler: there is no one to tell.
    const destroy = (): unknown => res.destroy();
    try {
      if (!fetch.answer) {
        fetch(request, context)
          .then((response) => sendResponse(response, res))
          .then(end)
          .catch(destroy);
        return;
      }
      const answer = fetch.answer(request, context);
      if (answer instanceof Promise) answer.then(send).catch(destroy);
      else send(answer);
    } catch {
      destroy();
    }
  };
}

function clientAddress(req: NodeRequest, trustedProxies: number): string | undefined {
  if (trustedProxies === 0) return req.socket.remoteAddress;
  const forwardedFor = req.headers["x-forwarded-for"]?.toString();
  return forwardedClientAddress(forwardedFor, trustedProxies) ?? req.socket.remoteAddress;
}

/**
 * Reads what is left of the body: a client reads the answer once it has sent all of it, and the next request on the
 * connection begins behind that. Who goes on beyond all measure is cut off: the caught throw ends the connection.
 */
async function drain(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  let drained = 0;
  for (let part = await chunks.next(); !part.done; part = await chunks.next()) {
    drained += part.value.byteLength;
    if (drained > MOST_DRAINED_BYTES) throw new Error("the upload goes on after its answer");
  }
}
