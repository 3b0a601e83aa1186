import type { EndpointAnswer } from "./endpoint-answer.js";
import type { EndpointRequest } from "./endpoint-request.js";

/** Which web pages may call the endpoints from a browser: all, or those of the listed origins. */
export type CorsOrigins = "*" | readonly string[];

const EXPOSED = "Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate";
const ANY_ORIGIN = { "access-control-allow-origin": "*", "access-control-expose-headers": EXPOSED } as const;

/**
 * Adds to `answer` the headers that let a browser client read it. No answer depends on cookies, so `*` reveals nothing.
 *
 * @see OpenID Connect Dynamic Client Registration section 3.1 https://openid.net/specs/openid-connect-registration-1_0.html#RegistrationRequest
 */
export function withCors(
  answer: EndpointAnswer,
  request: EndpointRequest,
  origins: CorsOrigins,
): EndpointAnswer {
  if (origins.length === 0) return answer;
  if (origins === "*") return { ...answer, headers: { ...answer.headers, ...ANY_ORIGIN } };
  const asking = request.headers.get("origin");
  const headers: Record<string, string> = { ...answer.headers, vary: "Origin" };
  if (asking !== null && origins.includes(asking)) {
    headers["access-control-allow-origin"] = asking;
    headers["access-control-expose-headers"] = EXPOSED;
  }
  return { ...answer, headers };
}

/**
 * Answers `OPTIONS` with what the endpoint takes. `withCors` decides which browsers may use it: every answer passes
 * through it.
 */
export function preflightAnswer(methods: string): EndpointAnswer {
  return {
    status: 204,
    headers: {
      allow: methods,
      "access-control-allow-methods": methods,
      // `*` does not stand for Authorization (Fetch standard), so that is named.
      "access-control-allow-headers": "*, Authorization",
      "access-control-max-age": "86400",
    },
    body: null,
  };
}
