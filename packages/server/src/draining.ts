import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const LONGEST_MILLISECONDS = 10_000;

/**
 * Lets a server stop without cutting off a request that it has begun: connections without one are closed at once, the
 * others with their last answer, and what is left after ten seconds then. To be called before the server listens;
 * answers the function that stops it.
 */
export function drainable(server: Server): () => Promise<void> {
  // How many requests each connection has under way: pipelined ones can be several. Node's own closeIdleConnections()
  // leaves out a connection on which no request was ever sent.
  const underWay = new Map<Socket, number>();
  let draining = false;

  server.on("connection", (socket: Socket) => {
    underWay.set(socket, 0);
    socket.once("close", () => underWay.delete(socket));
  });
  server.on("request", ({ socket }: { socket: Socket }, response: ServerResponse) => {
    count(socket, 1);
    response.once("close", () => count(socket, -1));
  });

  function count(socket: Socket, change: 1 | -1): void {
    const requests = underWay.get(socket);
    if (requests === undefined) return;
    underWay.set(socket, requests + change);
    if (draining && requests + change === 0) socket.end();
  }

  return function drain() {
    draining = true;
    const late = setTimeout(() => server.closeAllConnections(), LONGEST_MILLISECONDS);
    return new Promise((resolve) => {
      server.close(() => {
        clearTimeout(late);
        resolve();
      });
      for (const [socket, requests] of underWay) if (requests === 0) socket.destroy();
    });
  };
}
