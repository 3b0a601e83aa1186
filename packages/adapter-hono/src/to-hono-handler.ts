import {
  forwardedClientAddress,
  trustedProxyCount,
  type EndpointRequest,
  type FetchHandler,
} from "@oauth-dcr/core/http";
import { requireKnownOptions, requireRegistration } from "@oauth-dcr/core";
import type { Context } from "hono";
import type { GetConnInfo } from "hono/conninfo";

/** Options of `toHonoHandler`. */
export interface HonoHandlerOptions {
  /** The `getConnInfo` of your runtime, such as that of `@hono/node-server/conninfo`. */
  readonly getConnInfo?: GetConnInfo | undefined;
  /** How many proxies of your own append to `X-Forwarded-For` before this server. Default 0: the header is not read. */
  readonly trustedProxies?: number | undefined;
  /** The id of a request in audit events, such as `(c) => c.get("requestId")` behind the `requestId` middleware of Hono. */
  readonly requestId?: ((c: Context) => string | undefined) | undefined;
}

/**
 * Serves the registration endpoint and the discovery document from a Hono application. Mount it for every method:
 * the answer to a wrong one, or to a preflight, is part of the endpoint.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import type { ClientRegistration } from "@oauth-dcr/core";
 * import { toHonoHandler } from "@oauth-dcr/hono";
 *
 * declare const registration: ClientRegistration;
 *
 * const app = new Hono();
 * app.all("/register", toHonoHandler(registration));
 * app.all("/register/:client_id", toHonoHandler(registration));
 * app.get("/.well-known/oauth-authorization-server", toHonoHandler(registration));
 * ```
 * @throws MisuseError when `trustedProxies` is not a count
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export function toHonoHandler(
  registration: { readonly fetch: FetchHandler },
  options: HonoHandlerOptions = {},
): (c: Context) => Promise<Response> {
  requireRegistration("toHonoHandler", registration);
  requireKnownOptions("toHonoHandler", options, [
    "getConnInfo",
    "trustedProxies",
    "requestId",
  ] satisfies (keyof HonoHandlerOptions)[]);
  const { getConnInfo } = options;
  const trustedProxies = trustedProxyCount(options.trustedProxies);

  return async (c) =>
    registration.fetch(new HonoEndpointRequest(c), {
      clientAddress: clientAddress(c, trustedProxies) ?? getConnInfo?.(c).remote.address,
      requestId: options.requestId?.(c),
      waitUntil: (work) => keepAlive(c, work),
      // A middleware that read the body left a copy in Hono's request. A body that is not JSON is no object either.
      parsedBody: wasRead(c) ? await c.req.json<unknown>().catch(() => null) : undefined,
    });
}

/**
 * As much of a Web-standard request as core uses. It asks the server's own request for nothing that core does not need:
 * servers make most members of a `Request` only when they are read.
 */
class HonoEndpointRequest implements EndpointRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: EndpointRequest["headers"];
  readonly readAll: () => Promise<ArrayBuffer>;
  readonly #raw: Request;

  constructor({ req }: Context) {
    this.#raw = req.raw;
    this.method = req.method;
    this.url = req.url;
    this.headers = { get: (name) => req.header(name) ?? null };
    this.readAll = () => req.arrayBuffer();
  }

  get body(): EndpointRequest["body"] {
    return this.#raw.body;
  }

  get signal(): EndpointRequest["signal"] {
    return this.#raw.signal;
  }
}

function clientAddress(c: Context, trustedProxies: number): string | undefined {
  return trustedProxies > 0
    ? forwardedClientAddress(c.req.header("x-forwarded-for"), trustedProxies)
    : undefined;
}

function wasRead({ req }: Context): boolean {
  for (const _ in req.bodyCache) return true;
  return false;
}

/** Does nothing on a runtime that has no such function: Hono throws there. */
function keepAlive(c: Context, work: Promise<unknown>): void {
  let executionCtx: Context["executionCtx"];
  try {
    ({ executionCtx } = c);
  } catch {
    return;
  }
  executionCtx.waitUntil(work);
}
