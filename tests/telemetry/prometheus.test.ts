import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { METRICS } from "@oauth-dcr/core/opentelemetry";
import Database from "libsql";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { freePort } from "../support/ports.js";
import { describeUnless, missing } from "../support/services.js";
import { metricsUrl, register } from "./support/metrics.js";

const MONITORING = fileURLToPath(new URL("../../packages/server/monitoring/", import.meta.url));
const ALERTS = join(MONITORING, "alerts.yml");

interface Dashboard {
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
  }[];
}
const dashboard = JSON.parse(readFileSync(join(MONITORING, "dashboard.json"), "utf8")) as Dashboard;

/** `oauth-dcr serve` trusts no issuer of software statements; a server in code does. promtool has data of it below. */
const OF_SOFTWARE_STATEMENTS = "software_statement";

const QUERIES = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ refId, expr }) => ({
    name: `${title} ${refId}`,
    expr: expr.replaceAll(/\$(?:job|instance)\b/g, ".*").replaceAll("$__rate_interval", "1m"),
  })),
);

interface Answer<Data> {
  readonly status: string;
  readonly error?: string;
  readonly data: Data;
}

describeUnless(await missing("prometheus"), "with a real Prometheus", () => {
  let folder: string;
  let server: ServerProcess;
  let prometheus: ChildProcess;
  let origin: string;
  let said = "";

  async function api<Data>(path: string, query: Record<string, string> = {}): Promise<Answer<Data>> {
    const response = await fetch(`${origin}/api/v1/${path}?${new URLSearchParams(query).toString()}`);
    return (await response.json()) as Answer<Data>;
  }

  const results = async (expr: string): Promise<readonly unknown[]> => {
    const answer = await api<{ readonly result: readonly unknown[] }>("query", { query: expr });
    if (answer.status !== "success") throw new Error(`${expr}: ${answer.error}`);
    return answer.data.result;
  };

  /** Asks until Prometheus has seen it: each question is a request, and the test's own time is the bound. */
  async function until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) if (prometheus.exitCode !== null) throw new Error(said);
  }

  const hasData = async (expr: string) => (await results(expr)).length > 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "oauth-dcr-prometheus-"));
    const database = join(folder, "clients.sqlite");
    server = await startServer([
      ...["--database", database, "--metrics-port", "0", "--trusted-proxies", "1"],
      ...["--rate-limit", "40/600", "--quota", "3", "--total-quota", "40"],
      ...["--client-id-metadata-documents", "on", "--idempotent", "off"],
    ]);
    const metrics = new URL(metricsUrl(server));
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    const config = join(folder, "prometheus.yml");
    writeFileSync(
      config,
      JSON.stringify({
        global: { scrape_interval: "500ms", scrape_timeout: "500ms", evaluation_interval: "500ms" },
        rule_files: [ALERTS],
        scrape_configs: [{ job_name: "oauth-dcr", static_configs: [{ targets: [metrics.host] }] }],
      }),
    );
    prometheus = spawn(
      "prometheus",
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    prometheus.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await until(async () => hasData('up{job="oauth-dcr"} == 1').catch(() => false));

    const send = (address: string, metadata: object) => register(server, metadata, address);
    const sendAll = async (address: string, times: number) => {
      const statuses: number[] = [];
      for (let i = 0; i < times; i += 1) statuses.push(await send(address, {}));
      return new Set(statuses);
    };
    expect(await send("192.0.2.2", { redirect_uris: ["javascript:alert(1)"] })).toBe(400);
    expect(await sendAll("192.0.2.1", 3)).toEqual(new Set([201]));
    // Full is its quota of 3. Prometheus counts an increase from the first value that it sees.
    expect(await sendAll("192.0.2.1", 1)).toEqual(new Set([429]));
    await until(() => hasData('oauth_dcr_events_total{error_type="quota_exceeded"}'));
    expect(await sendAll("192.0.2.1", 36)).toEqual(new Set([429]));
    // And from here on its rate limit of 40 is.
    expect(await sendAll("192.0.2.1", 5)).toEqual(new Set([429]));
    const other = new Database(database);
    other.exec("BEGIN IMMEDIATE");
    expect(await send("192.0.2.6", {})).toBe(503);
    other.exec("ROLLBACK");
    other.close();
  });

  afterAll(async () => {
    const ends = [server.end()];
    prometheus.kill();
    await Promise.all([...ends, once(prometheus, "close")]);
    rmSync(folder, { recursive: true });
  });

  it.each(QUERIES)("the dashboard's query has data: $name", async ({ expr }) => {
    if (expr.includes(OF_SOFTWARE_STATEMENTS)) expect(await results(expr)).toEqual([]);
    else await until(() => hasData(expr));
  });

  it("the dashboard's variables find the server", async () => {
    for (const { query } of dashboard.templating.list) {
      const [, metric, label] = /^label_values\((\w+)(?:\{.*\})?, (\w+)\)$/.exec(
        typeof query === "string" ? query : query.query,
      ) ?? [undefined, "up", "job"];
      await until(() => hasData(`count by (${label}) (${metric})`));
    }
  });

  it("scrapes every metric of the table, and everything that is scraped can be read", async () => {
    const { data } = await api<readonly string[]>("label/__name__/values");
    const names = Object.keys(METRICS).map((name) => name.replaceAll(".", "_"));
    expect(names.filter((name) => !data.some((seen) => seen.startsWith(name)))).toEqual([]);
    expect(await results("scrape_samples_scraped > 100")).toHaveLength(1);
    const targets = await api<{ readonly activeTargets: readonly { readonly lastError: string }[] }>(
      "targets",
    );
    expect(targets.data.activeTargets.map(({ lastError }) => lastError)).toEqual([""]);
  });

  it("loads each alert, whose expression reads metrics that there are", async () => {
    interface Rule {
      readonly name: string;
      readonly query: string;
      readonly health: string;
    }
    const rules = async () =>
      (
        await api<{ readonly groups: readonly { readonly rules: readonly Rule[] }[] }>("rules")
      ).data.groups.flatMap((group) => group.rules);
    await until(async () => (await rules()).every(({ health }) => health === "ok"));
    for (const { name, query } of await rules()) {
      // Without its threshold an expression has data, on a server that had some of everything.
      const value = query.replace(/ [>=]=? [\d.]+$/, "");
      expect(value, name).not.toBe(query);
      if (query.includes(OF_SOFTWARE_STATEMENTS)) expect(await results(value)).toEqual([]);
      else await until(() => hasData(value));
    }
  });

  it("fires for the full quota, and for nothing that lasts too short", async () => {
    const firing = async () => {
      const { data } = await api<{
        readonly alerts: readonly {
          readonly state: string;
          readonly labels: { readonly alertname: string };
        }[];
      }>("alerts");
      return data.alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels.alertname);
    };
    await until(async () => (await firing()).includes("OAuthDcrQuotaReached"));
    const names = new Set(await firing());
    names.delete("OAuthDcrQuotaReached");
    expect([...names]).toEqual([]);
  });
});

