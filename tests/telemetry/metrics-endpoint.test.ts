import { request } from "node:http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { metricsUrl, register } from "./support/metrics.js";

const MEMORY = ["--database", "memory:", "--metrics-port", "0"];

async function scraped(server: ServerProcess): Promise<string> {
  const response = await fetch(metricsUrl(server));
  expect(response.status).toBe(200);
  return response.text();
}

const namesIn = (text: string) => [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);

describe("oauth-dcr serve --metrics-port", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer([...MEMORY, "--total-quota", "50", "--client-id-metadata-documents", "on"]);
    expect(await register(server)).toBe(201);
    expect(await register(server, { redirect_uris: ["javascript:alert(1)"] })).toBe(400);
  });
  afterAll(async () => expect(await server.end()).toBe(0));

  it("serves OpenMetrics: counts, durations, what there is, and the process", async () => {
    const response = await fetch(metricsUrl(server));
    expect(response.headers.get("content-type")).toBe(
      "application/openmetrics-text; version=1.0.0; charset=utf-8",
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
    const text = await response.text();
    const lines = text.split("\n");
    for (const line of [
      'oauth_dcr_events_total{oauth_dcr_event_type="client_registered",oauth_dcr_source="open"} 1',
      'oauth_dcr_events_total{oauth_dcr_event_type="registration_refused",error_type="refused_metadata",oauth_dcr_source="open",oauth_dcr_rule="redirect_uri.scheme"} 1',
      'oauth_dcr_request_duration_seconds_count{http_request_method="POST",oauth_dcr_endpoint="registration",http_response_status_code="201"} 1',
      "oauth_dcr_quota_limit 50",
      "oauth_dcr_audit_queue_size 0",
      "oauth_dcr_audit_lost_events_total 0",
      'oauth_dcr_cache_usage_bytes{oauth_dcr_cache_name="client_metadata_documents"} 0',
      'oauth_dcr_client_count{oauth_dcr_status="disabled",oauth_dcr_source="open"} 0',
    ]) {
      expect(lines).toContain(line);
    }
    expect(namesIn(text)).toContain("process_cpu_seconds");
    expect(text.endsWith("# EOF\n")).toBe(true);
  });

  it("observes anew for each scrape what there is", async () => {
    const limit = async () => (await scraped(server)).includes("\noauth_dcr_quota_limit 50\n");
    expect([await limit(), await limit()]).toEqual([true, true]);
  });

  it("has exactly the metrics that the README lists", async () => {
    const readme = readFileSync(new URL("../../packages/server/README.md", import.meta.url), "utf8");
    const listed = [...readme.matchAll(/^\| `(oauth_dcr_\w+)` \|/gm)].map(([, name]) =>
      String(name).replace(/_total$/, ""),
    );
    const served = namesIn(await scraped(server)).filter((name) => name?.startsWith("oauth_dcr"));
    expect(served.sort()).toEqual(listed.sort());
  });

  it("answers nothing else, and no other host: a page whose name leads here must not read it", async () => {
    const url = new URL(metricsUrl(server));
    const status = (method: string, path: string, host = url.host) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = request(
          { port: url.port, host: "127.0.0.1", method, path, headers: { host } },
          (answer) => {
            answer.resume();
            answer.once("end", () => resolve(answer.statusCode));
          },
        );
        sent.once("error", reject).end();
      });
    expect(await status("GET", "/metrics?a=b")).toBe(200);
    expect(await status("HEAD", "/metrics")).toBe(200);
    expect(await status("GET", "/metrics", `localhost:${url.port}`)).toBe(200);
    expect(await status("GET", "/metrics", "rebound.example")).toBe(403);
    expect(await status("GET", "/metrics", `127.0.0.1.rebound.example:${url.port}`)).toBe(403);
    expect(await status("POST", "/metrics")).toBe(405);
    expect(await status("GET", "/")).toBe(404);
    expect(await status("POST", "/register")).toBe(404);
    const public_ = await fetch(`${server.origin}/metrics`);
    expect([public_.status, await public_.text()]).toEqual([404, expect.not.stringContaining("oauth_dcr_")]);
  });
});

it("serves no metrics without the flag, and says what to do where the port is taken", async () => {
  const server = await startServer(["--database", "memory:"]);
  expect(server.stdout()).not.toMatch(/metrics/);
  const taken = new URL(server.origin).port;
  const { code, stderr } = await runOauthDcr([
    "serve",
    ...MEMORY.slice(0, 2),
    "--port",
    "0",
    "--metrics-port",
    taken,
  ]);
  expect([code, stderr]).toEqual([
    1,
    `oauth-dcr: port ${taken} of --metrics-port cannot be used (EADDRINUSE)\n`,
  ]);
  expect(await server.end()).toBe(0);
});

it("names in an exemplar the trace of an SDK that samples it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-exemplars-"));
  const file = join(folder, "telemetry.jsonl");
  const server = await startServer([...MEMORY, "--audit", "opentelemetry"], {
    NODE_OPTIONS: `--import=${fileURLToPath(new URL("support/sdk-2.mjs", import.meta.url))}`,
    TELEMETRY_FILE: file,
  });
  expect(await register(server)).toBe(201);
  const text = await scraped(server);
  expect(await server.end()).toBe(0);
  const spans = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { span?: string; id?: string });
  const idsOf = (name: string) => spans.filter(({ span }) => span === name).map(({ id }) => id);
  const exemplarsOf = (metric: string) =>
    [
      ...text.matchAll(
        new RegExp(`^${metric}_bucket.* # \\{trace_id="[0-9a-f]{32}",span_id="([0-9a-f]{16})"\\} `, "gm"),
      ),
    ].map(([, id]) => id);
  expect(exemplarsOf("oauth_dcr_request_duration_seconds")).toEqual(idsOf("oauth_dcr.registration POST"));
  expect(idsOf("oauth_dcr.store.createClient")).toHaveLength(1);
  expect(exemplarsOf("oauth_dcr_store_operation_duration_seconds")).toEqual(
    expect.arrayContaining(idsOf("oauth_dcr.store.createClient")),
  );
  rmSync(folder, { recursive: true });
});

it("has no exemplars where nobody traces, nor where the SDK keeps no trace", async () => {
  const sdk = {
    NODE_OPTIONS: `--import=${fileURLToPath(new URL("support/sdk-2.mjs", import.meta.url))}`,
    TELEMETRY_FILE: join(tmpdir(), `oauth-dcr-unsampled-${process.pid}.jsonl`),
    TELEMETRY_SAMPLES: "nothing",
  };
  for (const environment of [{}, sdk]) {
    const server = await startServer([...MEMORY, "--audit", "opentelemetry"], environment);
    expect(await register(server)).toBe(201);
    const text = await scraped(server);
    expect(text).toContain("oauth_dcr_request_duration_seconds_bucket");
    expect(text).not.toContain("trace_id");
    expect(await server.end()).toBe(0);
  }
  rmSync(sdk.TELEMETRY_FILE);
});

it("--total-quota is of all addresses together", async () => {
  const server = await startServer([...MEMORY, "--total-quota", "2", "--trusted-proxies", "1"]);
  const statuses = [];
  for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
    statuses.push(await register(server, {}, address));
  expect(statuses).toEqual([201, 201, 503]);
  expect(await scraped(server)).toContain("\noauth_dcr_quota_limit 2\n");
  expect(await server.end()).toBe(0);
});
