import { parseBearerCredentials, type BearerCredentials } from "../access/bearer-credentials.js";
import {
  type CompleteServerMetadata,
  serverMetadataDocument,
  wellKnownPath,
} from "../discovery/authorization-server-metadata.js";
import type { Failure } from "../failure.js";
import type { JsonObject } from "../json.js";
import type { RegistrationRequest, Registration } from "../registration-endpoint/register-client.js";
import type { RequestContext } from "../request-context.js";
import { type Result } from "../result.js";
import { type CorsOrigins, preflightResponse, withCors } from "./cors.js";
import type { EndpointRequest } from "./endpoint-request.js";
import { failureResponse } from "./failure-response.js";
import { jsonResponse } from "./json-response.js";
import { readJsonObject } from "./read-json-object.js";

/** Answers one request. Never rejects. */
export type FetchHandler = (request: EndpointRequest, context?: RequestContext) => Promise<Response>;

export interface FetchHandlerOptions {
  readonly serverMetadata: CompleteServerMetadata;
  readonly corsOrigins: CorsOrigins;
  readonly maxBodyBytes: number;
  /** Serves a request that the registration endpoint takes, and records how it ended. */
  readonly register: (request: RegistrationRequest) => Promise<Result<Registration, Failure>>;
  /** Records a request that it does not take. */
  readonly recordRefusal: (failure: Failure, context: RequestContext) => void;
}

const REGISTRATION_METHODS = "POST, OPTIONS";
const METADATA_METHODS = "GET, HEAD, OPTIONS";

/** Makes the two endpoints of this package into one function on Web-standard requests. */
export function createFetchHandler(options: FetchHandlerOptions): FetchHandler {
  const { serverMetadata, corsOrigins, maxBodyBytes } = options;
  const registrationPath = new URL(serverMetadata.registration_endpoint).pathname;
  const metadataPath = wellKnownPath(serverMetadata.issuer);
  const metadataDocument = serverMetadataDocument(serverMetadata);

  return async function fetch(request, context = {}) {
    const pathname = pathOf(request.url);
    if (pathname === metadataPath) return withCors(metadataEndpoint(request), request, corsOrigins);
    if (isRegistrationPath(pathname))
      return withCors(await registrationEndpoint(request, context), request, corsOrigins);
    return jsonResponse(404, { error: "not_found" });
  };

  /** The public path, or what is left of it when a framework or proxy took a prefix off. */
  function isRegistrationPath(pathname: string): boolean {
    return pathname === registrationPath || (/^\/./.test(pathname) && registrationPath.endsWith(pathname));
  }

  async function registrationEndpoint(request: EndpointRequest, context: RequestContext): Promise<Response> {
    if (request.method === "OPTIONS") return preflightResponse(REGISTRATION_METHODS);
    if (request.method !== "POST") {
      const failure: Failure = { kind: "method_not_allowed", allow: REGISTRATION_METHODS };
      options.recordRefusal(failure, context);
      return failureResponse(failure);
    }
    const readMetadata = (): Promise<Result<JsonObject, Failure>> =>
      readJsonObject(request, context.parsedBody, maxBodyBytes);
    const credentials = credentialsOf(request);
    const outcome = await options.register({ context, credentials, readMetadata, signal: request.signal });
    return outcome.ok ? jsonResponse(201, outcome.value.response) : failureResponse(outcome.error);
  }

  function metadataEndpoint(request: EndpointRequest): Response {
    if (request.method === "OPTIONS") return preflightResponse(METADATA_METHODS);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return failureResponse({ kind: "method_not_allowed", allow: METADATA_METHODS });
    }
    return new Response(request.method === "HEAD" ? null : metadataDocument, {
      headers: { "content-type": "application/json", "cache-control": "public, max-age=300" },
    });
  }
}

/** Only the header counts; a token in the query is named as the mistake that it is (RFC 6750 section 2.3). */
function credentialsOf({ url, headers }: EndpointRequest): BearerCredentials {
  return /[?&]access_token=/i.test(url)
    ? { kind: "in_query" }
    : parseBearerCredentials(headers.get("authorization"));
}

/** Empty for what is no URL, so that nothing is found there. */
function pathOf(url: string): string {
  try {
    return new URL(url).pathname;
  } catch {
    return "";
  }
}
