import { parseBearerCredentials, type BearerCredentials } from "../access/bearer-credentials.js";
import {
  type CompleteServerMetadata,
  serverMetadataDocument,
} from "../discovery/authorization-server-metadata.js";
import { wellKnownPaths } from "../discovery/well-known-paths.js";
import {
  ENDPOINT_OPERATIONS,
  type EndpointOperation,
  type ManagementOperation,
} from "../client-configuration-endpoint/endpoint-operation.js";
import type { Failure } from "../failure.js";
import type { RegistrationRequest, Served } from "../registration-endpoint/register-client.js";
import type { RequestContext } from "../access/request-context.js";
import { whenKnown } from "../lib/steps.js";
import type { Awaitable, Result } from "../lib/result.js";
import { type CorsOrigins, preflightAnswer, withCors } from "./cors.js";
import { jsonAnswer, NO_STORE, NOT_FOUND, toResponse, type EndpointAnswer } from "./endpoint-answer.js";
import { endpointPaths, type Route } from "./endpoint-paths.js";
import type { EndpointRequest } from "./endpoint-request.js";
import { failureAnswer } from "./failure-answer.js";
import { readJsonObject, type SignedObjectReader } from "./read-json-object.js";

/** Answers one request with a plain value, at once where nothing has to be waited for. Never rejects. */
export type AnswerHandler = (request: EndpointRequest, context?: RequestContext) => Awaitable<EndpointAnswer>;

/** Answers one request. Never rejects. */
export interface FetchHandler {
  (request: EndpointRequest, context?: RequestContext): Promise<Response>;
  /**
   * The same without a `Response`, for an adapter whose platform needs none. A function of yours that wraps `fetch` does
   * not have it, and adapters then call that function.
   */
  readonly answer?: AnswerHandler;
}

/** Answers the requests to an endpoint of its own; `undefined` for any other. */
export type EndpointHandler = (
  request: EndpointRequest,
  context: RequestContext,
) => Awaitable<EndpointAnswer> | undefined;

interface FetchHandlerOptions {
  /** Looked at before the other endpoints. */
  readonly federation?: EndpointHandler;
  /** What clients may do with their own records; missing where they cannot manage themselves. */
  readonly managementOperations?: readonly ManagementOperation[];
  readonly serverMetadata: CompleteServerMetadata;
  readonly corsOrigins: CorsOrigins;
  readonly maxBodyBytes: number;
  /** Reads the body where it has to be signed. */
  readonly readSigned?: SignedObjectReader;
  /** Does what a request asks for, and records how it ended. */
  readonly serve: (
    operation: EndpointOperation,
    request: RegistrationRequest,
  ) => Awaitable<Result<Served, Failure>>;
  /** Refuses a method that the endpoint does not have. The request counts against the rate limit and is recorded. */
  readonly refuseMethod: (
    operation: EndpointOperation,
    context: RequestContext,
    allow: string,
  ) => Awaitable<Result<Served, Failure>>;
}

const METADATA_METHODS = "GET, HEAD, OPTIONS";
const REGISTRATION_METHODS = "POST, OPTIONS";

/** Makes the endpoints of this package into one function on Web-standard requests. */
export function createFetchHandler(options: FetchHandlerOptions): FetchHandler {
  const { serverMetadata, corsOrigins, managementOperations } = options;
  const routeOf = endpointPaths(wellKnownPaths(serverMetadata), serverMetadata.registration_endpoint);
  const metadataDocument = serverMetadataDocument(serverMetadata);
  const operationOf = new Map<string, ManagementOperation>(
    managementOperations?.map((name) => [ENDPOINT_OPERATIONS[name].method, name]),
  );
  const configurationMethods = [...operationOf.keys(), "OPTIONS"].join(", ");

  const answer: AnswerHandler = (request, context = {}) => {
    const federated = options.federation?.(request, context);
    if (federated) return federated;
    const route = routeOf(request.url);
    if (!route || (route.endpoint === "configuration" && !managementOperations)) return NOT_FOUND;
    return whenKnown(answerAt(route, request, context), (answered) =>
      withCors(answered, request, corsOrigins),
    );
  };
  const fetch = async (request: EndpointRequest, context?: RequestContext): Promise<Response> =>
    toResponse(await answer(request, context));
  return Object.assign(fetch, { answer });

  function answerAt(
    route: Route,
    request: EndpointRequest,
    context: RequestContext,
  ): Awaitable<EndpointAnswer> {
    const { method } = request;
    switch (route.endpoint) {
      case "metadata":
        return metadataEndpoint(method);
      case "registration":
        if (method === "OPTIONS") return preflightAnswer(REGISTRATION_METHODS);
        if (method === "POST") return serve({ name: "register" }, request, context);
        return notAllowed({ name: "register" }, context, REGISTRATION_METHODS);
      case "configuration": {
        const { clientId } = route;
        const name = operationOf.get(method);
        if (method === "OPTIONS") return preflightAnswer(configurationMethods);
        if (name) return serve({ name, clientId }, request, context);
        return notAllowed({ name: "read", clientId }, context, configurationMethods);
      }
    }
  }

  function serve(
    operation: EndpointOperation,
    request: EndpointRequest,
    context: RequestContext,
  ): Awaitable<EndpointAnswer> {
    const outcome = options.serve(operation, {
      context,
      credentials: credentialsOf(request),
      readMetadata: () =>
        readJsonObject(request, context.parsedBody, options.maxBodyBytes, options.readSigned),
      isAborted: () => request.signal.aborted,
    });
    return whenKnown(outcome, (known) => outcomeAnswer(operation, known));
  }

  function notAllowed(
    operation: EndpointOperation,
    context: RequestContext,
    allow: string,
  ): Awaitable<EndpointAnswer> {
    const outcome = options.refuseMethod(operation, context, allow);
    return whenKnown(outcome, (known) => outcomeAnswer(operation, known));
  }

  function metadataEndpoint(method: string): EndpointAnswer {
    if (method === "OPTIONS") return preflightAnswer(METADATA_METHODS);
    if (method !== "GET" && method !== "HEAD") {
      return failureAnswer({ kind: "method_not_allowed", allow: METADATA_METHODS });
    }
    return {
      status: 200,
      headers: { "content-type": "application/json", "cache-control": "public, max-age=300" },
      body: method === "HEAD" ? null : metadataDocument,
    };
  }
}

function outcomeAnswer({ name }: EndpointOperation, outcome: Result<Served, Failure>): EndpointAnswer {
  if (!outcome.ok) return failureAnswer(outcome.error);
  const { response } = outcome.value;
  if (!response) return { status: 204, headers: NO_STORE, body: null };
  return jsonAnswer(name === "register" ? 201 : 200, response);
}

/** Only the header counts; a token in the query is named as the mistake that it is (RFC 6750 section 2.3). */
function credentialsOf({ url, headers }: EndpointRequest): BearerCredentials {
  return /[?&]access_token=/i.test(url)
    ? { kind: "in_query" }
    : parseBearerCredentials(headers.get("authorization"));
}
