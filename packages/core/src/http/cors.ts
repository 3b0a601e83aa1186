import type { EndpointRequest } from "./endpoint-request.js";

/** Which web pages may call the endpoints from a browser: all, or those of the listed origins. */
export type CorsOrigins = "*" | readonly string[];

/**
 * Adds to `response` what lets a browser client read it. No answer depends on cookies, so `*` gives nothing away.
 *
 * @see OpenID Connect Dynamic Client Registration section 3.1 https://openid.net/specs/openid-connect-registration-1_0.html#RegistrationRequest
 */
export function withCors(response: Response, request: EndpointRequest, origins: CorsOrigins): Response {
  if (origins.length === 0) return response;
  if (origins !== "*") response.headers.append("vary", "Origin");
  const origin = origins === "*" ? "*" : origins.find((allowed) => allowed === request.headers.get("origin"));
  if (origin === undefined) return response;
  response.headers.set("access-control-allow-origin", origin);
  response.headers.set(
    "access-control-expose-headers",
    "Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate",
  );
  return response;
}

/** Answers `OPTIONS`: what the endpoint takes, and to a browser that asks, that it may. */
export function preflightResponse(request: EndpointRequest, methods: string, origins: CorsOrigins): Response {
  const response = withCors(
    new Response(null, { status: 204, headers: { allow: methods } }),
    request,
    origins,
  );
  if (response.headers.has("access-control-allow-origin")) {
    response.headers.set("access-control-allow-methods", methods);
    // `*` does not stand for Authorization (Fetch standard), so that is named.
    response.headers.set("access-control-allow-headers", "*, Authorization");
    response.headers.set("access-control-max-age", "86400");
  }
  return response;
}
