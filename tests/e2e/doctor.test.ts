import { createServer } from "node:http";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConformanceReport } from "@oauth-dcr/conformance";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-doctor-"));
const database = join(folder, "clients.sqlite");
/** The default is 100 a minute, for which the checks would wait. */
const UNLIMITED = ["--rate-limit", "10000/60"];
let open: ServerProcess;
let gated: ServerProcess;
let token: string;
beforeAll(async () => {
  open = await startServer(["--database", join(folder, "open.sqlite"), ...UNLIMITED]);
  gated = await startServer(["--database", database, "--preset", "token-gated", ...UNLIMITED]);
  const issued = await runOauthDcr(["token", "issue", "--uses", "1000", "--database", database]);
  token = issued.stdout.trim();
});
afterAll(async () => {
  await open.end();
  await gated.end();
  rmSync(folder, { recursive: true });
});

const inFolder = (name: string): string => join(folder, name);
const reportOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as ConformanceReport;

describe("oauth-dcr doctor", () => {
  it("finds nothing that fails in oauth-dcr serve, and says so to people", async () => {
    const { code, stdout, stderr } = await runOauthDcr(["doctor", open.origin]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`${open.origin}, `);
    expect(stdout).toMatch(/\n0 failed, \d+ warned, \d+ skipped, \d+ passed\n/);
  });

  it("says that a token is needed, and takes it from a file or a variable", async () => {
    const without = reportOf(await runOauthDcr(["doctor", gated.origin, "--format", "json"]));
    expect(without.results.find(({ id }) => id === "redirect-uris.javascript")).toMatchObject({
      outcome: "skipped",
    });

    writeFileSync(inFolder("token"), `${token}\n`);
    const ways: [string[], Record<string, string>?][] = [
      [["--token-file", inFolder("token")]],
      [[], { OAUTH_DCR_DOCTOR_TOKEN: token }],
    ];
    for (const [args, env] of ways) {
      const ended = await runOauthDcr(["doctor", gated.origin, "--format", "json", ...args], env);
      const report = reportOf(ended);
      expect([ended.code, report.counts.failed, report.leftBehind]).toEqual([0, 0, []]);
      expect(report.results.find(({ id }) => id === "redirect-uris.javascript")).toMatchObject({
        outcome: "passed",
      });
      expect(ended.stdout).not.toContain(token);
    }
    const left = await runOauthDcr(["clients", "list", "--database", database]);
    expect(left.stdout.trim()).toBe("");
  });

  it("writes JUnit XML and SARIF into a file", async () => {
    for (const [format, start] of [
      ["junit", '<?xml version="1.0"'],
      ["sarif", '{\n  "$schema"'],
    ] as const) {
      const file = inFolder(`report.${format}`);
      const { code, stdout } = await runOauthDcr([
        "doctor",
        open.origin,
        "--format",
        format,
        "--output",
        file,
      ]);
      expect(code).toBe(0);
      expect(stdout).toContain(`see ${file}`);
      expect(readFileSync(file, "utf8").startsWith(start)).toBe(true);
    }
  });

  it("ends with 1 where a check failed", async () => {
    const server = createServer((_, response) => response.end("nothing")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { code, stdout } = await runOauthDcr(["doctor", `http://127.0.0.1:${port}`]);
    server.close();
    expect(code).toBe(1);
    expect(stdout).toContain("failed  discovery.document");
  });

  it.each([
    [["doctor"], "URL"],
    [["doctor", "as.example"], "must be an absolute http or https URL"],
    [["doctor", "https://as.example", "--format", "xml"], "must be one of human, json, junit, sarif"],
    [["doctor", "https://as.example", "--token-file", "/no/such/file"], "cannot be read"],
    [["doctor", "https://as.example", "--token", "a"], "unknown option '--token'"],
    [["doctor", "https://as.example", "--output", "/no/such/folder/report"], "--output"],
  ])("ends with 2 for the wrong call %j", async (args, words) => {
    const { code, stderr } = await runOauthDcr(args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });

  it("ends with 2 for a token that cannot be sent", async () => {
    const { code, stderr } = await runOauthDcr(["doctor", "https://as.example"], {
      OAUTH_DCR_DOCTOR_TOKEN: "a b",
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining("must be a Bearer token")]);
  });
});