describeUnless(await missing("prometheus"), "promtool", () => {
  it("finds that each alert fires when it should", () => {
    const tests = fileURLToPath(new URL("support/alerts.test.yml", import.meta.url));
    const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-promtool-"));
    const copy = join(folder, "alerts.test.yml");
    writeFileSync(copy, readFileSync(tests, "utf8").replace("RULES", ALERTS));
    expect(execFileSync("promtool", ["test", "rules", copy], { encoding: "utf8" })).toContain("SUCCESS");
    rmSync(folder, { recursive: true });
  });

  it("has a case for each alert", () => {
    const tests = readFileSync(new URL("support/alerts.test.yml", import.meta.url), "utf8");
    const alerts = [...readFileSync(ALERTS, "utf8").matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect(alerts.length).toBeGreaterThan(5);
    for (const name of alerts) expect(tests).toContain(`alertname="${name}"`);
  });
});

it("the dashboard has the form of Grafana's own types", () => {
  const path = fileURLToPath(new URL("dashboard.check.ts", import.meta.url));
  // TypeScript takes no text of JSON for a member of an enum.
  const literal = readFileSync(join(MONITORING, "dashboard.json"), "utf8")
    .replaceAll(/"mode": "(?:thresholds|palette-classic)"/g, "$& as FieldColorModeId")
    .replaceAll('"mode": "absolute"', "$& as ThresholdsMode");
  const text = `import type { Dashboard, FieldColorModeId, ThresholdsMode } from "@grafana/schema";
export const dashboard: Dashboard = ${literal};`;
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
  };
  const disk = ts.createCompilerHost(options);
  const host = ts.createCompilerHost(options);
  host.fileExists = (file) => file === path || disk.fileExists(file);
  host.getSourceFile = (file, ...more) =>
    file === path
      ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2023)
      : disk.getSourceFile(file, ...more);
  const problems = ts.getPreEmitDiagnostics(ts.createProgram([path], options, host));
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "))).toEqual([]);
});

it("the panels of the dashboard have places and identifiers of their own", () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});
