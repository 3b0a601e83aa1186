import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { RegistrationStore } from "@oauth-dcr/core";
import { FRONT_PAGE_HEADERS } from "./front-page.js";

/** What a request can lead to. */
interface Routes {
  /** Answers every other path. */
  readonly endpoints: RequestListener;
  /** `/healthz` reads it. */
  readonly store: RegistrationStore;
  /** The page at `/`. Missing: there is none. */
  readonly frontPage?: string;
}

/** Leads a request to the health of the server, to its front page or to the endpoints of core. */
export function routeRequest({ endpoints, store, frontPage }: Routes): RequestListener {
  return (request, response) => {
    if (hasUnknownExpectation(request)) refuseExpectation(response);
    else if (request.url === "/healthz") void answerHealth(request, response, store);
    else if (request.url === "/" && frontPage !== undefined) answerPage(request, response, frontPage);
    else endpoints(request, response);
  };
}

/** Node.js has answered `100-continue`; there is no other expectation. */
function hasUnknownExpectation({ headers: { expect } }: IncomingMessage): boolean {
  return expect !== undefined && !/^100-continue$/i.test(expect.trim());
}

/** @see RFC 9110 section 10.1.1 https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1 */
function refuseExpectation(response: ServerResponse): void {
  response.writeHead(417, { connection: "close", "content-length": 0 });
  response.end();
}

function answerPage(request: IncomingMessage, response: ServerResponse, page: string): void {
  if (announcesBody(request)) response.setHeader("connection", "close");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD", "content-length": 0 }).end();
    return;
  }
  response.writeHead(200, { ...FRONT_PAGE_HEADERS, "content-length": Buffer.byteLength(page) });
  response.end(request.method === "HEAD" ? undefined : page);
}

/**
 * Healthy is: the store can be read. A full disk or a Redis that is away is not for a restart to mend, as no server
 * starts on either; registrations are told to come again.
 */
async function answerHealth(
  request: IncomingMessage,
  response: ServerResponse,
  store: RegistrationStore,
): Promise<void> {
  // Node.js would read a body that nobody wants to its end, however long it is, to find the next request behind it.
  if (announcesBody(request)) response.setHeader("connection", "close");
  let status = 200;
  try {
    await store.findClient("healthz");
  } catch {
    status = 503;
  }
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify({ status: status === 200 ? "ok" : "unavailable" }));
}

/** @see RFC 9112 section 6.3 https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
function announcesBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
