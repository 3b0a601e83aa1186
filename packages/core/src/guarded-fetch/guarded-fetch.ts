import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import { err, ok, type Result } from "../lib/result.js";
import { untilAborted } from "../lib/until-aborted.js";
import type { GuardedFetchProblem } from "./guarded-fetch-problem.js";
import { headProblem } from "./head-problem.js";
import { GUARDED_FETCH_FACTORIES } from "./is-guarded-fetch.js";
import { AddressRefusedError, type OutgoingConnection, type OutgoingRequest } from "./outgoing-connection.js";
import { isPublicOrPrivateHost, outgoingUrl } from "./outgoing-url.js";
import { readBytes, readText } from "./read-text.js";
import { requestSlots, type RequestEnd } from "./request-slots.js";

/** Options of `guardedFetch`. */
export interface GuardedFetchOptions {
  /** Sends the requests: `pinnedConnection()` of `@oauth-dcr/node`, or `webConnection()` on a runtime that cannot choose addresses. */
  readonly connection: OutgoingConnection;
  /** The largest body, in bytes. Default 65,536. */
  readonly maxBytes?: number;
  /** The time for name lookup, connection, headers and body together, in seconds. More than 0, at most 60. Default 5. */
  readonly timeoutSeconds?: number;
  /**
   * How many requests may be under way. One more is `busy` at once. Default 10.
   *
   * Seven tenths are shared: one host with its port gets at most a fifth of all, and one domain three tenths. The others are
   * kept for known URLs, one for each domain. A domain that held a kept slot gets none for ten times as long. A host that did not
   * answer is `busy` for 5 seconds, then for twice as long each time, up to a minute.
   */
  readonly maxConcurrent?: number;
  /**
   * Exact `https` URLs in your private network or on this machine, such as `https://wiki.corp.internal/client.json`. Such a URL
   * may have a local name and lead to a private-use address. All other guards apply. Default: none.
   */
  readonly privateUrls?: readonly string[];
  /** The time, in milliseconds since the epoch, by which hosts and domains wait for their next slot. Default: `Date.now`. */
  readonly clock?: () => number;
}

/** A document that was fetched. */
export interface FetchedDocument {
  /** The body, decoded from UTF-8. */
  readonly text: string;
  /** The response headers, such as `cache-control`. */
  readonly headers: Headers;
}

/**
 * Fetches a document from a URL that a stranger may have named. Never rejects.
 *
 * - `accept`: the accepted media types in lower case. `application/json` includes every `+json` type.
 * - `isKnown`: whether this URL may have one of the slots that are kept for known URLs, see `maxConcurrent`. Say `true` for URLs of
 *   the operator's own, and for those of clients that the store has as `active`. Default false.
 */
export type GuardedFetch = (
  url: string,
  accept: readonly string[],
  isKnown?: boolean,
) => Promise<Result<FetchedDocument, GuardedFetchProblem>>;

/**
 * Makes a function that fetches documents from URLs that strangers name. It sends requests by `https`, to public addresses only.
 * It follows no redirect and sends no credentials. Bytes, time and the number of requests are limited.
 *
 * @example
 * ```ts
 * import { guardedFetch, webConnection } from "@oauth-dcr/core/guarded-fetch";
 *
 * const fetchDocument = guardedFetch({ connection: webConnection(), timeoutSeconds: 3 });
 * ```
 * @throws MisuseError for an option that makes no sense
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function guardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const fetchText = guardedReader("guardedFetch", options, readText);
  return async (url, accept, isKnown) => {
    const fetched = await fetchText(url, accept, isKnown);
    return fetched.ok ? ok({ text: fetched.value.body, headers: fetched.value.headers }) : fetched;
  };
}

/** Bytes that were fetched. */
export interface FetchedBytes {
  /** The body. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The response headers, such as `cache-control`. */
  readonly headers: Headers;
}

/** As `GuardedFetch`, for bodies that are not text, such as images. Never rejects. */
export type GuardedFetchBytes = (
  url: string,
  accept: readonly string[],
  isKnown?: boolean,
) => Promise<Result<FetchedBytes, GuardedFetchProblem>>;

/**
 * Makes a function that fetches bytes from URLs that strangers name, with the guards and limits of `guardedFetch`.
 *
 * @example
 * ```ts
 * import { guardedFetchBytes, webConnection } from "@oauth-dcr/core/guarded-fetch";
 *
 * const fetchImage = guardedFetchBytes({ connection: webConnection(), maxBytes: 200_000 });
 * ```
 * @throws MisuseError for an option that makes no sense
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function guardedFetchBytes(options: GuardedFetchOptions): GuardedFetchBytes {
  const fetchBytes = guardedReader("guardedFetchBytes", options, readBytes);
  return async (url, accept, isKnown) => {
    const fetched = await fetchBytes(url, accept, isKnown);
    return fetched.ok ? ok({ bytes: fetched.value.body, headers: fetched.value.headers }) : fetched;
  };
}

/** Reads a body within a number of bytes, until the signal fires. */
type ReadBody<Body> = (
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  signal: AbortSignal,
) => Promise<Result<Body, "too_large" | "media_type">>;

