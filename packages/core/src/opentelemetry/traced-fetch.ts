import type { ClientRegistration } from "../client-registration.js";
import { wellKnownPaths } from "../discovery/well-known-paths.js";
import { endpointPaths } from "../http/endpoint-paths.js";
import type { EndpointRequest } from "../http/endpoint-request.js";
import type { FetchHandler } from "../http/fetch-handler.js";
import type { Ending, Operation, OperationRunner } from "./operations.js";

/** Any other has one name together: a caller can make up as many as they like. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

/**
 * Serves requests in a span each, inside the one that an instrumented HTTP server has of the same request. The names of
 * the endpoints are those of the specifications; of the URL nothing is told, as somebody may have written a token there.
 *
 * @see OpenTelemetry HTTP spans https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function tracedFetch(
  { fetch, authorizationServerMetadata }: ClientRegistration,
  run: OperationRunner,
): FetchHandler {
  const { registration_endpoint: registrationEndpoint } = authorizationServerMetadata;
  const routeOf = endpointPaths(wellKnownPaths(authorizationServerMetadata), registrationEndpoint);

  function traced<T>(
    request: EndpointRequest,
    serve: Operation<T>["run"],
    endingOf: Operation<T>["endingOf"],
  ): T {
    const method = METHODS.includes(request.method) ? request.method : "_OTHER";
    const endpoint = routeOf(request.url)?.endpoint ?? "not_found";
    return run({
      name: `oauth_dcr.${endpoint} ${method}`,
      attributes: { "http.request.method": method },
      measuredAs: { "oauth_dcr.endpoint": endpoint },
      run: serve,
      endingOf,
    });
  }

  const { answer } = fetch;
  return Object.assign<FetchHandler, Pick<FetchHandler, "answer">>(
    (request, context) => traced(request, () => fetch(request, context), byStatus),
    // Without it an adapter makes a Response of each answer, to take it apart again.
    answer ? { answer: (request, context) => traced(request, () => answer(request, context), byStatus) } : {},
  );
}

function byStatus({ status }: { readonly status: number }): Ending {
  const isFault = status >= 500;
  return {
    attributes: { "http.response.status_code": status, ...(isFault && { "error.type": String(status) }) },
    isFault,
  };
}
