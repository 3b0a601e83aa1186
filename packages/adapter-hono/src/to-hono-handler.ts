import {
  forwardedClientAddress,
  trustedProxyCount,
  type FetchHandler,
  type RequestContext,
} from "@oauth-dcr/core";
import type { Context } from "hono";
import type { GetConnInfo } from "hono/conninfo";

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
 * @throws MisuseError when `trustedProxies` is not a count
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export function toHonoHandler(
  registration: { readonly fetch: FetchHandler },
  { getConnInfo, ...options }: HonoHandlerOptions = {},
): (c: Context) => Promise<Response> {
  const trustedProxies = trustedProxyCount(options.trustedProxies);

  return async (c) =>
    registration.fetch(c.req.raw, {
      clientAddress:
        forwardedClientAddress(c.req.header("x-forwarded-for"), trustedProxies) ??
        getConnInfo?.(c).remote.address,
      requestId: options.requestId?.(c),
      waitUntil: waitUntilOf(c),
      // A middleware that read the body left Hono's copy of it; one that is not JSON is no object either.
      parsedBody: c.req.raw.bodyUsed ? await c.req.json<unknown>().catch(() => null) : undefined,
    });
}

function waitUntilOf(c: Context): RequestContext["waitUntil"] {
  try {
    const { executionCtx } = c;
    return (work) => executionCtx.waitUntil(work);
  } catch {
    // Hono's way to say that this runtime has none.
    return undefined;
  }
}
