import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { answerUnavailable } from "./answer-unavailable.js";

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

interface Connection {
  /** The requests without a whole answer, in the order in which they came: pipelined ones can be several. */
  readonly underWay: Map<ServerResponse, IncomingMessage>;
  /** Whether an answer says `Connection: close`: nothing that comes behind its request is served. */
  isEnding: boolean;
}

/**
 * Serves the requests of a server until it is told to stop. From then on each answer says `Connection: close`, and the
 * connection ends behind it. Nothing is served whose answer could not be delivered, so that no client is stored that
 * nobody hears of. To be called before the server listens; answers the function that stops it.
 *
 * @see RFC 9112 section 9.6 https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
export function drainable(server: Server, serve: RequestListener): (breakOff: () => void) => Promise<void> {
  const connections = new Map<Socket, Connection>();
  let draining = false;
  let isOver = false;

  server.on("connection", (socket: Socket) => {
    connections.set(socket, { underWay: new Map(), isEnding: false });
    socket.once("close", () => connections.delete(socket));
  });
  const take: RequestListener = (request, response) => {
    const { socket } = request;
    const connection = connections.get(socket);
    if (!connection || connection.isEnding) return;
    connection.underWay.set(response, request);
    response.once("close", () => {
      connection.underWay.delete(response);
      if (isOver && connection.underWay.size === 0) socket.destroySoon();
    });
    if (draining) endBehindNewest(connection);
    serve(request, response);
  };
  server.on("request", take);
  // Node.js would answer an unknown expectation by itself, past every bound and every stop.
  server.on("checkExpectation", take);

  /** The newest answer is the last one. Where it was sent already, the next one is. */
  function endBehindNewest(connection: Connection): void {
    const newest = [...connection.underWay.keys()].at(-1);
    if (!newest || newest.headersSent) return;
    newest.setHeader("connection", "close");
    connection.isEnding = true;
  }

  function endResting(): void {
    isOver = true;
    for (const [socket, { underWay }] of connections) if (underWay.size === 0) socket.destroySoon();
  }

  function answer(which: (request: IncomingMessage) => boolean): void {
    for (const { underWay } of connections.values()) {
      for (const [response, request] of underWay) {
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
