/** What this adapter uses of a request of `node:http`, of `node:http2` and of the frameworks that extend them. */
export interface NodeRequest {
  /** The method, such as `POST`. */
  readonly method?: string | undefined;
  /** The path and query as sent; without the mount path behind Express and Connect. */
  readonly url?: string | undefined;
  /** The URL before Express or Connect took the mount path off. */
  readonly originalUrl?: string | undefined;
  /** The headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The connection. Its `remoteAddress` is the client address unless proxies are trusted. */
  readonly socket: {
    readonly remoteAddress?: string | undefined;
    /** Takes nothing more from the client for a while. */
    pause?(): unknown;
  };
  /** The major version of HTTP. Default 1. */
  readonly httpVersionMajor?: number | undefined;
  /** Whether the body was read to its end. */
  readonly readableEnded: boolean;
  /** Whether the stream was destroyed, as when the client left. */
  readonly destroyed?: boolean | undefined;
  /** Whether the client left before the end. */
  readonly aborted?: boolean | undefined;
  /** What a body parser before us made of the body. */
  readonly body?: unknown;
  /** Tells of each piece of the body. */
  on(event: "data", listener: (piece: Uint8Array) => void): unknown;
  /** Tells of the end of the body, or that it does not come. */
  on(event: "end" | "aborted" | "error" | "close", listener: () => void): unknown;
  /** Takes no more of the body for a while. */
  pause(): unknown;
  /** Takes what comes of the body. */
  resume(): unknown;
  /** Drops the connection, or the stream of HTTP/2. */
  destroy(): unknown;
}

/** What this adapter uses of a response. */
export interface NodeResponse {
  /** The status of the answer. */
  statusCode: number;
  /** Whether the whole answer was handed to the operating system. */
  readonly writableFinished: boolean;
  /** Sets one header. */
  setHeader(name: string, value: string): unknown;
  /** Sends the headers without waiting for the body. */
  flushHeaders?(): unknown;
  /** Sends some of the body. */
  write(body: string): unknown;
  /** Sends the body, or what is left of it, and ends the answer. */
  end(body: string): unknown;
  /** Tells once when the connection closes. */
  once(event: "close", listener: () => void): unknown;
  /** Drops the connection. */
  destroy(): unknown;
}
