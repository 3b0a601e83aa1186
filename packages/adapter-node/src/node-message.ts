/** What this adapter uses of a request of `node:http`, of `node:http2` and of the frameworks that extend them. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  /** The method, such as `POST`. */
  readonly method?: string | undefined;
  /** The path and query as sent; without the mount path behind Express and Connect. */
  readonly url?: string | undefined;
  /** The URL before Express or Connect took the mount path off. */
  readonly originalUrl?: string | undefined;
  /** The headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The connection. Its `remoteAddress` is the client address unless proxies are trusted. */
  readonly socket: { readonly remoteAddress?: string | undefined };
  /** Whether the body was read to its end. */
  readonly readableEnded: boolean;
  /** What a body parser before us made of the body. */
  readonly body?: unknown;
}

/** What this adapter uses of a response. */
export interface NodeResponse {
  /** The status of the answer. */
  statusCode: number;
  /** Whether the whole answer was handed to the operating system. */
  readonly writableFinished: boolean;
  /** Sets one header. */
  setHeader(name: string, value: string): unknown;
  /** Sends the body and ends the answer. */
  end(body: string): unknown;
  /** Tells once when the connection closes. */
  once(event: "close", listener: () => void): unknown;
  /** Drops the connection. */
  destroy(): unknown;
}
