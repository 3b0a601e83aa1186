import type { Awaitable, JsonValue } from "@oauth-dcr/core";

/** The endpoints as a client reaches them. */
export interface HttpTarget {
  /** Sends a request to the server under test. */
  fetch(path: string, init: RequestInit): Promise<Response>;
  /** Stops the server. */
  close?(): Awaitable<void>;
}

/** One request, and what every way of serving it has to answer. */
export interface HttpCase {
  /** What the case shows, for the name of its test. */
  readonly name: string;
  /** Where it goes. Default: the registration endpoint. */
  readonly to?: "registration" | "discovery" | "elsewhere";
  /** Default POST. */
  readonly method?: string;
  /** Default: `content-type: application/json` where there is a body. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Made for each request, since a stream is good for one. */
  readonly body?: () => string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
  /** What a framework before us must not have done with the body, since the answer would be its own. */
  readonly bodyMustBe?: "unparsed" | "unread";
  /** What the answer has to be. */
  readonly answer: HttpAnswer;
}

/** An answer, with its body read. */
export interface HttpAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** `null` for a header that must not be there. */
  readonly headers?: Readonly<Record<string, string | RegExp | null>>;
  /** Members of the JSON body; `undefined` for one that must not be there. */
  readonly body?: Readonly<Record<string, JsonValue | RegExp | undefined>>;
  /** What the body must not repeat. */
  readonly withholds?: string;
}

export const PUBLIC_CLIENT = {
  redirect_uris: ["https://app.example/callback"],
  token_endpoint_auth_method: "none",
} as const;

export const CONFIDENTIAL_CLIENT = {
  redirect_uris: ["https://app.example/callback"],
  token_endpoint_auth_method: "client_secret_basic",
} as const;

/** The largest body that is read, which is the default of `maxBodyBytes`. */
export const MAX_BODY_BYTES = 65_536;

/** A good registration, filled up with white space. */
export function bodyOfLength(bytes: number): string {
  return JSON.stringify(PUBLIC_CLIENT).padEnd(bytes);
}

/** The same without a length known beforehand, in pieces. */
export function streamOfLength(bytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const piece of piecesOf(bytes)) controller.enqueue(piece);
      controller.close();
    },
  });
}

/** Says no length and stops without an end: the answer has to come from what was counted so far. */
export function endlessStreamOfLength(bytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const piece of piecesOf(bytes)) controller.enqueue(piece);
    },
  });
}

function piecesOf(bytes: number): Uint8Array<ArrayBuffer>[] {
  const body = new TextEncoder().encode(bodyOfLength(bytes));
  return Array.from({ length: Math.ceil(bytes / 16_384) }, (_, i) =>
    body.slice(i * 16_384, (i + 1) * 16_384),
  );
}
