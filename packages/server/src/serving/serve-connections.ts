import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { answerUnavailable } from "./answer-unavailable.js";
import { parseInSlices } from "./parse-in-slices.js";

/**
 * What a stop does and when, in milliseconds. Together with the last delivery of audit events it ends within five
 * seconds: half of the ten that a container's runtime waits before it kills.
 */
const STOP = {
  /** Connections without a request are ended. Until then a client can send one more, and reads that it was the last. */
  endResting: 1_000,
  /** Uploads that are not whole are answered 503, and what the other requests wait for is broken off. */
  breakOff: 2_500,
  /** Requests without an answer are answered 503. */
  answerAll: 3_000,
  /** Connections whose client does not take its answer are closed. */
  closeAll: 3_500,
};

/** Requests of a connection that have no whole answer yet. One more ends the connection. */
const MOST_UNANSWERED = 16;

interface Connection {
  /** The requests without a whole answer, in the order in which they came; the one that is served is among them. */
  readonly unanswered: Map<ServerResponse, IncomingMessage>;
  /** Tells how long the body of the request is that was parsed last. */
  readonly expectBody: (bytes: number) => void;
  /** Whether an answer says `Connection: close`: nothing that comes behind its request is served. */
  isEnding: boolean;
}

/**
 * Serves the requests of a server until it is told to stop: those of a connection one after the other, and a connection that
 * sends more than 16 ahead of their answers is closed. To be called before the server listens; answers the function that stops
 * it.
 *
 * From the stop on each answer says `Connection: close`, and the connection ends behind it. Nothing is served whose answer could
 * not be delivered, so that no client is stored that nobody hears of.
 *
 * @see RFC 9112 section 9.3.2 https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2
 * @see RFC 9112 section 9.6 https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
export function serveConnections(
  server: Server,
  serve: RequestListener,
): (breakOff: () => void) => Promise<void> {
  const connections = new Map<Socket, Connection>();
  let draining = false;
  let isOver = false;

  server.on("connection", (socket: Socket) => {
    connections.set(socket, { unanswered: new Map(), expectBody: parseInSlices(socket), isEnding: false });
    socket.once("close", () => connections.delete(socket));
  });
  const take: RequestListener = (request, response) => {
    const { socket } = request;
    const connection = connections.get(socket);
    if (!connection || connection.isEnding) return;
    const { unanswered, expectBody } = connection;
    if (unanswered.size === MOST_UNANSWERED) {
      socket.destroy();
      return;
    }
    unanswered.set(response, request);
    expectBody(Number(request.headers["content-length"] ?? 0));
    response.once("close", () => {
      unanswered.delete(response);
      if (isOver && unanswered.size === 0) socket.destroySoon();
      else serveNext(socket, unanswered);
    });
    if (draining) endBehindNewest(connection);
    if (unanswered.size === 1) serve(request, response);
  };
  server.on("request", take);
  // Node.js would answer an unknown expectation by itself, past every bound and every stop.
  server.on("checkExpectation", take);

  function serveNext(socket: Socket, unanswered: Connection["unanswered"]): void {
    // Nobody would read the answers of the others.
    if (socket.destroyed || socket.writableEnded) return;
    for (const [response, request] of unanswered) {
      // One may have been answered already, as by a server that stops.
      if (response.headersSent) continue;
      serve(request, response);
      return;
    }
  }

  /** The newest answer is the last one. Where it was sent already, the next one is. */
  function endBehindNewest(connection: Connection): void {
    const newest = [...connection.unanswered.keys()].at(-1);
    if (!newest || newest.headersSent) return;
    newest.setHeader("connection", "close");
    connection.isEnding = true;
  }

  function endResting(): void {
    isOver = true;
    for (const [socket, { unanswered }] of connections) if (unanswered.size === 0) socket.destroySoon();
  }

  function answer(which: (request: IncomingMessage) => boolean): void {
    for (const { unanswered } of connections.values()) {
      for (const [response, request] of unanswered) {
        if (response.headersSent || !which(request)) continue;
        // Node.js tells nobody that the rest of the body does not come: who reads it would wait for ever.
        response.once("close", () => request.destroy());
        answerUnavailable(response);
      }
    }
  }

  return async function drain(breakOff) {
    draining = true;
    for (const connection of connections.values()) endBehindNewest(connection);
    const timers = [
      setTimeout(endResting, STOP.endResting),
      setTimeout(() => {
        answer(({ complete }) => !complete);
        breakOff();
      }, STOP.breakOff),
      setTimeout(() => answer(() => true), STOP.answerAll),
      setTimeout(() => server.closeAllConnections(), STOP.closeAll),
    ];
    // That of node:http would close the connections without a request at once, and with them a request on its way.
    await new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
    for (const timer of timers) clearTimeout(timer);
  };
}
