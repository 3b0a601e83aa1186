import type { AuditEvent, ClientRegistration } from "@oauth-dcr/core";
import type { FetchHandler } from "@oauth-dcr/core/http";
import { toNodeHandler } from "@oauth-dcr/node";
import express from "express";
import { once } from "node:events";
import { Agent, createServer, request, type IncomingMessage } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { connect, type AddressInfo, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { openServer } from "./support/open-server.js";
import { listening, overHttp, type Listening } from "./support/targets.js";

const BODY = JSON.stringify({ redirect_uris: ["https://app.example/callback"] });
const JSON_TYPE = { "content-type": "application/json" };

/** A server that tells when it was called, and when each call had ended. */
function watchedRegistration(onEvent: (event: AuditEvent) => void = () => undefined) {
  const registration = openServer({ audit: onEvent });
  const calls: Promise<Response>[] = [];
  let called: () => void = () => undefined;
  const firstCall = new Promise<void>((resolve) => (called = resolve));
  const fetch: FetchHandler = (incoming, context) => {
    const answer = registration.fetch(incoming, context);
    calls.push(answer);
    called();
    return answer;
  };
  return { fetch, calls, firstCall };
}

let target: Listening | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await target?.close();
  target = undefined;
});

async function serve(registration: Pick<ClientRegistration, "fetch">): Promise<Listening> {
  return (target = await listening(toNodeHandler(registration)));
}

function open(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  sockets.push(socket);
  return socket;
}

/** Sends what is given as it is, and answers all that comes back until the server closes. */
async function exchange(port: number, raw: string): Promise<string> {
  const socket = open(port);
  socket.write(raw);
  return text(socket);
}

