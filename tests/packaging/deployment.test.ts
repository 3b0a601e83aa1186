import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validate, ValidationSeverity } from "dockerfile-utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../support/ports.js";
import { describeUnless } from "../support/services.js";

const ROOT = join(import.meta.dirname, "../..");
const DEPLOY = join(ROOT, "packages/server/deploy");
const read = (name: string): string => readFileSync(join(DEPLOY, name), "utf8");

const folder = mkdtempSync(join(tmpdir(), "deployment-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the Containerfile", () => {
  const text = read("Containerfile");

  it("has no problem", () => {
    const problems = validate(text, { instructionWorkdirRelative: ValidationSeverity.ERROR });
    expect(problems).toEqual([]);
  });

  it("runs without root, and asks the server for its health", () => {
    const last = text.slice(text.lastIndexOf("FROM "));
    expect(last).toContain("\nUSER 65532:65532\n");
    expect(last).toContain("\nHEALTHCHECK ");
  });
});

/** The root folder of the image, read-only but for `/data`, with the user and the privileges that the container has. */
const CONTAINER = `
  set -e
  mount --bind "$ROOT" "$ROOT" && mount --bind "$ROOT/data" "$ROOT/data"
  mount -o remount,ro,bind "$ROOT"
  mkdir -p /proc && mount --bind /proc "$ROOT/proc"
  exec setpriv --no-new-privs chroot --userspec=65532:65532 "$ROOT" "$@"
`;

function contained(root: string, command: readonly string[], env: Record<string, string>) {
  return spawn("unshare", ["--mount", "sh", "-c", CONTAINER, "sh", ...command], {
    env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "test", ROOT: root, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

describeUnless(noContainer(), "the root folder of the image", () => {
  const root = join(folder, "root");
  const json = (pattern: RegExp): string[] =>
    JSON.parse(pattern.exec(read("Containerfile"))?.[1] ?? "[]") as string[];
  const entrypoint = json(/^ENTRYPOINT (.*)$/m);
  const command = json(/^CMD (.*)$/m);
  const healthCheck = json(/^HEALTHCHECK .* CMD (.*)$/m);

  beforeAll(() => {
    execFileSync(join(DEPLOY, "make-root.sh"), [root], { cwd: ROOT, stdio: "pipe" });
    execFileSync("sh", ["-c", 'mkdir "$0/proc" && chown 65532:65532 "$0/data"', root]);
  }, 120_000);

  async function ended(child: ReturnType<typeof contained>): Promise<number | null> {
    const [code] = (await once(child, "close")) as [number | null];
    return code;
  }

  it("refuses to start without an issuer", async () => {
    const child = contained(root, [...entrypoint, ...command], { HOST: "0.0.0.0", PORT: "0" });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    expect(await ended(child)).not.toBe(0);
    expect(errors).toContain("issuer");
  });

  it("serves, tells its health, keeps its data in /data and stops with code 0", async () => {
    const port = String(await freePort());
    const env = {
      HOST: "127.0.0.1",
      PORT: port,
      NODE_ENV: "production",
      OAUTH_DCR_DATABASE: "/data/oauth-dcr.sqlite",
      OAUTH_DCR_ISSUER: "https://as.example",
    };
    expect(await ended(contained(root, healthCheck, env))).toBe(1);

    const server = contained(root, [...entrypoint, ...command], env);
    let output = "";
    await new Promise<void>((resolve, reject) => {
      server.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
      server.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes("try ")) resolve();
      });
      server.once("close", () => reject(new Error(output)));
    });
    const answer = await fetch(`http://127.0.0.1:${port}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        redirect_uris: ["http://127.0.0.1/callback"],
        token_endpoint_auth_method: "none",
      }),
    });
    expect(answer.status).toBe(201);
    expect(await ended(contained(root, healthCheck, env))).toBe(0);
    expect(existsSync(join(root, "data/oauth-dcr.sqlite"))).toBe(true);

    server.kill("SIGTERM");
    expect(await ended(server)).toBe(0);
  });

  it("cannot be written to", async () => {
    const write = [
      "/usr/local/bin/node",
      "-e",
      "require('node:fs').writeFileSync('/app/bin/oauth-dcr.js', '')",
    ];
    const child = contained(root, write, {});
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    expect(await ended(child)).toBe(1);
    expect(errors).toMatch(/EROFS|EACCES/);
  });
});

describeUnless(noSystemd(), "the systemd unit", () => {
  /** systemd requires that the program exists. */
  const unit = join(folder, "oauth-dcr.service");
  beforeAll(() =>
    writeFileSync(unit, read("oauth-dcr.service").replace("/usr/bin/oauth-dcr", process.execPath)),
  );

  it("has no mistake", () => {
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("exposes less than 2 of 10 to a process that was taken over", () => {
    const args = ["security", "--offline=true", "--threshold=20", unit];
    const { status, stdout } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
    expect(status, stdout).toBe(0);
  });
});

function noSystemd(): string | undefined {
  return existsSync("/usr/bin/systemd-analyze") ? undefined : "there is no /usr/bin/systemd-analyze";
}

function noContainer(): string | undefined {
  if (process.platform !== "linux") return "it needs Linux";
  const { status } = spawnSync("unshare", ["--mount", "mount", "--bind", "/tmp", "/tmp"]);
  return status === 0 ? undefined : "this user may not mount folders";
}
