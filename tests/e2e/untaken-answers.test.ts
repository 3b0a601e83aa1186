import { get, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startServer } from "../support/oauth-dcr-process.js";

const HURRIED = fileURLToPath(new URL("children/hurried-socket-timeout.mjs", import.meta.url));

/** Each answer repeats it, so that some hundred answers fill what the two kernels keep of a connection. */
const BODY = JSON.stringify({
  redirect_uris: Array.from({ length: 8 }, (_, i) => `https://app.example/${i}${"a".repeat(1_900)}`),
});
const REGISTRATION = `POST /register HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

it("closes a connection whose client takes no answer for 30 seconds, which are 3 here", async () => {
  const server = await startServer(
    [
      ...["--database", "memory:", "--rate-limit", "off", "--quota", "off"],
      ...["--idempotent", "off", "--max-connections-per-address", "1"],
    ],
    { NODE_OPTIONS: `--import=${HURRIED}` },
  );
  const { hostname, port } = new URL(server.origin);
  const served = (): number => server.stdout().split('"client_registered"').length - 1;
  /** Whether the address has its one connection free again. */
  const isFree = async (): Promise<boolean> => {
    const request = get(`${server.origin}/healthz`, { agent: false });
    try {
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.resume();
      return response.statusCode === 200;
    } catch {
      return false;
    }
  };

  const socket = connect({ host: hostname, port: Number(port) }).pause();
  socket.on("error", () => undefined);
  await once(socket, "connect");
  expect(await isFree()).toBe(false);
  let sent = 0;
  // One request ahead of its answer, so that it is not the number of requests that ends the connection.
  while (served() === sent || !(await isFree())) {
    if (served() < sent) continue;
    socket.write(REGISTRATION);
    sent += 1;
  }
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString())).resume();
  await once(socket, "close");
  // The last answer is not whole: its connection did not end for want of a next request.
  expect(received.endsWith("}")).toBe(false);
  expect(await server.end()).toBe(0);
});
