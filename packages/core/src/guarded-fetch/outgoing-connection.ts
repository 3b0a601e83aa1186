/** A GET request, or a POST request where there is a body. */
export interface OutgoingRequest {
  /**
   * `https`, without userinfo and fragment. Its host is no special-use address, unless `mayBePrivate`; its name may yet lead to
   * one.
   */
  readonly url: URL;
  /** Whether the operator exempts this very URL: the addresses of {@link isPrivateUseAddress} are admitted too. Default false. */
  readonly mayBePrivate?: boolean;
  /** All that is to be sent beside `Host`: no cookie, no credentials, no referrer. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is posted. Default: nothing, and the method is GET. */
  readonly body?: string;
  /** Ends the request, the reading of its body included. */
  readonly signal: AbortSignal;
}

/**
 * Sends a request and answers the response as soon as its head is there; follows no redirect.
 *
 * Rejects with {@link AddressRefusedError} when the name leads to an address that must not be connected to, and with any
 * other error when there is no answer.
 */
export type OutgoingConnection = (request: OutgoingRequest) => Promise<Response>;

/** The host has a special-use address. Does not say which: a stranger could map a private network with the answer. */
export class AddressRefusedError extends Error {
  constructor() {
    super("The host has a special-use address.");
    this.name = "AddressRefusedError";
  }
}
