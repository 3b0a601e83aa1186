import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const LONGEST_MS = 10_000;

/**
 * Lets a server stop without cutting off a request that it has begun: connections without one are closed at once, the
 * others with their answer, and what is left after ten seconds then. To be called before the server listens; answers
 * the function that stops it.
 */
export function drainable(server: Server): () => Promise<void> {
  // Node's own closeIdleConnections() leaves out a connection on which no request was ever sent.
  const idle = new Set<Socket>();
  let draining = false;

  server.on("connection", (socket: Socket) => {
    idle.add(socket);
    socket.once("close", () => idle.delete(socket));
  });
  server.on("request", ({ socket }: { socket: Socket }, response: ServerResponse) => {
    idle.delete(socket);
    response.once("close", () => {
      if (draining) socket.end();
      else if (!socket.destroyed) idle.add(socket);
    });
  });

  return function drain() {
    draining = true;
    const late = setTimeout(() => server.closeAllConnections(), LONGEST_MS);
    return new Promise((resolve) => {
      server.close(() => {
        clearTimeout(late);
        resolve();
      });
      for (const socket of idle) socket.destroy();
    });
  };
}
