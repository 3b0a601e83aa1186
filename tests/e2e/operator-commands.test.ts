import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SQLITE_MIGRATIONS } from "../../packages/store-sql/src/sqlite/migrations.js";
import { arrived, BIN, runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-operator-"));
const database = join(folder, "clients.sqlite");
let server: ServerProcess;
let clientId: string;

beforeAll(async () => {
  server = await startServer(["--database", database, "--audit", "database"]);
  clientId = await register("Claude", "https://claude.example/cb");
  await register("Claude Desktop", "https://impostor.example/cb");
});

afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true });
});

async function register(name: string, redirectUri: string): Promise<string> {
  const response = await fetch(`${server.origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: name,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "none",
    }),
  });
  return ((await response.json()) as { client_id: string }).client_id;
}

const run = (...args: readonly string[]) => runOauthDcr([...args, "--database", database]);
const linesOf = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, never>);

/** A database as an earlier version has left it. */
function olderDatabase(version: number): string {
  const file = join(folder, `version-${version}.sqlite`);
  const older = new Database(file);
  for (const statement of SQLITE_MIGRATIONS.slice(0, version).flat()) older.exec(statement);
  older.exec("PRAGMA application_id = 1329873746");
  older.exec(`PRAGMA user_version = ${version}`);
  older.close();
  return file;
}

describe("oauth-dcr clients find", () => {
  it.each([
    ["CLAUDE", ["name", "name"]],
    ["impostor.example", ["host"]],
    ["nothing like it", []],
  ])("finds by %j", async (text, matched) => {
    const { code, stdout } = await run("clients", "find", text, "--json");
    const { items } = JSON.parse(stdout) as { items: { matched: string[] }[] };
    expect([code, items.flatMap((item) => item.matched)]).toEqual([0, matched]);
  });

  it("finds by the id, without a hash", async () => {
    const { stdout } = await run("clients", "find", clientId);
    expect(linesOf(stdout)).toMatchObject([{ clientId, matched: ["id"] }]);
    expect(stdout).not.toMatch(/hash/i);
  });
});

describe("oauth-dcr audit", () => {
  it("tails and exports the events in their order", async () => {
    const all = linesOf((await run("audit", "export")).stdout);
    expect(all.map(({ position }) => position)).toEqual(all.map((_, index) => index + 1));
    expect(linesOf((await run("audit", "tail", "--number", "1")).stdout)).toEqual(all.slice(-1));
    expect((await run("audit", "tail", "--number", "0")).code).toBe(2);
    expect((await run("audit", "tail", "--follow", "--json")).code).toBe(2);
  });

  it("follows with each new event", async () => {
    const args = ["audit", "tail", "--number", "1", "--follow", "--database", database];
    const child = spawn(process.execPath, [BIN, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    await arrived(() => output.includes("\n"));
    const id = await register("Followed", "https://followed.example/cb");
    await arrived(() => output.includes(id));
    child.kill();
  });

  it("exports what a prune has left", async () => {
    const file = join(folder, "pruned.sqlite");
    expect((await run("backup", file)).code).toBe(0);
    const pruned = new Database(file);
    pruned.exec("UPDATE audit_head SET pruned_position = 1; DELETE FROM audit_event WHERE position = 1");
    pruned.close();
    const { stdout } = await runOauthDcr(["audit", "export", "--database", file]);
    expect(linesOf(stdout)[0]).toMatchObject({ position: 2 });
  });
});

describe("oauth-dcr status and migrate", () => {
  it("tells what is in the database", async () => {
    const { code, stdout } = await run("status", "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      {
        database,
        schema: { state: "up_to_date", schemaVersion: SQLITE_MIGRATIONS.length },
        clients: { pending: expect.any(Number) as number },
        bySource: { open: expect.any(Number) as number },
        quotas: [{ quota: "address:127.0.0.1" }],
        auditLog: { lastEvent: "client_registered" },
        webhooks: [],
      },
    ]);
  });

  it("migrates an older schema, and changes nothing before", async () => {
    const file = olderDatabase(SQLITE_MIGRATIONS.length - 2);
    const on = (...args: readonly string[]) => runOauthDcr([...args, "--database", file]);
    const before = { schemaVersion: SQLITE_MIGRATIONS.length - 2, state: "to_migrate" };
    for (const command of [["status"], ["migrate", "--check"]]) {
      const { code, stdout } = await on(...command);
      expect([code, stdout]).toEqual([
        command[0] === "status" ? 0 : 1,
        expect.stringContaining(JSON.stringify(before.state)),
      ]);
    }
    expect((await on("migrate", "--check")).stderr).toMatch(/make a backup, then oauth-dcr migrate/);
    expect(JSON.parse((await on("migrate")).stdout)).toMatchObject({
      state: "up_to_date",
      migratedFrom: before.schemaVersion,
    });
    expect((await on("migrate", "--check")).code).toBe(0);
  });

  it("knows a newer schema, a database that is none, and none", async () => {
    const newer = olderDatabase(SQLITE_MIGRATIONS.length);
    const changed = new Database(newer);
    changed.exec("PRAGMA user_version = 999");
    changed.close();
    const { stdout } = await runOauthDcr(["status", "--database", newer]);
    expect(JSON.parse(stdout)).toMatchObject({ schema: { state: "newer_than_this_version" } });
    const text = join(folder, "text.sqlite");
    writeFileSync(text, "This is no database, and long enough to be read as one.".repeat(20));
    expect((await runOauthDcr(["status", "--database", text])).code).toBe(1);
    expect((await runOauthDcr(["status", "--database", join(folder, "none.sqlite")])).code).toBe(2);
    expect((await runOauthDcr(["migrate", "--database", join(folder, "new.sqlite")])).code).toBe(0);
  });
});

describe("oauth-dcr sweep", () => {
  it("deletes what has expired", async () => {
    const file = join(folder, "sweep.sqlite");
    expect((await run("backup", file)).code).toBe(0);
    const store = new Database(file);
    store.exec("UPDATE client SET expires_at = 1, client_id_issued_at = 1 WHERE name = 'claude'");
    store.close();
    const { stdout, stderr } = await runOauthDcr(["sweep", "--database", file, "--audit", "stdout"]);
    expect(linesOf(stdout)).toEqual([{ deleted: 1, kept: 0 }]);
    expect(stderr).toContain("client_expired");
  });
});

describe("oauth-dcr explain", () => {
  const explained = async (body: string, ...args: readonly string[]) => {
    const file = join(folder, "body.json");
    writeFileSync(file, body);
    return runOauthDcr(["explain", file, ...args]);
  };
  const GOOD = JSON.stringify({ redirect_uris: ["https://app.example/cb"] });

  it("tells what would be registered", async () => {
    const { code, stdout } = await explained(GOOD);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { accepted: true, metadata: { grant_types: ["authorization_code"] } },
    ]);
    expect((await explained(GOOD, "--table")).stdout).toContain("The server would register:");
  });

  it("tells each finding with its rule and specification", async () => {
    const bad = JSON.stringify({
      redirect_uris: ["http://evil.example/cb"],
      client_name: "\u202e",
      extra: 1,
    });
    const { code, stdout } = await explained(bad);
    const { accepted, findings } = JSON.parse(stdout) as { accepted: boolean; findings: { rule: string }[] };
    expect([code, accepted]).toEqual([1, false]);
    expect(findings.map(({ rule }) => rule)).toEqual([
      "metadata.unknown",
      "redirect_uri.http",
      "metadata.text",
    ]);
    const table = await explained(bad, "--table");
    expect(table.stdout).toMatch(
      /error +redirect_uris\[0\] +redirect_uri\.http\n.*https.*\n.*rfc7591#section-5/,
    );
    expect(table.stdout).toContain("The server would refuse this body.");
  });

  it("judges by the settings of the server", async () => {
    const { code, stdout } = await explained(GOOD, "--preset", "open-native");
    expect([code, stdout]).toEqual([1, expect.stringContaining('"accepted":false')]);
  });

  it("reads standard input, and tells no JSON from no file", async () => {
    const piped = spawnSync(process.execPath, [BIN, "explain", "-"], { input: GOOD, encoding: "utf8" });
    expect([piped.status, piped.stdout]).toEqual([0, expect.stringContaining('"accepted":true')]);
    expect(await explained("{")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is no JSON") as string,
    });
    expect(await explained("[]")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("metadata.object") as string,
    });
    expect((await runOauthDcr(["explain", "nowhere.json"])).code).toBe(2);
  });
});

describe("oauth-dcr config check", () => {
  it("lists the settings in force, where each was said, and no password", async () => {
    const file = join(folder, "server.json");
    writeFileSync(file, JSON.stringify({ quota: 5, issuer: "https://as.example" }));
    const { code, stdout } = await runOauthDcr(["config", "check", "--config", file, "--port", "1"], {
      OAUTH_DCR_DATABASE: "postgres://user:hunter2@127.0.0.1/db",
    });
    expect(code).toBe(0);
    expect(stdout).not.toContain("hunter2");
    const rows = linesOf(stdout);
    for (const [flag, value, from] of [
      ["--quota", "5", "file"],
      ["--port", "1", "flag"],
      ["--database", "postgres://user:***@127.0.0.1/db", "variable"],
      ["--host", "127.0.0.1", "default"],
    ]) {
      expect(rows).toContainEqual({ flag, value, from });
    }
  });

  it("fails as the server would, and warns as it does", async () => {
    const refused = await runOauthDcr(["config", "check", "--quota", "0"]);
    expect([refused.code, refused.stdout]).toEqual([2, ""]);
    const warned = await runOauthDcr(["config", "check", "--rate-limit", "off"]);
    expect([warned.code, warned.stderr]).toEqual([0, expect.stringContaining("the rate limit is off")]);
  });
});

describe("oauth-dcr completion", () => {
  const hasBash = spawnSync("bash", ["--version"]).status === 0;
  it.skipIf(!hasBash).each([
    [["cl"], "clients"],
    [["clients", "app"], "approve apply"],
    [["clients", "list", "--ti"], "--tier"],
    [["clients", "list", "--tier", "a"], "approved"],
    [["serve", "--preset", "w"], "web-confidential"],
    [["audit", "verify", "--pub"], "--public-key"],
    [["clients", "list", "--tier", "approved", "--js"], "--json --jsonl"],
    [["he"], "help"],
  ])("completes %j in bash", async (words, expected) => {
    const { stdout: script } = await runOauthDcr(["completion", "bash"]);
    const line = ["oauth-dcr", ...words].map((word) => `'${word}'`).join(" ");
    const program = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _oauth_dcr; echo "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", program], { encoding: "utf8" });
    expect([stdout.trim(), stderr]).toEqual([expected, ""]);
  });

  it("has a script for zsh and fish, and says which shells there are", async () => {
    expect((await runOauthDcr(["completion", "zsh"])).stdout).toContain("bashcompinit");
    expect((await runOauthDcr(["completion", "fish"])).stdout).toContain(
      "-l tier -x -a 'unknown domain_verified",
    );
    expect(await runOauthDcr(["completion", "tcsh"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is bash, zsh, fish") as string,
    });
  });
});
