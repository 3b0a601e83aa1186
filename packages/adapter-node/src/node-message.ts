/** What this adapter uses of a request of `node:http`, of `node:http2` and of the frameworks that extend them. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The URL before Express or Connect took the mount path off. */
  readonly originalUrl?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly readableEnded: boolean;
  /** What a body parser before us made of the body. */
  readonly body?: unknown;
}

/** What this adapter uses of a response. */
export interface NodeResponse {
  statusCode: number;
  readonly writableFinished: boolean;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
  once(event: "close", listener: () => void): unknown;
  destroy(): unknown;
}
