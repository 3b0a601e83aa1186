import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { describeUnless, missing } from "../support/services.js";
import { runOnTerminal } from "../support/terminal.js";

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-output-"));
const database = join(folder, "clients.sqlite");
let server: ServerProcess;
const noTerminal = await missing("terminal");

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
  "va\ufe00r\ufe0fiation\u{e0100}",
  "mongolian\u180b\u180e\u180f",
  "blank\u2800 khmer\u17b4\u17b5",
];
/** What no terminal may get but for the colours of ours, which are taken away first. */
const UNSAFE =
  /(?!\n|(?<=\p{Extended_Pictographic})\ufe0f)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

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

describe("one client as a table", () => {
  it("shows that a secret never expires, and its history with the reasons", async () => {
    const file = join(folder, "lasting.json");
    const metadata = {
      redirect_uris: ["https://client.example/cb"],
      token_endpoint_auth_method: "client_secret_basic",
    };
    writeFileSync(file, JSON.stringify({ clientId: "lasting", metadata }));
    const audit = ["--audit", "database"];
    await run("clients", "add", file, ...audit);
    await run("clients", "disable", "lasting", "--reason", "spam", ...audit);
    const { stdout } = await run("clients", "show", "lasting", "--table", ...audit);
    expect(stdout).toMatch(/^clientSecretExpiresAt +never$/m);
    expect(stdout).toMatch(/^WHEN +WHAT +WHO +REASON\n\S+Z +client_disabled +\S+ +spam$/m);
    const json = JSON.parse((await run("clients", "show", "lasting", "--json", ...audit)).stdout) as {
      history: { events: unknown[] };
    };
    expect(json.history.events).toHaveLength(2);
  });

  it("shows an instant that no calendar has as a number", async () => {
    const file = join(folder, "odd.json");
    writeFileSync(
      file,
      JSON.stringify({ clientId: "odd", metadata: { redirect_uris: ["https://client.example/cb"] } }),
    );
    await run("clients", "add", file);
    const store = new Database(database);
    const metadata = { redirect_uris: ["https://client.example/cb"], seenAt: 1e300 };
    store.prepare("UPDATE client SET metadata = ? WHERE client_id = ?").run(JSON.stringify(metadata), "odd");
    store.close();
    const { code, stdout } = await run("clients", "show", "odd", "--table");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/seenAt +1e\+300/)]);
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

  it("leaves an emoji as it is written, and escapes the rest of what is not seen", async () => {
    const file = join(folder, "emoji.json");
    const metadata = { redirect_uris: ["https://client.example/cb"], client_name: "Coffee \u2615\ufe0f" };
    writeFileSync(file, JSON.stringify({ clientId: "emoji", metadata }));
    await run("clients", "add", file);
    expect((await run("clients", "show", "emoji", "--table")).stdout).toContain("Coffee \u2615\ufe0f\n");
    const { stdout } = await run("clients", "show", "hostile-9", "--table");
    const { stdout: blank } = await run("clients", "show", "hostile-11", "--table");
    expect(stdout).toContain("va\\u{fe00}r\\u{fe0f}iation");
    expect(blank).toContain("blank\\u{2800} khmer\\u{17b4}\\u{17b5}");
  });

  it("is escaped where a list continues", async () => {
    const long = join(folder, "long.sqlite");
    const file = join(folder, "long.json");
    const metadata = { redirect_uris: ["https://client.example/cb"] };
    writeFileSync(file, JSON.stringify({ clientId: "client", metadata }));
    await runOauthDcr(["migrate", "--database", long]);
    await runOauthDcr(["clients", "add", file, "--database", long]);
    const store = new Database(long);
    store.exec("BEGIN; CREATE TEMP TABLE copied AS SELECT * FROM client");
    for (let n = 0; n <= 100; n += 1) {
      store.exec(`UPDATE copied SET client_id = 'client-${n}' || char(27) || '[31m' || char(8238)`);
      store.exec("INSERT INTO client SELECT * FROM copied");
    }
    store.exec("COMMIT");
    store.close();
    for (const format of ["--jsonl", "--json", "--table"]) {
      const { code, stdout, stderr } = await runOauthDcr(["clients", "list", format, "--database", long]);
      expect([format, code, stdout + stderr]).toEqual([format, 0, expect.stringMatching(/next|--after/)]);
      expect([format, (stdout + stderr).replaceAll("\n", "")]).toEqual([
        format,
        expect.not.stringMatching(UNSAFE),
      ]);
    }
  });

  it("has no colour of a state, and no name breaks a table", async () => {
    const named = join(folder, "named.sqlite");
    const file = join(folder, "named.json");
    const clients = ["constructor", "active", "__proto__"].map((name) => ({
      clientId: name,
      metadata: { redirect_uris: ["https://client.example/cb"], client_name: name, status: name },
    }));
    writeFileSync(file, JSON.stringify(clients));
    const flags = ["--table", "--database", named];
    await runOauthDcr(["migrate", "--database", named]);
    await runOauthDcr(["clients", "add", file, "--database", named]);
    await runOauthDcr(["clients", "disable", "active", "--database", named]);
    const colour = { FORCE_COLOR: "1" };
    const list = await runOauthDcr(["clients", "list", ...flags], colour);
    expect([list.code, list.stdout]).toEqual([0, expect.stringContaining("constructor")]);
    expect(list.stdout).toContain("\u001b[31mdisabled");
    expect(list.stdout).not.toContain("\u001b[32mactive");
    for (const { clientId } of clients) {
      const show = await runOauthDcr(["clients", "show", clientId, ...flags], colour);
      expect([show.code, show.stdout]).toEqual([0, expect.not.stringContaining("\u001b[32mactive")]);
    }
    const { stdout } = await runOauthDcr(["clients", "show", "active", ...flags], colour);
    expect(stdout).toContain("\u001b[31mdisabled");
  });

  it("is escaped in an error, too", async () => {
    const { stderr } = await run("clients", "show", "\u001b[31mnobody");
    expect(stderr).not.toContain("\u001b");
    const wrong = await run("clients", "\u001b[31mlist");
    expect(wrong.stderr).not.toContain("\u001b");
    expect(wrong.code).toBe(2);
  });
});

describeUnless(noTerminal, "on a terminal", () => {
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

  it("purges no client that came after it asked", async () => {
    const add = async (clientId: string) => {
      const file = join(folder, `${clientId}.json`);
      const metadata = { redirect_uris: ["https://client.example/cb"] };
      writeFileSync(file, JSON.stringify({ clientId, metadata, administration: { tags: ["flood"] } }));
      await run("clients", "add", file);
    };
    await add("flood-2");
    const { code, screen } = await onTerminal(["clients", "purge", "--tag", "flood", "--jsonl"], {
      input: async () => (await add("flood-1"), "yes\n"),
    });
    expect([code, screen]).toEqual([0, expect.stringContaining('"clientIds":["flood-2"]')]);
    expect((await run("clients", "show", "flood-2")).code).toBe(1);
    expect((await run("clients", "show", "flood-1")).code).toBe(0);
  });

  it("says how many clients a purge deletes, and shows its progress", async () => {
    const { code, screen } = await onTerminal(["clients", "purge", "--owner", "owner"], { input: "yes\n" });
    expect(code).toBe(0);
    expect(screen).toMatch(/Delete \d+ clients that match\? This cannot be undone/);
    expect(screen).toMatch(/100%  \d+ of \d+ clients deleted/);
  });
});

describe("an operator's change", () => {
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
