import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { hasTerminal, runOnTerminal } from "../support/terminal.js";

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-output-"));
const database = join(folder, "clients.sqlite");
let server: ServerProcess;

/** What would move the cursor, change colours, turn the direction of writing, or hide. */
const HOSTILE = [
  "\u001b[2J\u001b[31mred",
  "\u009b31mC1",
  "a\r\nb\u0007\u0000",
  "safe\u202egnp.exe",
  "\u2066isolate\u2069",
  "zero\u200bwidth\ufeff",
  "line\u2028separator",
  "\u{e0041}tag",
  "z\u0301\u0302\u0303\u0304\u0305\u0306\u0307",
];
/** What no terminal may get but for the colours of ours, which are taken away first. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/u;

beforeAll(async () => {
  server = await startServer(["--database", database, "--audit", "database"]);
  const file = join(folder, "clients.json");
  const clients = HOSTILE.map((_, index) => ({
    clientId: `hostile-${index}`,
    metadata: { redirect_uris: ["https://client.example/cb"], client_name: "A name" },
    administration: { owner: "owner" },
  }));
  writeFileSync(file, JSON.stringify(clients));
  await run("clients", "add", file, "--audit", "database");
  // Whatever the rules of this version refuse, an older one may have stored.
  const store = new Database(database);
  const update = store.prepare("UPDATE client SET metadata = ? WHERE client_id = ?");
  for (const [index, text] of HOSTILE.entries()) {
    const metadata = { redirect_uris: [`https://client.example/${text}`], client_name: text, [text]: text };
    update.run(JSON.stringify(metadata), `hostile-${index}`);
  }
  store.close();
});

afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true });
});

const run = (...args: readonly string[]) => runOauthDcr([...args, "--database", database]);
const onTerminal = (args: readonly string[], options = {}) =>
  runOnTerminal([...args, "--database", database], options);

describe("the formats of answers", () => {
  it("prints one line of JSON for each row without a terminal, and with --jsonl", async () => {
    const plain = await run("clients", "list");
    expect((await run("clients", "list", "--jsonl")).stdout).toBe(plain.stdout);
    const ids = plain.stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { clientId: string }).clientId);
    expect(ids).toContain("hostile-0");
  });

  it("prints one JSON document with --json", async () => {
    const lines = (await run("clients", "list", "--jsonl")).stdout.trim().split("\n");
    expect(JSON.parse((await run("clients", "list", "--json")).stdout)).toEqual({
      items: lines.map((line) => JSON.parse(line) as unknown),
    });
    expect(JSON.parse((await run("clients", "list", "--owner", "nobody", "--json")).stdout)).toEqual({
      items: [],
    });
    const one = JSON.parse((await run("clients", "show", "hostile-0", "--json")).stdout) as unknown;
    expect(one).toMatchObject({ clientId: "hostile-0" });
  });

  it("tells of a change as JSON where it is asked for, and else in a sentence", async () => {
    expect((await run("clients", "disable", "hostile-1", "--json")).stdout).toBe(
      '{\n  "clientId": "hostile-1",\n  "outcome": "disabled"\n}\n',
    );
    const lifetimes = ["--unused-ttl", "off", "--idle-ttl", "off"];
    expect((await run("clients", "enable", "hostile-1", ...lifetimes)).stdout).toBe("enabled hostile-1\n");
  });

  it("prints a new token alone on its line, or with what it is good for", async () => {
    expect((await run("token", "issue")).stdout).toMatch(/^odcr_iat_\S+\n$/);
    const issued = JSON.parse((await run("token", "issue", "--json")).stdout) as { token: string };
    expect(issued).toMatchObject({ token: expect.stringMatching(/^odcr_iat_/) as string });
  });

  it("prints a table with --table, without colours", async () => {
    const { stdout } = await run("clients", "list", "--table");
    expect(stdout).toMatch(/^ID +NAME +STATUS +SOURCE +REDIRECTS TO +REGISTERED\n/);
    expect(stdout).not.toContain("\u001b");
  });

  it("refuses two formats before it does anything", async () => {
    const { code, stderr } = await run("clients", "disable", "hostile-2", "--json", "--table");
    expect([code, stderr]).toEqual([2, "oauth-dcr: --json and --table cannot be given together\n"]);
    expect((await run("clients", "show", "hostile-2")).stdout).toContain('"status":"pending"');
  });

  it("colours a table only where FORCE_COLOR asks for it, when there is no terminal", async () => {
    const args = ["clients", "list", "--table", "--database", database];
    expect((await runOauthDcr(args, { FORCE_COLOR: "1" })).stdout).toContain("\u001b[1mID");
    expect((await runOauthDcr(args, { NO_COLOR: "1" })).stdout).not.toContain("\u001b");
  });
});

describe("text of strangers", () => {
  it.each([
    ["clients", "list", "--table"],
    ["clients", "list", "--json"],
    ["clients", "list"],
    ["clients", "export", "--table"],
    ["clients", "export"],
    ["clients", "show", "hostile-0", "--table", "--audit", "database"],
    ["clients", "show", "hostile-3"],
    ["clients", "history", "hostile-0", "--table", "--audit", "database"],
  ])("is never more than text: %s %s %s %s", async (...args) => {
    const { code, stdout } = await run(...args);
    expect(code).toBe(0);
    expect(stdout.replaceAll("\n", "")).not.toMatch(UNSAFE);
  });

  it("is escaped so that one sees what it was, and JSON means the same", async () => {
    const { stdout: table } = await run("clients", "list", "--table");
    expect(table).toContain("safe\\u{202e}gnp.exe");
    const { stdout: lines } = await run("clients", "list");
    const names = lines
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { metadata: { client_name?: string } }).metadata.client_name);
    expect(names).toContain("safe\u202egnp.exe");
  });

  it("is escaped in an error, too", async () => {
    const { stderr } = await run("clients", "show", "\u001b[31mnobody");
    expect(stderr).not.toContain("\u001b");
    const wrong = await run("clients", "\u001b[31mlist");
    expect(wrong.stderr).not.toContain("\u001b");
    expect(wrong.code).toBe(2);
  });
});

describe.skipIf(!hasTerminal)("on a terminal", () => {
  it("shows a table in colours, and none with NO_COLOR", async () => {
    const coloured = await onTerminal(["clients", "list"]);
    expect(coloured.screen).toContain("\u001b[1mID");
    const text = stripVTControlCharacters(coloured.screen).replace(/[\r\n]/g, "");
    expect(text).toMatch(/ID +NAME +STATUS/);
    expect(text).not.toMatch(UNSAFE);
    const plain = await onTerminal(["clients", "list"], { env: { NO_COLOR: "1" } });
    expect(plain.screen.replace(/[\r\n]/g, "")).not.toMatch(UNSAFE);
  });

  it("asks before it deletes, and does nothing unless the answer is yes", async () => {
    for (const input of ["n\n", "\n", "\u0004", "\u0003"]) {
      const { code, screen } = await onTerminal(["clients", "delete", "hostile-0"], { input });
      expect(screen).toContain("Delete the client hostile-0? This cannot be undone. [y/N]");
      expect([code, screen]).toEqual([1, expect.stringContaining("nothing was done")]);
    }
    expect((await run("clients", "show", "hostile-0")).code).toBe(0);
    const { code, screen } = await onTerminal(["clients", "delete", "hostile-0"], { input: "y\n" });
    expect([code, screen]).toEqual([0, expect.stringContaining("deleted hostile-0")]);
    expect((await run("clients", "show", "hostile-0")).code).toBe(1);
  });

  it("shows the progress of an export on the error stream alone", async () => {
    const file = join(folder, "export.jsonl");
    const { stdout } = await run("clients", "export");
    expect(stdout).not.toBe("");
    const { code } = await onTerminal(["clients", "export", "--jsonl"]);
    expect(code).toBe(0);
    writeFileSync(file, stdout);
    const imported = await onTerminal(["clients", "import", file]);
    expect(imported.screen).toMatch(/clients imported/);
    expect((await run("clients", "import", file)).stderr).not.toContain("clients imported");
  });

  it("says how many clients a purge deletes, and shows its progress", async () => {
    const { code, screen } = await onTerminal(["clients", "purge", "--owner", "owner"], { input: "yes\n" });
    expect(code).toBe(0);
    expect(screen).toMatch(/Delete \d+ clients that match\? This cannot be undone/);
    expect(screen).toMatch(/100%  \d+ of \d+ clients deleted/);
  });
});

describe.skipIf(!hasTerminal)("hints on a terminal", () => {
  it("records a change in the audit log of the database, where nobody says --audit", async () => {
    const file = join(folder, "recorded.json");
    const metadata = { redirect_uris: ["https://client.example/cb"] };
    writeFileSync(file, JSON.stringify({ clientId: "recorded", metadata }));
    await run("clients", "add", file, "--audit", "database");
    const { stderr } = await run("clients", "disable", "recorded");
    expect(stderr).toBe("");
    const { stdout } = await run("clients", "history", "recorded");
    expect(stdout).toContain("client_disabled");
  });
});

describe("what cannot be undone", () => {
  it.each([
    [["clients", "delete", "a"], "delete the client a"],
    [["clients", "purge", "--source", "operator"], "delete"],
    [["token", "revoke", "a"], "revoke the initial access token a"],
    [["audit", "prune", "--older-than", "1d"], "delete the audit events that are older than 1d"],
  ])("is refused without a terminal and without --yes: %j", async (args, what) => {
    if (args.includes("purge")) {
      const file = join(folder, "again.json");
      const metadata = { redirect_uris: ["https://client.example/cb"] };
      writeFileSync(file, JSON.stringify({ clientId: "to-purge", metadata }));
      await run("clients", "apply", file);
    }
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(what)]);
    expect(stderr).toContain("this cannot be undone; add --yes to do it");
  });
});
