import { connect } from "node:net";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { startServer } from "../support/oauth-dcr-process.js";

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-audit-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("an audit file takes the events of more requests than can be written one by one", async () => {
  const file = join(folder, "audit.jsonl");
  const server = await startServer([
    "--database",
    "memory:",
    "--rate-limit",
    "off",
    "--audit",
    `file:${file}`,
  ]);
  const requests = 6000;
  const connections = 12;
  const request = "GET /register HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  const { hostname, port } = new URL(server.origin);
  const askOnOneConnection = async (): Promise<void> =>
    new Promise((resolve, reject) => {
      let left = requests / connections;
      let answers = left;
      let cut = "";
      const socket = connect(Number(port), hostname, () => send(8));
      // As many are on their way as were sent first: the server closes a connection with many unanswered ones.
      const send = (count: number): void => {
        for (; count > 0 && left > 0; count -= 1, left -= 1) socket.write(request);
      };
      socket.on("error", reject).on("close", () => reject(new Error("the server closed the connection")));
      socket.on("data", (chunk: Buffer) => {
        const lines = (cut + chunk.toString("latin1")).split("\r\n");
        cut = lines.pop() ?? "";
        const answered = lines.filter((line) => line.endsWith("HTTP/1.1 405 Method Not Allowed")).length;
        answers -= answered;
        send(answered);
        if (answers > 0) return;
        resolve();
        socket.end();
      });
    });
  await Promise.all(Array.from({ length: connections }, askOnOneConnection));
  expect(await server.end()).toBe(0);
  // Those that came too fast were kept. A few lines tell so, and not one for each.
  expect(server.stderr()).not.toMatch(/[1-9]\d* of them are lost|could not be delivered/);
  expect(server.stderr().split("\n").length).toBeLessThan(requests / 100);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(requests);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ reason: "method_not_allowed" });
});
