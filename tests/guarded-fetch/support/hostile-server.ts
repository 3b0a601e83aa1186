import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { gzipSync } from "node:zlib";
import { selfSignedCertificate } from "./certificate.js";

type Behaviour = (socket: Socket, req: IncomingMessage, res: ServerResponse) => void;

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const raw =
  (text: string): Behaviour =>
  (socket) =>
    socket.write(text);
/** Writes the first text, then the second one again and again: as fast as it is read, or now and then. */
const endlessly =
  (first: string, again: string, pace: "fast" | "slow"): Behaviour =>
  (socket) => {
    socket.write(first);
    if (pace === "slow") {
      const timer = setInterval(() => socket.write(again), 5);
      socket.once("close", () => clearInterval(timer));
      return;
    }
    const write = () => {
      while (!socket.destroyed && socket.write(again));
    };
    socket.on("drain", write);
    write();
  };
const json =
  (headers: Record<string, string>, body: string | Uint8Array): Behaviour =>
  (_socket, _req, res) =>
    res.writeHead(200, { "content-type": "application/json", ...headers }).end(body);

const bomb = gzipSync(new Uint8Array(20_000_000));

/** What the server does at a path. */
const BEHAVIOURS = {
  "/good": json({}, '{"keys":[]}'),
  "/echo": (socket, req, res) => {
    // The name that was asked for in the TLS handshake.
    const servername = "servername" in socket ? socket.servername : undefined;
    const seen = { servername, headers: req.rawHeaders, to: socket.localAddress };
    json({}, JSON.stringify(seen))(socket, req, res);
  },
  "/redirect": (_socket, _req, res) => res.writeHead(302, { location: "/good" }).end("moved"),
  "/redirect-without-place": raw("HTTP/1.1 301 Moved\r\n\r\n"),
  "/missing": (_socket, _req, res) => res.writeHead(404, { "content-type": "application/json" }).end("{}"),
  "/html": json({ "content-type": "text/html" }, "<html>"),
  "/two-types": json({ "content-type": "application/json, text/html" }, "{}"),
  "/no-body": raw("HTTP/1.1 204 No Content\r\ncontent-type: application/json\r\n\r\n{}"),
  "/endless-body": endlessly(`${HEAD}\r\n`, " ".repeat(10_000), "fast"),
  "/endless-chunks": endlessly(
    `${HEAD}transfer-encoding: chunked\r\n\r\n`,
    "1\r\n \r\n".repeat(2000),
    "fast",
  ),
  "/endless-header": endlessly(`${HEAD}x: `, "x".repeat(10_000), "fast"),
  "/endless-headers": endlessly(HEAD, "x: y\r\n".repeat(2000), "fast"),
  "/endless-hints": endlessly("", "HTTP/1.1 103 Early Hints\r\n\r\n", "slow"),
  "/no-head": () => undefined,
  "/half-head": raw(HEAD),
  "/slow-head": endlessly(HEAD, "x: y\r\n", "slow"),
  "/half-body": raw(`${HEAD}content-length: 10\r\n\r\n{`),
  "/slow-body": endlessly(`${HEAD}content-length: 60000\r\n\r\n`, " ", "slow"),
  "/says-too-long": raw(`${HEAD}content-length: 65537\r\n\r\n`),
  "/longer-than-said": endlessly(`${HEAD}content-length: 2\r\n\r\n{}`, "x".repeat(10_000), "fast"),
  "/shorter-than-said": (socket) => socket.end(`${HEAD}content-length: 100\r\n\r\n{}`),
  "/two-lengths": raw(`${HEAD}content-length: 2\r\ncontent-length: 4\r\n\r\n{}{}`),
  "/length-and-chunks": raw(`${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`),
  "/broken-chunks": (socket) => socket.end(`${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n`),
  "/bomb": json({ "content-encoding": "gzip" }, bomb),
  "/hidden-bomb": json({}, bomb),
  "/latin-1": json(
    { "content-type": "application/json; charset=iso-8859-1" },
    Uint8Array.of(0x22, 0xfc, 0x22),
  ),
  "/reset": (socket) => socket.destroy(),
  "/reset-in-head": (socket) => socket.write(HEAD, () => socket.destroy()),
  "/reset-in-body": (socket) => socket.write(`${HEAD}content-length: 9\r\n\r\n{`, () => socket.destroy()),
  "/upgrade": raw("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
  "/status-600": raw("HTTP/1.1 600 Odd\r\ncontent-type: application/json\r\n\r\n{}"),
  "/status-099": raw("HTTP/1.1 099 Odd\r\ncontent-type: application/json\r\n\r\n{}"),
  "/no-http": raw("SSH-2.0-OpenSSH_9.0\r\n"),
} satisfies Record<string, Behaviour>;

export type HostilePath = keyof typeof BEHAVIOURS;

/** A TLS server on loopback that does to whoever asks what the path says. */
export interface HostileServer {
  readonly port: number;
  readonly certificate: string;
  /** The connections that ever came, with what is awaited of each. */
  readonly connections: readonly { readonly closed: Promise<unknown> }[];
  readonly close: () => Promise<void>;
}

export async function hostileServer(alternativeNames: readonly string[]): Promise<HostileServer> {
  const { key, cert } = await selfSignedCertificate(alternativeNames);
  const http = createServer((req, res) => {
    const path = req.url ?? "";
    if (path in BEHAVIOURS) BEHAVIOURS[path as HostilePath](req.socket, req, res);
    else res.writeHead(500).end();
  });
  const connections: { closed: Promise<unknown> }[] = [];
  const sockets = new Set<Socket>();
  const server = createTlsServer({ key, cert }, (socket) => {
    socket.on("error", () => undefined);
    http.emit("connection", socket);
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    void closed.then(() => sockets.delete(socket));
    connections.push({ closed });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    certificate: cert,
    connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      http.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
