import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import { err, ok, type Result } from "../lib/result.js";
import { untilAborted } from "../lib/until-aborted.js";
import type { GuardedFetchProblem } from "./guarded-fetch-problem.js";
import { headProblem } from "./head-problem.js";
import { GUARDED_FETCH_FACTORIES } from "./is-guarded-fetch.js";
import { AddressRefusedError, type OutgoingConnection, type OutgoingRequest } from "./outgoing-connection.js";
import { isPublicOrPrivateHost, outgoingUrl } from "./outgoing-url.js";
import { readText } from "./read-text.js";
import { requestSlots, type RequestEnd } from "./request-slots.js";

/** Options of `guardedFetch`. */
export interface GuardedFetchOptions {
  /** Who connects: `pinnedConnection()` of `@oauth-dcr/node`, or `webConnection()` where no address can be pinned. */
  readonly connection: OutgoingConnection;
  /** The longest body, in bytes; 65,536 unless told. */
  readonly maxBytes?: number;
  /** For name, connection, head and body together; more than 0 and at most 60, 5 unless told. */
  readonly timeoutSeconds?: number;
  /**
   * How many requests are under way at most; 10 unless told. One more is answered `busy` at once. Strangers share seven tenths
   * of them, a fifth for one host with its port and three tenths for one domain; the others are kept for documents of clients
   * that were used. A host that did not answer is `busy` for 5 seconds, and for longer each time, up to a minute.
   */
  readonly maxConcurrent?: number;
  /**
   * Exact `https` URLs that may be in a private network or on this machine, such as `https://wiki.corp.internal/client.json`. Such
   * a URL may have a name of a local network, and lead to a private-use address; every other guard stays. Default: none.
   */
  readonly privateUrls?: readonly string[];
}

/** A document that a stranger's URL led to. */
export interface FetchedDocument {
  /** The body, as UTF-8. */
  readonly text: string;
  /** For the caller's cache. */
  readonly headers: Headers;
}

/**
 * Fetches a stranger's document. `accept` lists media types in lower case; `application/json` stands for every
 * `+json` type too. `isUsed` says that a client of this URL was used, so that a request is kept for it. Never rejects.
 */
export type GuardedFetch = (
  url: string,
  accept: readonly string[],
  isUsed?: boolean,
) => Promise<Result<FetchedDocument, GuardedFetchProblem>>;

/**
 * Builds the one way out: `https` to public addresses alone, no redirects, no credentials, bounded in bytes, time and
 * number. Throws a {@link MisuseError} for limits that are none.
 *
 * @example
 * ```ts
 * import { guardedFetch, webConnection } from "@oauth-dcr/core/guarded-fetch";
 *
 * const fetchDocument = guardedFetch({ connection: webConnection(), timeoutSeconds: 3 });
 * ```
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function guardedFetch(options: GuardedFetchOptions): GuardedFetch {
  requireKnownOptions("guardedFetch", options, [
    "connection",
    "maxBytes",
    "timeoutSeconds",
    "maxConcurrent",
    "privateUrls",
  ] satisfies (keyof GuardedFetchOptions)[]);
  const { connection, maxBytes = 65_536, timeoutSeconds = 5, maxConcurrent = 10, privateUrls = [] } = options;
  requireThat(typeof connection === "function", CODE, "connection: must be a function");
  requirePositiveInteger(maxBytes, CODE, "maxBytes");
  requirePositiveInteger(maxConcurrent, CODE, "maxConcurrent");
  const isTime = Number.isFinite(timeoutSeconds) && timeoutSeconds > 0 && timeoutSeconds <= 60;
  requireThat(isTime, CODE, "timeoutSeconds: must be more than 0 and at most 60");
  requireThat(Array.isArray(privateUrls), CODE, "privateUrls: must be a list of URLs");
  const exempt = new Set(privateUrls.map(exactUrl));

  const slots = requestSlots(maxConcurrent);
  return async (url, accept, isUsed = false) => {
    const mayBePrivate = exempt.has(url);
    const target = mayBePrivate ? outgoingUrl(url, isPublicOrPrivateHost) : outgoingUrl(url);
    if (!target.ok) return target;
    const slot = slots.take(target.value, isUsed);
    if (!slot) return err({ kind: "busy" });
    const signal = AbortSignal.timeout(Math.ceil(timeoutSeconds * 1000));
    const headers = { accept: accept.join(", "), "accept-encoding": "identity", "user-agent": "oauth-dcr" };
    const request = { url: target.value, mayBePrivate, headers, signal };
    const work = fetchDocument(connection, request, accept, maxBytes);
    // Who asked is answered in time. What goes on beneath, such as a question to a silent name server, keeps its slot.
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

GUARDED_FETCH_FACTORIES.add(guardedFetch);

/** A URL that is compared letter by letter has to be written in the one way in which a parser writes it. */
function exactUrl(url: unknown, i: number): string {
  const read = typeof url === "string" ? outgoingUrl(url, isPublicOrPrivateHost) : undefined;
  requireThat(
    read?.ok === true && read.value.href === url,
    CODE,
    `privateUrls[${i}]: ${JSON.stringify(url)} must be an exact https URL: with its path, in lower case and punycode, without userinfo, fragment and dot segments, and at no link-local, multicast or translated address`,
  );
  return url;
}

function endOf(result: Result<FetchedDocument, GuardedFetchProblem>): RequestEnd {
  return !result.ok && result.error.kind === "timed_out" ? "nothing" : "answer";
}

const CODE = "ERR_GUARDED_FETCH";

async function fetchDocument(
  connection: OutgoingConnection,
  request: OutgoingRequest,
  accept: readonly string[],
  maxBytes: number,
): Promise<Result<FetchedDocument, GuardedFetchProblem>> {
  const { signal } = request;
  const response = await connection(request);
  const problem = headProblem(response, accept, maxBytes);
  // Also when this answer came too late for anybody to wait for it.
  if (problem || signal.aborted) {
    void response.body?.cancel().catch(() => undefined);
    return err(problem ?? { kind: "timed_out" });
  }
  const text = await readText(response.body, maxBytes, signal);
  return text.ok ? ok({ text: text.value, headers: response.headers }) : err({ kind: text.error });
}
