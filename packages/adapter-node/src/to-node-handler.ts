import {
  forwardedClientAddress,
  trustedProxyCount,
  type EndpointAnswer,
  type FetchHandler,
} from "@oauth-dcr/core/http";
import { requireKnownOptions, requireRegistration } from "@oauth-dcr/core";
import type { NodeRequest, NodeResponse } from "./node-message.js";
import { NodeEndpointRequest, parsedBody } from "./node-endpoint-request.js";
import { restOfBody } from "./rest-of-body.js";
import { answerOf, sendAnswer, sendLastAnswer } from "./send-response.js";

/** Options of `toNodeHandler`. */
export interface NodeHandlerOptions {
  /** How many proxies of your own append to `X-Forwarded-For` before this server. Default 0: the header is not read. */
  readonly trustedProxies?: number | undefined;
  /** The id of a request in audit events, such as `(req) => req.headers["x-request-id"]?.toString()` behind a proxy that sets it. */
  readonly requestId?: ((req: NodeRequest) => string | undefined) | undefined;
}

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
  /** Connections that end with an answer which was sent already. */
  const ending = new WeakSet<NodeRequest["socket"]>();

  return (req, res) => {
    // Its answer could not be sent any more, so nothing may be stored for it.
    if (ending.has(req.socket)) return;
    const request = new NodeEndpointRequest(req, res);
    const context = {
      clientAddress: clientAddress(req, trustedProxies),
      requestId: options.requestId?.(req),
      parsedBody: parsedBody(req),
    };
    // Reached when the client has left, or was answered by another handler: there is no one to tell.
    const destroy = (): unknown => res.destroy();
    const send = (answer: EndpointAnswer): void => {
      const { bodyLeft } = request;
      if (!bodyLeft) {
        sendAnswer(answer, res);
      } else if (request.isAlone) {
        sendAnswer(answer, res);
        void restOfBody(bodyLeft).then((isWhole) => isWhole || destroy());
      } else {
        ending.add(req.socket);
        sendLastAnswer(answer, bodyLeft, res).catch(destroy);
      }
    };
    try {
      if (!fetch.answer) {
        fetch(request, context).then(answerOf).then(send).catch(destroy);
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
