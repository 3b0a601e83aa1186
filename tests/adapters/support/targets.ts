import type { HttpTarget } from "@oauth-dcr/contract-tests";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { connect, createServer as createHttp2Server, type ClientHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { toNodeHandler } from "@oauth-dcr/node";
import type { ClientRegistration } from "@oauth-dcr/core";

/** A server on a port of the system's choice. */
export interface Listening extends HttpTarget {
  readonly port: number;
  readonly server: Server;
  close(): Promise<void>;
}

export async function overHttp(server: Server): Promise<Listening> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    server,
    fetch: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** For a framework whose application is a request listener. */
export const listening = (listener: RequestListener): Promise<Listening> => overHttp(createServer(listener));

/** HTTP/2 without TLS, which `fetch` does not speak. */
export async function overHttp2(registration: ClientRegistration): Promise<HttpTarget> {
  const server = createHttp2Server(toNodeHandler(registration)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    fetch: (path, init) => fetchOverHttp2(session, path, init),
    async close() {
      const closed = once(server, "close");
      session.destroy();
      server.close();
      await closed;
    },
  };
}

async function fetchOverHttp2(
  session: ClientHttp2Session,
  path: string,
  init: RequestInit,
): Promise<Response> {
  const { method, headers, body } = new Request(`http://localhost${path}`, init);
  const stream = session.request({
    ":path": path,
    ":method": method,
    // Request names a media type of its own accord where the case wants none.
    ...Object.fromEntries(init.body instanceof ReadableStream || init.body ? headers : []),
    ...Object.fromEntries(new Headers(init.headers)),
  });
  const sent = body ? Readable.fromWeb(body as NodeReadableStream).pipe(stream) : stream.end();
  // The server may answer, and reset the stream, while we are sending.
  sent.on("error", () => undefined);
  const [answer] = (await once(stream, "response")) as [Record<string, string | string[]>];
  const status = Number(answer[":status"]);
  const fields = Object.entries(answer).filter(([name]) => !name.startsWith(":"));
  const answered = await text(stream);
  stream.close();
  return new Response(status === 204 || method === "HEAD" ? null : answered, {
    status,
    headers: fields.map(([name, value]): [string, string] => [name, String(value)]),
  });
}
