import { forwardedClientAddress, trustedProxyCount, type FetchHandler } from "@oauth-dcr/core/http";
import { requireKnownOptions, requireRegistration } from "@oauth-dcr/core";
import { after } from "next/server.js";

/** Options of `toRouteHandlers`. */
export interface RouteHandlersOptions {
  /**
   * How many proxies of your own append to `X-Forwarded-For` before Next.js. Default 0: the header is not read, and
   * since Next.js does not tell a route who is calling, all callers then share one rate-limit allowance.
   */
  readonly trustedProxies?: number | undefined;
  /** The id of a request in audit events, such as `(request) => request.headers.get("x-vercel-id") ?? undefined`. */
  readonly requestId?: ((request: Request) => string | undefined) | undefined;
}

type RouteMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/** What a `route.ts` of the App Router exports. */
export type RouteHandlers = Readonly<Record<RouteMethod, (request: Request) => Promise<Response>>>;

/**
 * Serves the registration endpoint or the discovery document from a `route.ts`, on the Node.js or the edge runtime.
 * Export all of its methods: the answer to a wrong one, or to a preflight, is part of the endpoint.
 *
 * @example
 * ```ts
 * import type { ClientRegistration } from "@oauth-dcr/core";
 * import { toRouteHandlers } from "@oauth-dcr/next";
 *
 * declare const registration: ClientRegistration;
 *
 * export const { POST, OPTIONS } = toRouteHandlers(registration);
 * ```
 * @throws MisuseError when `trustedProxies` is not a count
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export function toRouteHandlers(
  registration: { readonly fetch: FetchHandler },
  options: RouteHandlersOptions = {},
): RouteHandlers {
  requireRegistration("toRouteHandlers", registration);
  requireKnownOptions("toRouteHandlers", options, [
    "trustedProxies",
    "requestId",
  ] satisfies (keyof RouteHandlersOptions)[]);
  const trustedProxies = trustedProxyCount(options.trustedProxies);
  const handle = (request: Request): Promise<Response> =>
    registration.fetch(request, {
      clientAddress: forwardedClientAddress(request.headers.get("x-forwarded-for"), trustedProxies),
      requestId: options.requestId?.(request),
      waitUntil: (work) => after(work),
    });
  return {
    GET: handle,
    HEAD: handle,
    POST: handle,
    PUT: handle,
    PATCH: handle,
    DELETE: handle,
    OPTIONS: handle,
  };
}
