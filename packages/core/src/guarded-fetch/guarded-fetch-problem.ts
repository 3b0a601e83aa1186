/**
 * Why a document was not fetched.
 *
 * - `url_refused`: the URL is not `https`, has userinfo or a fragment, is ambiguous, or has a local name. `cause` may name the
 *   rule.
 * - `address_refused`: the host has a special-use address.
 * - `redirected`, `status`: the status was not 200. `status` is set if the platform tells it.
 * - `media_type`: the type was not accepted, or the body was compressed or not UTF-8.
 * - `too_large`, `timed_out`, `busy`: a limit of {@link GuardedFetchOptions}.
 * - `unreachable`: the connection failed, the certificate was invalid, or the response broke off. `cause` is the error of the
 *   connection.
 *
 * Show this to the operator alone. To a client, say only that the document could not be fetched: the kinds would tell a stranger
 * what is in your private network.
 */
export interface GuardedFetchProblem {
  /** What went wrong. */
  readonly kind:
    | "url_refused"
    | "address_refused"
    | "redirected"
    | "status"
    | "media_type"
    | "too_large"
    | "timed_out"
    | "busy"
    | "unreachable";
  /** The underlying error. Only for the log. */
  readonly cause?: unknown;
  /** The status of the response, if that is the problem. */
  readonly status?: number;
}
