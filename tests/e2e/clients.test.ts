import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runOauthDcr, startServer } from "../support/oauth-dcr-process.js";

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-clients-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newFile = (content: unknown): string => {
  const path = join(folder, `${(files += 1)}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};

const APP = {
  clientId: "our-app",
  metadata: { redirect_uris: ["https://app.example/callback"], client_name: "Our app", scope: "tools:read" },
  administration: { tier: "first_party", owner: "team", tags: ["env:prod"] },
};

/** A database that a server has made, and the commands on it. */
async function onDatabase() {
  const database = join(folder, `${(files += 1)}.sqlite`);
  const server = await startServer(["--database", database, "--audit", "database"]);
  const run = async (...args: readonly string[]) =>
    runOauthDcr(["clients", ...args, "--database", database, "--audit", "database"].filter(keep(args[0])));
  const lines = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stderr], args.join(" ")).toEqual([0, ""]);
    return stdout
      .trim()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => (line.startsWith("{") ? (JSON.parse(line) as Record<string, unknown>) : { text: line }));
  };
  const register = async (name: string) => {
    const response = await fetch(`${server.origin}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        redirect_uris: ["https://client.example/cb"],
        client_name: name,
        token_endpoint_auth_method: "none",
      }),
    });
    return ((await response.json()) as { client_id: string }).client_id;
  };
  return { server, run, lines, register, database };
}

/** What only reads takes no `--audit`. */
const keep = (subcommand = "") => {
  const reads = ["count", "list", "export"].includes(subcommand);
  let isValue = false;
  return (arg: string) => {
    if (!reads) return true;
    const isDropped = arg === "--audit" || isValue;
    isValue = arg === "--audit";
    return !isDropped;
  };
};

