import { once } from "node:events";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import type { OutgoingConnection } from "@oauth-dcr/core/guarded-fetch";
import { selfSignedCertificate } from "../../guarded-fetch/support/certificate.js";

/** Serves a client's metadata over TLS as `client.example`, at a loopback port. */
export interface DocumentServer {
  readonly url: string;
  readonly loopbackUrl: string;
  /** What `fetchedBy` was asked for. */
  readonly fetched: string[];
  /** Leads `client.example` here, as the public DNS would lead to a public address; nothing else. */
  readonly connection: OutgoingConnection;
  close(): Promise<void>;
}

export async function documentServer(metadata: object): Promise<DocumentServer> {
  const url = "https://client.example/oauth/client.json";
  const certificate = await selfSignedCertificate(["client.example", "127.0.0.1"]);
  const fetched: string[] = [];
  const server = createServer(certificate, (req, res) => {
    fetched.push(`https://${req.headers.host ?? ""}${req.url ?? ""}`);
    res.setHeader("content-type", "application/json").end(JSON.stringify({ client_id: url, ...metadata }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const connection: OutgoingConnection = async ({ url: { hostname, pathname }, headers, signal }) => {
    if (hostname !== "client.example") throw new Error("no such host");
    const sent = request({
      ...{ host: "127.0.0.1", port, path: pathname, signal, agent: false },
      ...{ servername: hostname, ca: certificate.cert, headers: { ...headers, host: hostname } },
    });
    sent.end();
    const [answer] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return new Response(Buffer.concat(chunks), {
      status: answer.statusCode ?? 500,
      headers: { "content-type": answer.headers["content-type"] ?? "" },
    });
  };
  return {
    url,
    loopbackUrl: `https://127.0.0.1:${port}/oauth/client.json`,
    fetched,
    connection,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
