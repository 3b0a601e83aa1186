/** A request to send: GET, or POST if there is a body. */
export interface OutgoingRequest {
  /**
   * An `https` URL without userinfo and fragment. Without `mayBePrivate`, its host is no special-use address. A name may still
   * lead to one: the connection must check that.
   */
  readonly url: URL;
  /** Whether the operator allows this URL to have a private-use address, see {@link isPrivateUseAddress}. Default false. */
  readonly mayBePrivate?: boolean;
  /** All headers besides `Host`. The connection adds no cookie, credentials or referrer. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a POST request. Default: none, and the method is GET. */
  readonly body?: string;
  /** Ends the request, also while its body is read. */
  readonly signal: AbortSignal;
}

/**
 * Sends a request. Resolves with the response as soon as its headers have arrived. Follows no redirect.
 *
 * Rejects with {@link AddressRefusedError} if the name leads to a forbidden address, and with any other error if there is no
 * response.
 */
export type OutgoingConnection = (request: OutgoingRequest) => Promise<Response>;

/** The host has a special-use address. The message does not contain it: a stranger could map a private network by it. */
export class AddressRefusedError extends Error {
  constructor() {
    super("The host has a special-use address.");
    this.name = "AddressRefusedError";
  }
}
