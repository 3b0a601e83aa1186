import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Where a native client waits for its answer: a server on a loopback port of its own. */
export interface CallbackServer {
  readonly url: string;
  /** The parameters of the next answer that was not taken yet. */
  next(): Promise<URLSearchParams>;
  close(): Promise<void>;
}

export async function callbackServer(): Promise<CallbackServer> {
  const answers: URLSearchParams[] = [];
  const server = createServer((req, res) => {
    answers.push(new URL(req.url ?? "/", "http://127.0.0.1").searchParams);
    res.end("You can close this page.");
    server.emit("answer");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    async next() {
      if (answers.length === 0) await once(server, "answer");
      return answers.shift()!;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
