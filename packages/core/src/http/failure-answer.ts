import type { Finding } from "../client-metadata/finding.js";
import type { Failure } from "../failure.js";
import { isTotalQuota } from "../quota/client-quotas.js";
import { jsonAnswer, RETRY_AFTER_SECONDS, type EndpointAnswer } from "./endpoint-answer.js";

/** @see RFC 6750 section 3 https://www.rfc-editor.org/rfc/rfc6750#section-3 */
const CHALLENGE = 'Bearer realm="client-registration"';

/**
 * What the caller of our endpoints is told of a failure. The only place that knows which failure has which status there.
 *
 * @see RFC 7591 section 3.2.2 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.2
 */
export function failureAnswer(failure: Failure): EndpointAnswer {
  switch (failure.kind) {
    case "refused_metadata":
      return metadataAnswer(failure.findings);
    case "malformed_utf8":
      return errorAnswer(400, "invalid_client_metadata", "the body must be UTF-8");
    case "malformed_json":
      return errorAnswer(400, "invalid_client_metadata", "the body must be JSON");
    case "not_an_object":
      return errorAnswer(400, "invalid_client_metadata", "the body must be a JSON object");
    case "request_aborted":
      return errorAnswer(400, "invalid_request", "the request ended before its body did");
    case "token_in_query":
      return errorAnswer(400, "invalid_request", "send the token in the Authorization header alone", {
        "www-authenticate": `${CHALLENGE}, error="invalid_request"`,
      });
    case "token_required":
      // No error code where no token was sent (RFC 6750 section 3.1).
      return jsonAnswer(401, {}, { "www-authenticate": CHALLENGE });
    case "token_refused":
      return errorAnswer(401, "invalid_token", "the token is not valid", {
        "www-authenticate": `${CHALLENGE}, error="invalid_token"`,
      });
    case "not_permitted":
      return errorAnswer(403, "access_denied", "the client may not do this in its present state");
    case "client_disabled":
      return errorAnswer(403, "access_denied", "this client was disabled by the operator");
    case "unknown_policy":
      return errorAnswer(403, "access_denied", "nobody may register or change this at the moment");
    case "conflict":
      return errorAnswer(409, "conflict", "the client was changed meanwhile; read it and try again");
    case "method_not_allowed":
      return errorAnswer(405, "invalid_request", `this endpoint takes ${failure.allow}`, {
        allow: failure.allow,
      });
    case "body_too_large":
      return errorAnswer(413, "invalid_request", `the body must have at most ${failure.maxBytes} bytes`);
    case "body_in_too_many_pieces":
      return errorAnswer(413, "invalid_request", `the body must come in at most ${failure.maxPieces} pieces`);
    case "unsupported_media_type":
      return errorAnswer(415, "invalid_request", `the body must be sent as ${failure.taken}`);
    case "unsupported_content_encoding":
      // The field tells this 415 from that of a media type (RFC 9110 section 12.5.3).
      return errorAnswer(415, "invalid_request", "the body must be sent without a Content-Encoding", {
        "accept-encoding": "identity",
      });
    case "rate_limited":
      return errorAnswer(429, "too_many_requests", "too many registration requests; try again later", {
        "retry-after": String(failure.retryAfterSeconds),
        "ratelimit-policy": `"registration";q=${failure.limit};w=${Math.ceil(failure.windowSeconds)}`,
        ratelimit: `"registration";r=0;t=${failure.retryAfterSeconds}`,
      });
    case "quota_exceeded":
      return quotaAnswer(failure);
    case "store_unavailable":
    case "rate_limiter_unavailable":
    case "revocation_failed":
    case "verifier_unavailable":
      return errorAnswer(503, "temporarily_unavailable", "registration is not available at the moment", {
        "retry-after": String(RETRY_AFTER_SECONDS),
      });
    case "defect":
      return errorAnswer(500, "server_error", "the request could not be served");
  }
}

/**
 * The caller's own pool is full, or the server's. No `Retry-After`: room comes when a client is used, is deleted or expires, and
 * not by waiting alone.
 */
function quotaAnswer({ key, limit }: Extract<Failure, { kind: "quota_exceeded" }>): EndpointAnswer {
  if (isTotalQuota(key)) {
    return errorAnswer(
      503,
      "temporarily_unavailable",
      "registration is at its capacity; another client can register once one of those here is used, is deleted or expires",
    );
  }
  return errorAnswer(
    429,
    "too_many_requests",
    `${limit} clients are registered and not used yet, which is the limit; another can register once one of them is used, is deleted or expires`,
    { "ratelimit-policy": `"unused-clients";q=${limit}`, ratelimit: '"unused-clients";r=0' },
  );
}

/** The first error, and how many more there are. */
function metadataAnswer(findings: readonly Finding[]): EndpointAnswer {
  const [first, ...others] = findings.filter((finding) => finding.severity === "error");
  const more = others.length > 0 ? `; and ${others.length} more` : "";
  return errorAnswer(400, first?.error ?? "invalid_client_metadata", `${first?.description ?? ""}${more}`);
}

function errorAnswer(
  status: number,
  error: string,
  description: string,
  headers?: Record<string, string>,
): EndpointAnswer {
  return jsonAnswer(status, { error, error_description: description }, headers);
}
