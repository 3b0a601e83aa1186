import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { arrived, auditLines, startServer } from "../support/oauth-dcr-process.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "oauth-dcr-telemetry-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Line {
  readonly span?: string;
  readonly log?: string;
  readonly metric?: string;
  readonly id?: string;
  readonly parent?: string;
  readonly severityText?: string;
  readonly attributes?: Record<string, unknown>;
  readonly value?: number;
}

/** Runs a server with `--audit AUDIT` and a preloaded SDK, and answers what that wrote to its file, and the output. */
async function served(sdk: string, audit: string) {
  const file = join(folder, `${sdk}-${audit}.jsonl`);
  const server = await startServer(["--database", "memory:", "--audit", audit], {
    NODE_OPTIONS: `--import=${fileURLToPath(new URL(`support/${sdk}.mjs`, import.meta.url))}`,
    TELEMETRY_FILE: file,
  });
  for (const redirect_uri of ["http://127.0.0.1:1/callback", "http://evil.example/"]) {
    const response = await fetch(`${server.origin}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: [redirect_uri], token_endpoint_auth_method: "none" }),
    });
    await response.text();
  }
  expect(await server.end()).toBe(0);
  const text = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  const lines = text === "" ? [] : text.split("\n").map((line) => JSON.parse(line) as Line);
  return { lines, stdout: server.stdout(), stderr: server.stderr() };
}

const counted = (lines: readonly Line[], name: string) =>
  lines.filter(({ metric }) => metric === name).map(({ attributes, value }) => [attributes, value]);

const EVENTS = [
  [{ "oauth_dcr.event.type": "client_registered", "oauth_dcr.source": "open" }, 1],
  [
    {
      "oauth_dcr.event.type": "registration_refused",
      "error.type": "refused_metadata",
      "oauth_dcr.source": "open",
      "oauth_dcr.rule": "redirect_uri.http",
    },
    1,
  ],
];
const LOGS = [
  ["oauth_dcr.client_registered", "INFO"],
  ["oauth_dcr.registration_refused", "WARN"],
];

it("with --audit opentelemetry it hands events, counts, spans and times to an SDK that is preloaded", async () => {
  const { lines, stdout, stderr } = await served("sdk-2", "opentelemetry");
  const logs = lines.filter(({ log }) => log !== undefined);
  expect(logs.map(({ log, severityText }) => [log, severityText])).toEqual(LOGS);
  const requests = lines.filter(({ span }) => span === "oauth_dcr.registration POST");
  expect(requests).toHaveLength(2);
  expect(logs.map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
  const stored = lines.filter(({ span }) => span === "oauth_dcr.store.createClient");
  expect(stored.map(({ parent }) => parent)).toEqual([requests[0]!.id]);
  expect(counted(lines, "oauth_dcr.events")).toEqual(EVENTS);
  expect(counted(lines, "oauth_dcr.request.duration")).toContainEqual([
    { "oauth_dcr.endpoint": "registration", "http.request.method": "POST", "http.response.status_code": 201 },
    1,
  ]);
  expect(counted(lines, "oauth_dcr.store.operation.duration")).toContainEqual([
    { "oauth_dcr.operation.name": "createClient", "oauth_dcr.outcome": "created" },
    1,
  ]);
  expect(counted(lines, "oauth_dcr.client.count")).toHaveLength(30);
  expect(counted(lines, "oauth_dcr.audit.queue.size")).toEqual([[{}, 0]]);
  expect([auditLines(stdout), stderr]).toEqual([[], ""]);
});

it("reaches an SDK of the next generation too, whose logs have another home", async () => {
  const { lines, stderr } = await served("api-1.10", "opentelemetry");
  const logs = lines.filter(({ log }) => log !== undefined);
  expect(logs.map(({ log, severityText }) => [log, severityText])).toEqual(LOGS);
  expect(counted(lines, "oauth_dcr.events")).toEqual(EVENTS);
  expect(lines.map(({ span }) => span)).toContain("oauth_dcr.registration POST");
  expect(counted(lines, "observed")).not.toEqual([]);
  expect(stderr).toBe("");
});

it("writes the lines too where both are named, and emits nothing where OpenTelemetry is not", async () => {
  const both = await served("sdk-2", "stdout,opentelemetry");
  expect(auditLines(both.stdout)).toHaveLength(2);
  expect(both.lines.filter(({ log }) => log !== undefined)).toHaveLength(2);
  const neither = await served("sdk-2", "stdout");
  expect(auditLines(neither.stdout)).toHaveLength(2);
  expect([neither.lines, neither.stderr]).toEqual([[], ""]);
});

it("warns where no SDK takes the events, and serves", async () => {
  const server = await startServer(["--database", "memory:", "--audit", "opentelemetry"]);
  await arrived(() => server.stderr().includes("\n"));
  expect(server.stderr()).toMatch(/^oauth-dcr: warning: no OpenTelemetry SDK takes log records; .*--import/);
  expect(await server.end()).toBe(0);
});
