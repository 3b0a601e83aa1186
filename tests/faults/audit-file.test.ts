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
  const request = "GET /register HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  const { hostname, port } = new URL(server.origin);
  await new Promise<void>((resolve, reject) => {
    let answers = 0;
    let cut = "";
    const socket = connect(Number(port), hostname, () => {
      for (let sent = 0; sent < requests; sent += 1) socket.write(request);
    });
    socket.on("error", reject);
    socket.on("data", (chunk: Buffer) => {
      const lines = (cut + chunk.toString("latin1")).split("\r\n");
      cut = lines.pop() ?? "";
      answers += lines.filter((line) => line.endsWith("HTTP/1.1 405 Method Not Allowed")).length;
      if (answers === requests) resolve();
    });
  });
  expect(await server.end()).toBe(0);
  // Those that came too fast were kept. A few lines tell so, and not one for each.
  expect(server.stderr()).not.toMatch(/[1-9]\d* of them are lost|could not be delivered/);
  expect(server.stderr().split("\n").length).toBeLessThan(requests / 100);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(requests);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ reason: "method_not_allowed" });
});
