import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { webConnection } from "../../src/guarded-fetch/web-connection.js";

const seen: IncomingMessage[] = [];
const server = createServer((req, res) => {
  seen.push(req);
  if (req.url === "/hang") return;
  res.writeHead(302, { location: "/elsewhere", "set-cookie": "a=b" }).end();
});
let origin: string;
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const headers = { accept: "application/json", "accept-encoding": "identity" };

it("CIMD-2 the web connection follows no redirect, and sends what it was told and no credentials", async () => {
  for (let i = 0; i < 2; i++) {
    const url = new URL(`${origin}/document`);
    const response = await webConnection()({ url, headers, signal: AbortSignal.timeout(10_000) });
    expect(response.status).toBe(302);
    expect(seen.at(-1)?.headers).toMatchObject(headers);
    expect(seen.at(-1)?.headers.cookie).toBeUndefined();
    expect(seen.at(-1)?.headers.referer).toBeUndefined();
  }
  expect(seen.map(({ url }) => url)).toEqual(["/document", "/document"]);
});

it("ends with its signal", async () => {
  const abort = new AbortController();
  const answer = webConnection()({ url: new URL(`${origin}/hang`), headers, signal: abort.signal });
  const [request] = (await once(server, "request")) as [IncomingMessage];
  const closed = once(request.socket, "close");
  abort.abort();
  await expect(answer).rejects.toThrow();
  await closed;
});
