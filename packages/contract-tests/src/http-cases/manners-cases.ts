import { PUBLIC_CLIENT, type HttpCase } from "./http-case.js";

const ORIGIN = { origin: "https://inspector.example" };
const ANY_ORIGIN = { "access-control-allow-origin": "*" };

function wrongMethod(method: string): HttpCase {
  return {
    name: `${method} is not for the registration endpoint`,
    method,
    answer: { status: 405, headers: { allow: "POST, OPTIONS" } },
  };
}

function wrongMethodForDiscovery(method: string): HttpCase {
  return {
    name: `${method} is not for the discovery document`,
    to: "discovery",
    method,
    answer: { status: 405, headers: { allow: "GET, HEAD, OPTIONS" } },
  };
}

/** What HTTP and browsers ask of the endpoints, whatever a registration says. */
export const MANNERS_CASES: readonly HttpCase[] = [
  ...["GET", "HEAD", "PUT", "PATCH", "DELETE"].map(wrongMethod),
  {
    name: "OPTIONS without an origin says what the endpoint takes",
    method: "OPTIONS",
    answer: { status: 204, headers: { allow: "POST, OPTIONS" } },
  },
  {
    name: "a preflight is granted, with the headers named that a star leaves out",
    method: "OPTIONS",
    headers: {
      ...ORIGIN,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,authorization",
    },
    answer: {
      status: 204,
      headers: {
        ...ANY_ORIGIN,
        "access-control-allow-methods": /\bPOST\b/,
        "access-control-allow-headers": /\bAuthorization\b/,
        "access-control-max-age": /^\d+$/,
        "access-control-allow-credentials": null,
      },
    },
  },
  {
    name: "a page may read a registration, and the headers it needs",
    headers: { ...ORIGIN, "content-type": "application/json" },
    body: () => JSON.stringify(PUBLIC_CLIENT),
    answer: {
      status: 201,
      headers: {
        ...ANY_ORIGIN,
        "access-control-expose-headers": /^(?=.*Retry-After)(?=.*RateLimit)(?=.*WWW-Authenticate)/,
        "access-control-allow-credentials": null,
      },
    },
  },
  {
    name: "a page may read a refusal",
    headers: { ...ORIGIN, "content-type": "application/json" },
    body: () => "{}",
    answer: { status: 400, headers: ANY_ORIGIN },
  },

  {
    name: "the discovery document says where to register, to pages too",
    to: "discovery",
    method: "GET",
    headers: ORIGIN,
    answer: {
      status: 200,
      headers: { "content-type": "application/json", "cache-control": /\bmax-age=\d+/, ...ANY_ORIGIN },
      body: {
        issuer: /^https?:/,
        registration_endpoint: /^https?:.+\/register$/,
        token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "client_secret_post"],
      },
    },
  },
  {
    name: "HEAD of the discovery document",
    to: "discovery",
    method: "HEAD",
    answer: { status: 200, headers: { "content-type": "application/json" } },
  },
  {
    name: "a preflight for the discovery document",
    to: "discovery",
    method: "OPTIONS",
    headers: { ...ORIGIN, "access-control-request-method": "GET" },
    answer: { status: 204, headers: { ...ANY_ORIGIN, "access-control-allow-methods": /\bGET\b/ } },
  },
  ...["POST", "PUT", "PATCH", "DELETE"].map(wrongMethodForDiscovery),

  { name: "there is nothing elsewhere", to: "elsewhere", method: "GET", answer: { status: 404 } },
  {
    name: "a registration cannot be made elsewhere",
    to: "elsewhere",
    body: () => JSON.stringify(PUBLIC_CLIENT),
    answer: { status: 404 },
  },
];
