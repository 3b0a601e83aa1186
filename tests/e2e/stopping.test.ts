import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { arrived, auditLines, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";

const BODY = JSON.stringify({
  redirect_uris: ["https://app.example/callback"],
  token_endpoint_auth_method: "client_secret_basic",
});
const HEAD = `POST /register HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n`;
const HEALTH = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
const OPEN = ["--database", "memory:", "--rate-limit", "off"];

const sockets: Socket[] = [];
let server: ServerProcess;
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.child.kill("SIGKILL");
});

/** A connection to the server, and what came back on it. */
async function open() {
  const { hostname, port } = new URL(server.origin);
  const socket = connect(Number(port), hostname);
  const received = { text: "" };
  socket.on("data", (chunk: Buffer) => (received.text += chunk.toString())).on("error", () => undefined);
  sockets.push(socket);
  await once(socket, "connect");
  return { socket, received };
}

/** The answers on a connection: the status of each, and whether it says that it is the last. */
const answersIn = (received: string): readonly string[] =>
  received
    .split(/(?=HTTP\/1\.1 \d{3})/)
    .map((answer) => `${answer.slice(9, 12)} ${/\r\nconnection: *(\S+)/i.exec(answer)?.[1] ?? ""}`);

describe("a server that was told to stop", () => {
  it("loses no answer of a registration that it stored, and says Connection: close in each", async () => {
    server = await startServer([...OPEN, "--quota", "off"]);
    let registered = 0;
    let closing = 0;
    const atWork = new Set<Agent>();

    /** Registers on a connection that is kept, until the server ends it. Answers how it ended. */
    async function registerOnAndOn(): Promise<unknown> {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (;;) {
        const sent = request(`${server.origin}/register`, {
          method: "POST",
          headers: { "content-type": "application/json", "content-length": BODY.length },
          agent,
        });
        sent.end(BODY);
        try {
          const [answer] = (await once(sent, "response")) as [IncomingMessage];
          await json(answer);
          if (answer.statusCode === 201) registered += 1;
          atWork.add(agent);
          if (answer.headers.connection === "close") closing += 1;
        } catch (error) {
          return sent.reusedSocket ? error : undefined;
        }
      }
    }

    const callers = Array.from({ length: 32 }, registerOnAndOn);
    await arrived(() => atWork.size === 32 && registered >= 320);
    const code = await server.end();
    const failures = (await Promise.all(callers)).filter((failure) => failure !== undefined);
    const stored = auditLines(server.stdout()).filter(({ type }) => type === "client_registered");
    expect({ code, failures, lost: stored.length - registered }).toEqual({ code: 0, failures: [], lost: 0 });
    expect(closing).toBe(32);
  });

  it("serves a connection that rests once more, with Connection: close", async () => {
    server = await startServer(OPEN);
    const used = await open();
    used.socket.write(HEALTH);
    await arrived(() => used.received.text.includes('"ok"'));
    const begun = await open();
    begun.socket.write(HEAD + BODY.slice(0, 10));
    await (await fetch(`${server.origin}/healthz`, { headers: { connection: "close" } })).text();
    const ended = server.end();
    // It has taken notice of the signal once it takes no more connections.
    await untilRefused(new URL(server.origin));
    used.socket.write(HEALTH);
    begun.socket.write(BODY.slice(10));
    await Promise.all([once(used.socket, "close"), once(begun.socket, "close")]);
    expect(answersIn(used.received.text)).toEqual(["200 keep-alive", "200 close"]);
    expect(answersIn(begun.received.text)).toEqual(["201 close"]);
    expect(await ended).toBe(0);
  });

  it("stores nothing that was sent behind the request whose answer says Connection: close", async () => {
    server = await startServer(OPEN);
    const { socket, received } = await open();
    socket.write(HEALTH + HEAD + BODY.slice(0, 10));
    await arrived(() => received.text.includes('"ok"'));
    await (await fetch(`${server.origin}/healthz`, { headers: { connection: "close" } })).text();
    const ended = server.end();
    await untilRefused(new URL(server.origin));
    socket.write(BODY.slice(10) + HEAD + BODY + HEAD + BODY);
    await once(socket, "close");
    expect(answersIn(received.text)).toEqual(["200 keep-alive", "201 close"]);
    expect(await ended).toBe(0);
    expect(auditLines(server.stdout()).filter(({ type }) => type === "client_registered")).toHaveLength(1);
  });

  it("answers an upload that does not end 503 with Connection: close, and ends before it is killed", async () => {
    server = await startServer(OPEN);
    const { socket, received } = await open();
    socket.write(HEAD + BODY.slice(0, 10));
    await (await fetch(`${server.origin}/healthz`, { headers: { connection: "close" } })).text();
    const ended = server.end();
    await once(socket, "close");
    expect(answersIn(received.text)).toEqual(["503 close"]);
    expect(await ended).toBe(0);
    expect(auditLines(server.stdout())).toMatchObject([
      { type: "registration_refused", reason: "request_aborted" },
    ]);
  });
});

/** Is done once nothing listens there any more. */
async function untilRefused({ hostname, port }: URL): Promise<void> {
  for (;;) {
    const socket = connect(Number(port), hostname);
    const [refused] = (await Promise.race([once(socket, "connect"), once(socket, "error")]).catch(
      (error: unknown) => [error],
    )) as [unknown];
    socket.destroy();
    if (refused !== undefined) return;
  }
}