describe("oauth-dcr clients", () => {
  it("applies a file as often as one likes, and shows a new secret once", async () => {
    const { server, lines } = await onDatabase();
    const file = newFile([APP]);
    const [added] = await lines("apply", file);
    expect(added).toMatchObject({ clientId: "our-app", outcome: "added" });
    expect(added?.["clientSecret"]).toMatch(/^.{43}$/);
    expect(await lines("apply", file)).toEqual([{ clientId: "our-app", outcome: "unchanged" }]);
    const renamed = { ...APP, metadata: { ...APP.metadata, client_name: "New name" } };
    expect(await lines("apply", newFile([renamed]))).toEqual([{ clientId: "our-app", outcome: "changed" }]);
    const [shown] = await lines("show", "our-app");
    expect(shown).toMatchObject({ origin: { source: "operator" }, metadata: { client_name: "New name" } });
    expect(JSON.stringify(shown)).not.toContain("Hash");
    expect(shown).toMatchObject({
      acceptance: { source: "operator", tier: "first_party" },
      findings: [],
      history: {
        isKept: true,
        events: [
          { event: { type: "client_administered" } },
          { event: { type: "client_added", actor: "operator" } },
        ],
      },
    });
    expect(await server.end()).toBe(0);
  });

  it("finds, counts, administers, disables and purges beside a running server", async () => {
    const { server, lines, register, run } = await onDatabase();
    await lines("add", newFile(APP));
    const id = await register("Example");
    expect(await lines("list", "--host", "client.example")).toMatchObject([{ clientId: id }]);
    expect(await lines("list", "--text", "our", "--tier", "first_party")).toMatchObject([
      { clientId: "our-app" },
    ]);
    expect(await lines("count", "--by", "source")).toEqual([{ operator: 1, open: 1 }]);
    const said = ["--tags", "a,b", "--notes", "looked at"];
    expect(await lines("administer", id, ...said)).toMatchObject([
      { administration: { tags: ["a", "b"], notes: "looked at" } },
    ]);
    expect(await lines("disable", id, "--reason", "phishing")).toEqual([{ text: `disabled ${id}` }]);
    expect(await lines("list", "--status", "disabled")).toMatchObject([
      { clientId: id, administration: { statusReason: "phishing" } },
    ]);
    expect(await lines("purge", "--tag", "a", "--dry-run")).toEqual([
      { deleted: false, clientIds: [id], more: false },
    ]);
    expect(await lines("purge", "--tag", "a", "--yes")).toEqual([
      { deleted: true, clientIds: [id], more: false },
    ]);
    expect((await run("show", id)).code).toBe(1);
    const types = (events: readonly Record<string, unknown>[]) =>
      events.map(({ event }) => (event as { type?: string } | undefined)?.type);
    const history = await lines("history", id);
    expect(types(history)).toEqual([
      "client_removed",
      "client_disabled",
      "client_administered",
      "client_registered",
    ]);
    expect(await lines("history", id, "--before", String(history[1]?.["position"]))).toEqual(
      history.slice(2),
    );
    expect(await server.end()).toBe(0);
  });

  it("promotes and demotes a client, whose tier decides its scopes at a running server", async () => {
    const config = newFile({
      scopes: ["tools:read", "tools:write"],
      tiers: { unknown: { scopes: ["tools:read"] }, first_party: { unusedTtl: "off" } },
      templates: [{ name: "strangers", match: { source: "open" }, policies: ["require_consent"] }],
    });
    const database = join(folder, `${(files += 1)}.sqlite`);
    const server = await startServer(["--database", database, "--config", config]);
    const response = await fetch(`${server.origin}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: ["https://client.example/cb"], scope: "tools:read tools:write" }),
    });
    type Answer = Record<
      "client_id" | "scope" | "registration_client_uri" | "registration_access_token",
      string
    >;
    const client = (await response.json()) as Answer;
    expect(client.scope).toBe("tools:read");
    const scope = async () => {
      const authorization = `Bearer ${client.registration_access_token}`;
      const read = await fetch(client.registration_client_uri, { headers: { authorization } });
      return ((await read.json()) as Answer).scope;
    };
    const run = async (...args: readonly string[]) =>
      runOauthDcr(["clients", ...args, "--database", database, "--config", config]);
    const { client_id: id } = client;
    const promoted = await run("promote", id, "--to", "approved");
    expect(promoted.code, promoted.stderr).toBe(0);
    expect(JSON.parse(promoted.stderr)).toMatchObject({ previousTier: "unknown", tier: "approved" });
    expect(JSON.parse(promoted.stdout)).toMatchObject({
      administration: { tier: "approved" },
      origin: { template: "strangers", policies: ["require_consent"] },
    });
    expect(await scope()).toBe("tools:read tools:write");
    expect((await run("promote", id, "--to", "approved")).stderr).toContain("approved is no higher tier");
    expect((await run("demote", id, "--to", "first_party")).stderr).toContain("first_party is no lower tier");
    expect((await run("demote", id, "--to", "root")).stderr).toContain("--to must be one of unknown,");
    expect((await run("demote", "nobody", "--to", "unknown")).stderr).toContain(
      "no client of that identifier",
    );
    expect((await run("demote", id, "--to", "unknown")).code).toBe(0);
    expect(await scope()).toBe("tools:read");
    expect(await server.end()).toBe(0);
  });

  it("says that there is no history where events go to a file, which it does not touch", async () => {
    const { server, lines, database } = await onDatabase();
    await lines("add", newFile(APP));
    const inFile = ["--database", database, "--audit", `file:${join(folder, "never.jsonl")}`];
    const shown = await runOauthDcr(["clients", "show", "our-app", ...inFile]);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      history: { isKept: false, why: expect.stringContaining("names no database") as string },
    });
    const history = await runOauthDcr(["clients", "history", "our-app", ...inFile]);
    expect([history.code, history.stdout]).toEqual([2, ""]);
    expect(existsSync(join(folder, "never.jsonl"))).toBe(false);
    expect(await server.end()).toBe(0);
  });

  it("moves clients to another database", async () => {
    const from = await onDatabase();
    await from.lines("add", newFile(APP));
    await from.register("Example");
    const { stdout } = await from.run("export");
    const to = await onDatabase();
    expect(await to.lines("import", newFile(stdout))).toMatchObject([
      { outcome: "imported" },
      { outcome: "imported" },
    ]);
    expect((await to.run("export")).stdout).toBe(stdout);
    expect(await Promise.all([from.server.end(), to.server.end()])).toEqual([0, 0]);
  });

  it("imports the good lines, prints what became of each, and fails with the number of those refused", async () => {
    const { server, run, lines, register } = await onDatabase();
    await register("Example");
    const { stdout } = await run("export");
    const [client] = stdout.split("\n");
    const {
      clientId,
      metadata,
      fingerprint: _,
      ...others
    } = JSON.parse(client ?? "") as Record<string, object>;
    const bad = { clientId: "bad", ...others, metadata: { redirect_uris: ["javascript:alert(1)"] } };
    const good = { clientId: "good", ...others, metadata };
    const file = newFile([client, JSON.stringify(bad), "no client", JSON.stringify(good)].join("\n"));
    const imported = await run("import", file);
    expect(
      imported.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { outcome: "duplicate_client_id", clientId },
      { outcome: "refused" },
      { outcome: "not_a_client" },
      { outcome: "imported", clientId: "good" },
    ]);
    expect([imported.stderr, imported.code]).toEqual(["oauth-dcr: 2 of 4 lines were refused\n", 1]);
    expect(await lines("import", newFile(stdout))).toMatchObject([{ outcome: "duplicate_client_id" }]);
    expect(await server.end()).toBe(0);
  });

  it("purges clients that were not used for some time", async () => {
    const { server, run, lines, register } = await onDatabase();
    await register("Example");
    const [client] = (await run("export")).stdout.split("\n");
    const used = (clientId: string, daysAgo: number) => {
      const lastUsedAt = Math.floor(Date.now() / 1000) - daysAgo * 86_400;
      const {
        quotaKeys: _,
        fingerprint: __,
        ...record
      } = JSON.parse(client ?? "") as Record<string, unknown>;
      return JSON.stringify({ ...record, clientId, status: "active", lastUsedAt });
    };
    await lines("import", newFile([used("lately", 80), used("long-ago", 100)].join("\n")));
    expect(await lines("purge", "--not-used-for", "90d", "--yes")).toEqual([
      { deleted: true, clientIds: ["long-ago"], more: false },
    ]);
    expect(await lines("list", "--not-used-for", "60d")).toMatchObject([{ clientId: "lately" }]);
    expect(await server.end()).toBe(0);
  });

  it("refuses what the rules of the server refuse, with exit code 1", async () => {
    const { server, run } = await onDatabase();
    const bad = { ...APP, metadata: { redirect_uris: ["http://app.example/callback"] } };
    const refused = await run("add", newFile(bad));
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain("redirect_uri");
    expect(await server.end()).toBe(0);
  });

  it("prints no line where no client matches, and disables a document's URL that was never used", async () => {
    const { server, run } = await onDatabase();
    expect((await run("list", "--owner", "nobody")).stdout).toBe("");
    const url = "https://app.example/never-used.json";
    expect((await run("disable", url)).stderr).toContain("add --client-id-metadata-documents on");
    expect((await run("disable", url, "--client-id-metadata-documents", "on")).stdout).toBe(
      `disabled ${url}\n`,
    );
    expect(await server.end()).toBe(0);
  });

  it("tells the secrets of those that were added on standard output alone, where others are refused", async () => {
    const { server, run } = await onDatabase();
    const bad = { ...APP, clientId: "bad", metadata: { redirect_uris: ["http://app.example/callback"] } };
    for (const [index, other] of [bad, { ...bad, clientId: "" }].entries()) {
      const added = await run("add", newFile([{ ...APP, clientId: `good-${index}` }, other]));
      expect(added.code).toBeGreaterThan(0);
      expect(JSON.parse(added.stdout)).toMatchObject({ clientId: `good-${index}`, outcome: "added" });
      expect(added.stdout).toContain("clientSecret");
      expect(added.stderr).not.toContain("clientSecret");
    }
    expect(await server.end()).toBe(0);
  });

  it.each([
    [["add", "nowhere.json"], /nowhere\.json cannot be read/],
    [["add", newFile("{")], /is no JSON/],
    [["add", newFile([5])], /\[0\] is no client/],
    [["purge"], /give a filter/],
    [["purge", "--yes"], /give a filter/],
    [["delete", "a"], /cannot be undone; add --yes/],
    [["disable", "a", "--if-version", "x"], /--if-version must be a whole number/],
    [["list", "--tga", "a"], /--tga.*did you mean --tag/],
    [["list", "--tier", "trusted"], /--tier must be one of unknown, domain_verified, approved, first_party/],
    [["purge", "--status", "idle"], /--status must be one of pending, active/],
    [["export", "--source", "dcr"], /--source must be one of open, /],
    [["count", "--by", "name"], /by must be one of/],
    [["list", "--not-used-for", "90"], /--not-used-for must be a duration/],
    [["history", "a", "--before", "x"], /--before must be the value of next/],
  ])("is called wrongly: %j", async (args, message) => {
    const { server, run } = await onDatabase();
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(await server.end()).toBe(0);
  });
});
