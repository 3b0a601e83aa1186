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

/**
 * Answers `OPTIONS`: what the endpoint takes. Whether a browser may make use of it is for `withCors` to say, which every
 * answer passes through.
 */
export function preflightResponse(methods: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      allow: methods,
      "access-control-allow-methods": methods,
      // `*` does not stand for Authorization (Fetch standard), so that is named.
      "access-control-allow-headers": "*, Authorization",
      "access-control-max-age": "86400",
    },
  });
}
