import { parseBearerCredentials, type BearerCredentials } from "../access/bearer-credentials.js";
import {
  type CompleteServerMetadata,
  serverMetadataDocument,
} from "../discovery/authorization-server-metadata.js";
import { wellKnownPaths } from "../discovery/well-known-paths.js";
import type { EndpointOperation, ManagementOperation } from "../endpoint-operation.js";
import type { Failure } from "../failure.js";
import type { RegistrationDesk } from "../registration-desk.js";
import type { RegistrationRequest, Served } from "../registration-endpoint/register-client.js";
import type { RequestContext } from "../request-context.js";
import type { Result } from "../result.js";
import { type CorsOrigins, preflightResponse, withCors } from "./cors.js";
import { endpointPaths, type Route } from "./endpoint-paths.js";
import type { EndpointRequest } from "./endpoint-request.js";
import { failureResponse } from "./failure-response.js";
import { jsonResponse, NO_STORE } from "./json-response.js";
import { readJsonObject } from "./read-json-object.js";

/** Answers one request. Never rejects. */
export type FetchHandler = (request: EndpointRequest, context?: RequestContext) => Promise<Response>;

export interface FetchHandlerOptions extends Pick<RegistrationDesk, "management"> {
  readonly serverMetadata: CompleteServerMetadata;
  readonly corsOrigins: CorsOrigins;
  readonly maxBodyBytes: number;
  /** Does what a request asks for, and records how it ended. */
  readonly serve: (
    operation: EndpointOperation,
    request: RegistrationRequest,
  ) => Promise<Result<Served, Failure>>;
  /** Records a request that asks for nothing there is. */
  readonly recordRefusal: (failure: Failure, context: RequestContext, clientId?: string) => void;
}

const METADATA_METHODS = "GET, HEAD, OPTIONS";
const REGISTRATION_METHODS = "POST, OPTIONS";
const OPERATIONS: Readonly<Record<string, ManagementOperation>> = {
  GET: "read",
  PUT: "update",
  DELETE: "delete",
};

/** Makes the endpoints of this package into one function on Web-standard requests. */
export function createFetchHandler(options: FetchHandlerOptions): FetchHandler {
  const { serverMetadata, corsOrigins, management } = options;
  const routeOf = endpointPaths(wellKnownPaths(serverMetadata), serverMetadata.registration_endpoint);
  const metadataDocument = serverMetadataDocument(serverMetadata);
  const configurationMethods = [
    ...Object.keys(OPERATIONS).filter((method) => operationOf(method) !== undefined),
    "OPTIONS",
  ].join(", ");

  return async function fetch(request, context = {}) {
    const route = routeOf(request.url);
    if (!route || (route.endpoint === "configuration" && !management)) {
      return jsonResponse(404, { error: "not_found" });
    }
    return withCors(await answer(route, request, context), request, corsOrigins);
  };

  function answer(
    route: Route,
    request: EndpointRequest,
    context: RequestContext,
  ): Response | Promise<Response> {
    const { method } = request;
    switch (route.endpoint) {
      case "metadata":
        return metadataEndpoint(method);
      case "registration":
        if (method === "OPTIONS") return preflightResponse(REGISTRATION_METHODS);
        if (method === "POST") return serve({ name: "register" }, request, context);
        return notAllowed(REGISTRATION_METHODS, context);
      case "configuration": {
        const { clientId } = route;
        const name = operationOf(method);
        if (method === "OPTIONS") return preflightResponse(configurationMethods);
        if (name) return serve({ name, clientId }, request, context);
        return notAllowed(configurationMethods, context, clientId);
      }
    }
  }

  function operationOf(method: string): ManagementOperation | undefined {
    const name = Object.hasOwn(OPERATIONS, method) ? OPERATIONS[method] : undefined;
    return name && management?.operations.includes(name) ? name : undefined;
  }

  async function serve(
    operation: EndpointOperation,
    request: EndpointRequest,
    context: RequestContext,
  ): Promise<Response> {
    const outcome = await options.serve(operation, {
      context,
      credentials: credentialsOf(request),
      readMetadata: () => readJsonObject(request, context.parsedBody, options.maxBodyBytes),
      signal: request.signal,
    });
    if (!outcome.ok) return failureResponse(outcome.error);
    const { response } = outcome.value;
    if (!response) return new Response(null, { status: 204, headers: NO_STORE });
    return jsonResponse(operation.name === "register" ? 201 : 200, response);
  }

  function notAllowed(allow: string, context: RequestContext, clientId?: string): Response {
    const failure: Failure = { kind: "method_not_allowed", allow };
    options.recordRefusal(failure, context, clientId);
    return failureResponse(failure);
  }

  function metadataEndpoint(method: string): Response {
    if (method === "OPTIONS") return preflightResponse(METADATA_METHODS);
    if (method !== "GET" && method !== "HEAD") {
      return failureResponse({ kind: "method_not_allowed", allow: METADATA_METHODS });
    }
    return new Response(method === "HEAD" ? null : metadataDocument, {
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