const rawRequest = (line: string, headers: string, body = ""): string =>
  `${line} HTTP/1.1\r\nhost: as.example\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
const rawRegistration = (headers = "", body = BODY): string =>
  rawRequest("POST /register", `content-type: application/json\r\n${headers}`, body);

describe("a connection", () => {
  it("serves one request after the other, and none behind a body that it did not read to its end", async () => {
    const { port, server } = await serve(openServer());
    let connections = 0;
    server.on("connection", () => connections++);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = async (method: string, headers: Record<string, string>, body: string): Promise<string> => {
      const sent = request({ port, host: "127.0.0.1", path: "/register", method, headers, agent }).end(body);
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      await text(answer);
      return `${answer.statusCode} ${answer.headers.connection} ${connections}`;
    };
    const tooLong = BODY.padEnd(300_000);
    const chunked = { ...JSON_TYPE, "transfer-encoding": "chunked" };
    expect(await send("POST", JSON_TYPE, BODY)).toBe("201 keep-alive 1");
    expect(await send("POST", chunked, BODY)).toBe("201 keep-alive 1");
    expect(await send("POST", JSON_TYPE, "{}")).toBe("400 keep-alive 1");
    expect(await send("GET", {}, "")).toBe("405 keep-alive 1");
    expect(await send("PUT", JSON_TYPE, tooLong)).toBe("405 close 1");
    expect(await send("POST", { "content-type": "text/plain" }, tooLong)).toBe("415 close 2");
    expect(await send("POST", JSON_TYPE, tooLong)).toBe("413 close 3");
    expect(await send("POST", chunked, tooLong)).toBe("413 close 4");
    expect(await send("POST", chunked, BODY)).toBe("201 keep-alive 5");
    agent.destroy();
  });

  it("answers three requests that were sent at once in their order", async () => {
    const { port } = await serve(openServer());
    const answers = await exchange(
      port,
      rawRegistration() + rawRequest("GET /register", "") + rawRegistration("connection: close\r\n", "{}"),
    );
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 201", "HTTP/1.1 405", "HTTP/1.1 400"]);
  });

  it("lets a client that sends megabytes read that they are too many, and ends", async () => {
    const { port } = await serve(openServer());
    const socket = open(port);
    let answers = "";
    socket.on("data", (chunk: Buffer) => (answers += chunk.toString()));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const [pieces, length] = [128, 65_536];
    socket.write("POST /register HTTP/1.1\r\nhost: as.example\r\ncontent-type: application/json\r\n");
    socket.write("transfer-encoding: chunked\r\n\r\n");
    for (let i = 0; i < pieces; i++) {
      const piece = `${length.toString(16)}\r\n${" ".repeat(length)}\r\n`;
      if (socket.destroyed) break;
      if (!socket.write(piece)) await Promise.race([once(socket, "drain"), closed]).catch(() => undefined);
    }
    await closed;
    expect(answers).toMatch(/^HTTP\/1\.1 413 [^]*\r\nconnection: close\r\n/i);
  });
});

describe("a client that leaves", () => {
  it("in the middle of its body ends the handler, and registers nothing", async () => {
    const events: AuditEvent[] = [];
    const registration = watchedRegistration((event) => events.push(event));
    const running = await serve(registration);
    const socket = open(running.port);
    socket.write(rawRegistration().slice(0, -5));
    await registration.firstCall;
    socket.destroy();
    await Promise.all(registration.calls);
    expect(events).toMatchObject([{ type: "registration_refused", reason: "request_aborted" }]);
    const next = await running.fetch("/register", { method: "POST", headers: JSON_TYPE, body: BODY });
    expect(next.status).toBe(201);
  });

  it("before we are called ends the handler, and registers nothing", async () => {
    const events: AuditEvent[] = [];
    const registration = watchedRegistration((event) => events.push(event));
    const handler = toNodeHandler(registration);
    const app = express().use((req, _res, next) => {
      req.once("close", () => next());
      socket.destroy();
    }, handler);
    target = await listening(app);
    const socket = open(target.port);
    socket.write(rawRegistration().slice(0, -5));
    await registration.firstCall;
    await Promise.all(registration.calls);
    expect(events).toMatchObject([{ type: "registration_refused", reason: "request_aborted" }]);
  });

  it("behind its body registers nothing either", async () => {
    const events: AuditEvent[] = [];
    const registration = watchedRegistration((event) => events.push(event));
    const app = express().use(express.json(), (req, res) => {
      const fetch: FetchHandler = async (request, context) => {
        socket.destroy();
        await once(res, "close");
        return registration.fetch(request, context);
      };
      toNodeHandler({ fetch })(req, res);
    });
    target = await listening(app);
    const socket = open(target.port);
    socket.write(rawRegistration());
    await registration.firstCall;
    await Promise.all(registration.calls);
    expect(events).toMatchObject([{ type: "registration_refused", reason: "request_aborted" }]);
  });

  it("by being too slow is cut off by the server's own limit", async () => {
    const events: AuditEvent[] = [];
    const registration = watchedRegistration((event) => events.push(event));
    const limits = { requestTimeout: 200, headersTimeout: 100, connectionsCheckingInterval: 50 };
    target = await overHttp(createServer(limits, toNodeHandler(registration)));
    const answer = await exchange(target.port, rawRegistration().slice(0, -5));
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    await Promise.all(registration.calls);
    expect(events).toMatchObject([{ type: "registration_refused", reason: "request_aborted" }]);
  });
});

describe("a request that is out of the ordinary", () => {
  it("has a method that Fetch does not know", async () => {
    const { port } = await serve(openServer());
    const answer = await exchange(port, rawRequest("TRACE /register", "connection: close\r\n"));
    expect(answer).toMatch(/^HTTP\/1\.1 405 [^]*\r\nallow: POST, OPTIONS\r\n/);
  });

  it.each(["OPTIONS *", "GET //[/register", "POST http://[/register", "GET /%"])(
    "is not found: %s",
    async (line) => {
      const { port } = await serve(openServer());
      expect(await exchange(port, rawRequest(line, "connection: close\r\n"))).toMatch(/^HTTP\/1\.1 404 /);
    },
  );

  it("is served by its path, whatever host it names", async () => {
    const { port } = await serve(openServer());
    const line = "GET http://elsewhere.example/.well-known/oauth-authorization-server";
    const answer = await exchange(port, rawRequest(line, "connection: close\r\n"));
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).not.toContain("elsewhere");
  });

  it("is read where a parser of other media types left an empty object, as Express 4 does", async () => {
    const app = express().use((req: { body?: unknown }, _res, next) => {
      req.body = {};
      next();
    }, toNodeHandler(openServer()));
    target = await listening(app);
    const { status } = await target.fetch("/register", { method: "POST", headers: JSON_TYPE, body: BODY });
    expect(status).toBe(201);
  });

  it("was read by somebody who kept nothing of it", async () => {
    const handler = toNodeHandler(openServer());
    target = await listening((req, res) => {
      req.resume().once("end", () => handler(req, res));
    });
    const { status } = await target.fetch("/register", { method: "POST", headers: JSON_TYPE, body: BODY });
    expect(status).toBe(400);
  });

  it("was answered by somebody else in the meantime", async () => {
    let answered: () => void = () => undefined;
    const elsewhere = new Promise<void>((resolve) => (answered = resolve));
    const handler = toNodeHandler({ fetch: () => elsewhere.then(() => new Response()) });
    target = await listening((req, res) => {
      handler(req, res);
      res.writeHead(503).end("too late", answered);
    });
    const response = await target.fetch("/register", {});
    expect([response.status, await response.text()]).toEqual([503, "too late"]);
  });

  it("ends with its connection where fetch breaks its promise and rejects", async () => {
    const running = await serve({ fetch: () => Promise.reject(new Error("never rejects")) });
    await expect(running.fetch("/register", {})).rejects.toThrow();
  });
});

describe("an upload that goes on after its answer", () => {
  it("and does not end is given a while, and no more", async () => {
    const { port } = await serve(openServer());
    const answer = await exchange(
      port,
      "POST /register HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 50\r\n\r\nabc",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 415 [^]*\r\nconnection: close\r\n[^]*\}$/i);
  });

  it("is not followed by a request on the same connection: nothing of that is stored", async () => {
    const events: AuditEvent[] = [];
    const { port } = await serve(openServer({ audit: (event) => void events.push(event) }));
    const refused = rawRequest("PUT /register", "content-type: application/json\r\n", BODY);
    const answers = await exchange(port, refused + rawRegistration() + rawRegistration());
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 405"]);
    expect(events).toMatchObject([{ reason: "method_not_allowed" }]);
  });

  it("over HTTP/2 ends its stream, and the connection goes on", async () => {
    const server = createHttp2Server(toNodeHandler(openServer())).listen(0, "127.0.0.1");
    await once(server, "listening");
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const statusOf = async (method: string, body: string): Promise<unknown> => {
      const stream = session.request({ ":method": method, ":path": "/register", ...JSON_TYPE });
      stream.on("error", () => undefined).end(body);
      const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
      await once(stream.resume(), "close");
      return headers[":status"];
    };
    expect(await statusOf("PUT", " ".repeat(2_000_000))).toBe(405);
    expect(await statusOf("POST", BODY)).toBe(201);
    session.destroy();
    server.close();
  });

  it("in chunks of one byte is read no further than one in large chunks", async () => {
    const { port, server } = await serve(openServer());
    const socket = open(port);
    const answer = text(socket).catch(() => "");
    const [[atServer]] = (await Promise.all([once(server, "connection"), once(socket, "connect")])) as [
      [Socket],
      unknown,
    ];
    socket.write(
      "POST /register HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    const pieces = "1\r\n \r\n".repeat(10_000);
    while (!socket.destroyed) {
      if (!socket.write(pieces))
        await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => undefined);
    }
    await answer;
    // What is read at once is 64 KiB; behind the 1,024 chunks of the refusal and as many after it come some reads at most.
    expect(atServer.bytesRead).toBeLessThan(1_000_000);
  });

  it("is cut off", async () => {
    const { port } = await serve(openServer());
    const socket = open(port);
    const answer = text(socket).catch(() => "");
    socket.write(
      "POST /register HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    const piece = `100000\r\n${"x".repeat(0x100000)}\r\n`;
    let sent = 0;
    while (!socket.destroyed && sent < 256) {
      if (!socket.write(piece))
        await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => undefined);
      sent++;
    }
    expect(socket.destroyed).toBe(true);
    expect(sent).toBeLessThan(64);
    await answer;
  });
});
