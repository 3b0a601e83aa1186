/**
 * What the endpoints use of a request. A Web-standard `Request` is one; an adapter whose platform has no such object at
 * hand may give this much of it instead, which spares a server the making of one for each request.
 */
export interface EndpointRequest {
  /** The method, in capitals. */
  readonly method: string;
  /** Absolute; only its path is looked at. */
  readonly url: string;
  /** The request's headers, found by name in lower case. */
  readonly headers: { get(name: string): string | null };
  /**
   * The body's bytes as they arrive. `cancel` says that no more are wanted. An adapter that joins what has arrived says in
   * `pieces` how many it has joined, as core bounds their number. Default 1.
   */
  readonly body: {
    getReader(): {
      read(): Promise<{
        readonly done: boolean;
        readonly value?: Uint8Array | undefined;
        readonly pieces?: number;
      }>;
      cancel(): Promise<unknown>;
    };
  } | null;
  /**
   * Reads the whole body at once. Core calls it instead of `body` for a body whose `content-length` is within the limit.
   * Give it only where the platform holds a body to its `content-length`. Without it core reads `body` piece by piece.
   */
  readonly readAll?: () => Promise<Uint8Array | ArrayBuffer>;
  /** Says when nobody waits for the answer any more. */
  readonly signal: { readonly aborted: boolean };
}
