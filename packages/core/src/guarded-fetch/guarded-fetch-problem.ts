/**
 * Why there is no document.
 *
 * - `url_refused`: not `https`, with userinfo or a fragment, ambiguous, or a name of a local network. `cause` may name
 *   the rule.
 * - `address_refused`: the host is, or has, a special-use address.
 * - `redirected`, `status`: the answer was not 200; `status` says what, where the platform tells.
 * - `media_type`: not a type that was asked for, compressed, or not UTF-8.
 * - `too_large`, `timed_out`, `busy`: a limit of {@link GuardedFetchOptions}.
 * - `unreachable`: no connection, no valid certificate, no whole answer; `cause` is the connection's error.
 *
 * For the operator. The one whose URL it was learns only that it could not be fetched: the kinds tell apart what is in a
 * private network.
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
  /** What failed beneath, for the log alone. */
  readonly cause?: unknown;
  /** The status of the answer, where that is the problem. */
  readonly status?: number;
}