type Fetched<Body> = Result<{ readonly body: Body; readonly headers: Headers }, GuardedFetchProblem>;

function guardedReader<Body>(
  factory: string,
  options: GuardedFetchOptions,
  read: ReadBody<Body>,
): (url: string, accept: readonly string[], isKnown?: boolean) => Promise<Fetched<Body>> {
  requireKnownOptions(factory, options, [
    "connection",
    "maxBytes",
    "timeoutSeconds",
    "maxConcurrent",
    "privateUrls",
    "clock",
  ] satisfies (keyof GuardedFetchOptions)[]);
  const { connection, maxBytes = 65_536, timeoutSeconds = 5, maxConcurrent = 10 } = options;
  const { privateUrls = [], clock = Date.now } = options;
  requireThat(typeof connection === "function", CODE, "connection: must be a function");
  requirePositiveInteger(maxBytes, CODE, "maxBytes");
  requirePositiveInteger(maxConcurrent, CODE, "maxConcurrent");
  const isTime = Number.isFinite(timeoutSeconds) && timeoutSeconds > 0 && timeoutSeconds <= 60;
  requireThat(isTime, CODE, "timeoutSeconds: must be more than 0 and at most 60");
  requireThat(Array.isArray(privateUrls), CODE, "privateUrls: must be a list of URLs");
  const exempt = new Set(privateUrls.map(exactUrl));
  requireThat(typeof clock === "function", CODE, "clock: must be a function");

  const slots = requestSlots(maxConcurrent, clock);
  return async (url, accept, isKnown = false) => {
    const mayBePrivate = exempt.has(url);
    const target = mayBePrivate ? outgoingUrl(url, isPublicOrPrivateHost) : outgoingUrl(url);
    if (!target.ok) return target;
    const slot = slots.take(target.value, isKnown);
    if (!slot) return err({ kind: "busy" });
    const signal = AbortSignal.timeout(Math.ceil(timeoutSeconds * 1000));
    const headers = { accept: accept.join(", "), "accept-encoding": "identity", "user-agent": "oauth-dcr" };
    const request = { url: target.value, mayBePrivate, headers, signal };
    const work = fetchBody(connection, request, accept, maxBytes, read);
    // The caller gets an answer in time. Work that goes on, such as a lookup at a silent name server, keeps its slot.
    work.then(
      (result) => slot.end(endOf(result)),
      (cause: unknown) => slot.end(cause instanceof AddressRefusedError ? "answer" : "nothing"),
    );
    try {
      return await untilAborted(signal, work);
    } catch (cause) {
      if (signal.aborted) return err({ kind: "timed_out" });
      return err({ kind: cause instanceof AddressRefusedError ? "address_refused" : "unreachable", cause });
    }
  };
}

GUARDED_FETCH_FACTORIES.add(guardedFetch).add(guardedFetchBytes);

/** Such a URL is compared as text, so it must be spelled as a URL parser spells it. */
function exactUrl(url: unknown, i: number): string {
  const read = typeof url === "string" ? outgoingUrl(url, isPublicOrPrivateHost) : undefined;
  requireThat(
    read?.ok === true && read.value.href === url,
    CODE,
    `privateUrls[${i}]: ${JSON.stringify(url)} must be an exact https URL: with its path, in lower case and punycode, without userinfo, fragment and dot segments, and at no link-local, multicast or translated address`,
  );
  return url;
}

function endOf(result: Result<unknown, GuardedFetchProblem>): RequestEnd {
  return !result.ok && result.error.kind === "timed_out" ? "nothing" : "answer";
}

const CODE = "ERR_GUARDED_FETCH";

async function fetchBody<Body>(
  connection: OutgoingConnection,
  request: OutgoingRequest,
  accept: readonly string[],
  maxBytes: number,
  read: ReadBody<Body>,
): Promise<Fetched<Body>> {
  const { signal } = request;
  const response = await connection(request);
  const problem = headProblem(response, accept, maxBytes);
  // The answer may have come too late: then nobody reads the body.
  if (problem || signal.aborted) {
    void response.body?.cancel().catch(() => undefined);
    return err(problem ?? { kind: "timed_out" });
  }
  const body = await read(response.body, maxBytes, signal);
  return body.ok ? ok({ body: body.value, headers: response.headers }) : err({ kind: body.error });
}
