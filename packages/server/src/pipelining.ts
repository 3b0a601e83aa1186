import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests of a connection that have no whole answer yet. One more ends the connection. */
const MOST_UNANSWERED = 16;

/** How much of what was read is parsed before the requests in it are counted: some 40 of the shortest requests. */
const SLICE_BYTES = 1_024;

interface Connection {
  /** Requests without a whole answer, the one that is served among them. */
  readonly unanswered: Map<ServerResponse, IncomingMessage>;
  /** At least so much of what comes next is the body of one request. */
  bodyBytes: number;
}

/**
 * Serves the requests of a connection one after the other, and closes one that sends more than 16 ahead of their answers.
 * Node.js reads up to 64 KiB at once and makes the objects of all requests in it, 2,400 of the shortest, before anybody
 * can stop it. So what was read is handed to its parser in slices. To be called before the server listens.
 *
 * @see RFC 9112 section 9.3.2 https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2
 */
export function oneByOne(server: Server, serve: RequestListener): RequestListener {
  const connections = new WeakMap<Socket, Connection>();

  server.on("connection", (socket: Socket) => {
    const connection: Connection = { unanswered: new Map(), bodyBytes: 0 };
    connections.set(socket, connection);
    parseInSlices(socket, connection);
  });

  return (request, response) => {
    const { socket } = request;
    const connection = connections.get(socket);
    if (!connection) return;
    const { unanswered } = connection;
    if (unanswered.size === MOST_UNANSWERED) {
      socket.destroy();
      return;
    }
    unanswered.set(response, request);
    connection.bodyBytes = Number(request.headers["content-length"] ?? 0);
    response.once("close", () => {
      unanswered.delete(response);
      // Nobody would read the answers of the others.
      if (socket.destroyed || socket.writableEnded) return;
      // The next one may have been answered already, as by a server that stops.
      for (const [next, itsRequest] of unanswered) {
        if (next.headersSent) continue;
        serve(itsRequest, next);
        return;
      }
    });
    if (unanswered.size === 1) serve(request, response);
  };
}

/** A body goes in one piece: there is nothing to count in it. */
function parseInSlices(socket: Socket, connection: Connection): void {
  const push = socket.push.bind(socket);
  socket.push = (read: unknown, encoding?: BufferEncoding) => {
    if (!(read instanceof Uint8Array)) return push(read, encoding);
    let isRoomLeft = true;
    for (let at = 0; at < read.byteLength && !socket.destroyed;) {
      const length = Math.max(SLICE_BYTES, connection.bodyBytes);
      connection.bodyBytes = Math.max(0, connection.bodyBytes - length);
      isRoomLeft = push(read.subarray(at, at + length));
      at += length;
    }
    return isRoomLeft;
  };
  // Otherwise the parser reads from the operating system by itself.
  socket.on("data", () => undefined);
}
