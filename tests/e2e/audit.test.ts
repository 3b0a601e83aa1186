import { createHash, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteAuditLog, openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";
import pg from "pg";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { describeUnless, missing } from "../support/services.js";
import {
  auditLines,
  runOauthDcr,
  startServer,
  type FinishedProcess,
  type ServerProcess,
} from "../support/oauth-dcr-process.js";

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-audit-"));
const servers: ServerProcess[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (server) => server.end()));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(...args: string[]): Promise<ServerProcess> {
  const server = await startServer(["--rate-limit", "off", "--quota", "off", ...args]);
  servers.push(server);
  return server;
}

async function register({ origin }: ServerProcess, name: string, uri = "http://127.0.0.1:1/callback") {
  const response = await fetch(`${origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: name,
      redirect_uris: [uri],
      token_endpoint_auth_method: "none",
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** What `clients enable` has to be told beside the time of an unused client. */
const idleTtlOf = (subcommand: string) => (subcommand === "enable" ? ["--idle-ttl", "off"] : []);

const verify = (database: string, ...args: string[]): Promise<FinishedProcess> =>
  runOauthDcr(["audit", "verify", "--database", database, ...args]);

/** What a chain that is whole answers. */
async function whole(database: string, ...args: string[]): Promise<{ events: number; head: string }> {
  const { code, stdout, stderr } = await verify(database, ...args);
  expect([code, stderr]).toEqual([0, ""]);
  const { ok, ...verification } = JSON.parse(stdout) as { ok: boolean; events: number; head: string };
  expect(ok).toBe(true);
  return verification;
}

interface Place {
  readonly name: string;
  /** Whether the commit of a change adds its event to the chain; otherwise that follows at once. */
  readonly isChainedAtOnce: boolean;
  /** A database that nobody has used yet, and a way past the server to its tables. */
  readonly newDatabase: () => {
    readonly database: string;
    readonly query: (sql: string) => Promise<readonly unknown[]>;
  };
}

let files = 0;
const sqlite: Place = {
  name: "SQLite",
  isChainedAtOnce: true,
  newDatabase() {
    const database = join(folder, `${(files += 1)}.sqlite`);
    return {
      database,
      query(sql) {
        const connection = new Database(database);
        const rows = connection.prepare(sql).all();
        connection.close();
        return Promise.resolve(rows);
      },
    };
  },
};

const noPostgres = await missing("postgresql");
const pool = new pg.Pool({ host: "127.0.0.1", user: "postgres", database: "test" });
const schemas: string[] = [];
afterAll(async () => {
  for (const schema of schemas) await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await pool.end();
});
const postgres: Place = {
  name: "PostgreSQL",
  isChainedAtOnce: false,
  newDatabase() {
    const schema = `e2e_${crypto.randomUUID().replaceAll("-", "")}`;
    schemas.push(schema);
    return {
      database: `postgres://postgres@127.0.0.1:5432/test?schema=${schema}`,
      query: async (sql) =>
        (await pool.query<object>(sql.replaceAll(/\baudit_(event|head|pending)\b/g, `${schema}.audit_$1`)))
          .rows,
    };
  },
};

describe.each([
  { ...sqlite, reason: undefined },
  { ...postgres, reason: noPostgres },
])("--audit database in $name", ({ newDatabase, isChainedAtOnce, reason }) => {
  describeUnless(reason, "which is there", () => {
    const typesIn = async (
      query: (sql: string) => Promise<readonly unknown[]>,
    ): Promise<readonly string[]> => {
      const rows = (await query("SELECT event FROM audit_event ORDER BY position")) as { event: string }[];
      return rows.map(({ event }) => (JSON.parse(event) as { type: string }).type);
    };

    it("chains every event, and verify finds the one that was changed", async () => {
      const { database, query } = newDatabase();
      const server = await start("--database", database, "--audit", "stdout,database");
      for (const name of ["a", "b", "c"]) expect((await register(server, name)).status).toBe(201);
      expect((await register(server, "d", "http://evil.example/")).status).toBe(400);
      expect(await servers.pop()?.end()).toBe(0);
      const { events, head } = await whole(database);
      expect(events).toBe(4);
      expect(await typesIn(query)).toEqual(auditLines(server.stdout()).map(({ type }) => type));
      expect(await whole(database, "--expected-head", head)).toEqual({ events, head });

      await query(
        "UPDATE audit_event SET event = replace(event, 'refused', 'praised') WHERE position = 4 RETURNING 1",
      );
      const { code, stdout, stderr } = await verify(database);
      expect(stderr).toBe(
        "oauth-dcr: the audit log is not whole (changed): event 4 was changed; compare the log with a backup\n",
      );
      expect([code, JSON.parse(stdout)]).toEqual([1, { ok: false, position: 4, problem: "changed" }]);
    });

    it("finds with an earlier head that the end was cut off", async () => {
      const { database, query } = newDatabase();
      const server = await start("--database", database, "--audit", "database");
      await register(server, "a");
      await register(server, "b");
      expect(await servers.pop()?.end()).toBe(0);
      const { head } = await whole(database);
      await query("DELETE FROM audit_event WHERE position = 2 RETURNING 1");
      await query(
        "UPDATE audit_head SET position = 1, hash = (SELECT hash FROM audit_event WHERE position = 1) RETURNING 1",
      );
      expect(await whole(database)).toMatchObject({ events: 1 });
      const { code, stdout } = await verify(database, "--expected-head", head);
      expect([code, JSON.parse(stdout)]).toEqual([1, { ok: false, position: 2, problem: "missing" }]);
    });

    it("verify fails where no event was ever recorded, and says what to do", async () => {
      const { database } = newDatabase();
      await start("--database", database, "--audit", "stdout");
      expect(await servers.pop()?.end()).toBe(0);
      const { code, stdout, stderr } = await verify(database);
      expect(stderr).toMatch(
        /^oauth-dcr: no audit event was ever recorded in .*; start the server with --audit database/,
      );
      expect([code, JSON.parse(stdout)]).toMatchObject([1, { ok: true, events: 0 }]);
    });

    it("prune deletes what is older than it is told, and verify goes on from there", async () => {
      const { database, query } = newDatabase();
      const server = await start("--database", database, "--audit", "database");
      await register(server, "a");
      await register(server, "b");
      expect(await servers.pop()?.end()).toBe(0);
      const { head } = await whole(database);
      const prune = async (age: string) =>
        runOauthDcr(["audit", "prune", "--yes", "--older-than", age, "--database", database]);

      const young = await prune("1h");
      expect([young.code, JSON.parse(young.stdout)]).toMatchObject([0, { pruned: 0 }]);
      expect(await whole(database)).toMatchObject({ events: 2 });
      // What is older than a second is there a second later.
      let pruned = 0;
      while (pruned < 2) {
        const { code, stdout } = await prune("1s");
        expect(code).toBe(0);
        pruned += (JSON.parse(stdout) as { pruned: number }).pruned;
      }
      expect(await query("SELECT position FROM audit_event")).toEqual([]);
      expect(await whole(database, "--expected-head", head)).toEqual({ events: 0, head, checkpoint: head });
    });

    it("is whole whenever it is looked at, while two servers record under load, and then holds every answer", async () => {
      const { database } = newDatabase();
      const args = ["--database", database, "--audit", "database", "--idempotent", "off"];
      const [one, other] = [await start(...args), await start(...args)];
      let answers = 0;
      const load = { isOn: true };
      const callers = Array.from({ length: 8 }, async (_, caller) => {
        while (load.isOn) {
          const { status } = await register(caller % 2 ? one : other, `Caller ${caller}`);
          expect(status).toBe(201);
          answers += 1;
        }
      });
      const seen: number[] = [];
      while (seen.length < 4) seen.push((await whole(database)).events);
      load.isOn = false;
      await Promise.all(callers);
      // No turn for what is under way: to end is to deliver it.
      expect(await Promise.all(servers.splice(0).map(async (server) => server.end()))).toEqual([0, 0]);
      expect((await whole(database)).events).toBe(answers);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(seen.at(-1)).toBeGreaterThan(seen[0]!);
      expect([one.stderr(), other.stderr()].join("")).not.toContain("could not");
    });

    it("has what an operator's commands change, as far as they are told to, and prints it on the error stream alone", async () => {
      const { database, query } = newDatabase();
      const server = await start("--database", database, "--audit", "database");
      const id = String((await register(server, "a")).body["client_id"]);
      const file = join(folder, `${(files += 1)}.jsonl`);
      const environment = { OAUTH_DCR_DATABASE: database, OAUTH_DCR_AUDIT: `stdout,database,file:${file}` };
      let printed = "";
      const run = async (...args: string[]): Promise<string> => {
        const { code, stdout, stderr } = await runOauthDcr(args, environment);
        expect([code, stdout.split("\n").length]).toEqual([0, 2]);
        printed += stderr;
        return stdout.trim();
      };

      const token = await run("token", "issue");
      expect(token).toMatch(/^odcr_iat_\S+$/);
      expect(await run("token", "revoke", token, "--yes")).toMatch(/^revoked \S+$/);
      expect(await run("clients", "disable", id)).toBe(`disabled ${id}`);
      expect(await run("clients", "enable", id, "--unused-ttl", "1h", "--idle-ttl", "off")).toBe(
        `enabled ${id}`,
      );
      // Without a change there is nothing to record.
      await run("clients", "count");
      const changes = [
        "initial_access_token_issued",
        "initial_access_token_revoked",
        "client_disabled",
        "client_enabled",
      ];
      expect(await typesIn(query)).toEqual(["client_registered", ...changes]);
      const lines = readFileSync(file, "utf8");
      expect(printed).toBe(lines);
      expect(auditLines(lines)).toMatchObject(changes.map((type) => ({ type, actor: "operator" })));
      expect(lines).toContain(id);
      expect(lines).not.toContain(token.slice(-43));
      expect((await whole(database)).events).toBe(5);
    });

    it("a command whose event could not be chained says so with exit code 1, and did nothing or keeps the event", async () => {
      const { database, query } = newDatabase();
      await runOauthDcr(["token", "issue", "--database", database]);
      await query("UPDATE audit_head SET position = -7 RETURNING 1");
      await query(
        `INSERT INTO audit_event (position, event, hash) VALUES (-6, 'in the way', 'in the way') RETURNING 1`,
      );
      const args = ["--database", database, "--audit", "database"];
      const { code, stdout, stderr } = await runOauthDcr(["token", "issue", ...args]);
      const tokens = await runOauthDcr(["token", "list", "--database", database]);
      if (isChainedAtOnce) {
        expect([code, stdout]).toEqual([1, ""]);
        expect(stderr).toMatch(/^oauth-dcr: UNIQUE constraint failed: audit_event.position\n$/);
        expect(tokens.stdout.trim().split("\n")).toHaveLength(1);
        return;
      }
      expect(stdout).toMatch(/^odcr_iat_\S+\n$/);
      expect(stderr).toMatch(
        /^oauth-dcr: done, but not in the audit log: .*initial_access_token_issued.*\n$/,
      );
      expect(stderr).not.toContain(stdout.trim().slice(-43));
      expect(code).toBe(1);
      expect(tokens.stdout.trim().split("\n")).toHaveLength(2);
      expect(await query("SELECT event FROM audit_pending")).toHaveLength(1);
    });
  });
});

describe("oauth-dcr clients", () => {
  it("list is a page of clients, without a hash of what they know", async () => {
    const { database } = sqlite.newDatabase();
    const server = await start("--database", database);
    const ids: unknown[] = [];
    for (const name of ["a", "b", "c"]) ids.push((await register(server, name)).body["client_id"]);
    const secret = await fetch(`${server.origin}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: ["https://app.example/callback"] }),
    });
    ids.push(((await secret.json()) as Record<string, unknown>)["client_id"]);
    const list = async (...args: string[]) => {
      const { code, stdout, stderr } = await runOauthDcr([
        "clients",
        "list",
        "--database",
        database,
        ...args,
      ]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).not.toMatch(/hash/i);
      return auditLines(stdout).map(({ clientId }) => clientId);
    };
    const sorted = ids.map(String).sort();
    expect(await list()).toEqual(sorted);
    expect(await list("--after", sorted[1] ?? "")).toEqual(sorted.slice(2));
    expect(await list("--after", sorted[3] ?? "")).toEqual([]);
  });

  describeUnless(noPostgres, "on PostgreSQL", () => {
    it("count and audit verify take no PostgreSQL schema for one that is not there, and make none", async () => {
      for (const command of [
        ["clients", "count"],
        ["audit", "verify"],
      ]) {
        const database = "postgres://postgres@127.0.0.1:5432/test?schema=misspelt_audit";
        const { code, stdout, stderr } = await runOauthDcr([...command, "--database", database]);
        expect(stderr).toMatch(/^oauth-dcr: there is no database .*schema misspelt_audit\n$/);
        expect([code, stdout]).toEqual([2, ""]);
      }
    });
  });

  it("name the flag when PostgreSQL cannot be used", async () => {
    const args = ["clients", "count", "--database", "postgres://postgres@127.0.0.1:1/test"];
    const { code, stderr } = await runOauthDcr(args);
    expect(stderr).toMatch(
      /^oauth-dcr: the PostgreSQL of --database \(or OAUTH_DCR_DATABASE\) cannot be used: .*ECONNREFUSED/,
    );
    expect(code).toBe(1);
    const wrong = ["serve", "--database", "postgres://postgres@127.0.0.1:1/test?schema=A-B"];
    expect(await runOauthDcr(wrong)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^oauth-dcr: --database .*schema: must be 1 to 63 small letters/,
      ) as unknown,
    });
  });

  it("approve and enable begin a client's time anew, by what the server has been told", async () => {
    const { database, query } = sqlite.newDatabase();
    const store = openSqliteStore(new Database(database));
    const held = {
      clientId: "held",
      clientIdIssuedAt: 1,
      version: 1,
      status: "awaiting_approval",
      requirements: {},
      origin: { source: "open", policies: [] },
      metadata: {},
    } as const;
    await store.createClient(held);
    const run = async (...args: string[]) =>
      runOauthDcr(["clients", ...args, "--database", database], { OAUTH_DCR_AUDIT: "database" });
    const before = Math.floor(Date.now() / 1000);
    expect(await run("approve", "held", "--unused-ttl", "2h")).toMatchObject({
      code: 0,
      stdout: "approved held\n",
    });
    const approved = await store.findClient("held");
    expect(approved).toMatchObject({ status: "pending" });
    expect(approved?.expiresAt).toBeGreaterThanOrEqual(before + 7200);
    expect(await run("disable", "held")).toMatchObject({ code: 0, stdout: "disabled held\n" });
    const disabled = await store.findClient("held");
    expect(disabled).toMatchObject({ status: "disabled" });
    expect(disabled).not.toHaveProperty("expiresAt");
    const lifetimes = ["--unused-ttl", "1h", "--idle-ttl", "90d"];
    expect(await run("enable", "held", ...lifetimes)).toMatchObject({ code: 0, stdout: "enabled held\n" });
    const unused = await store.findClient("held");
    expect(unused).toMatchObject({ status: "pending" });
    expect(unused?.expiresAt).toBeGreaterThanOrEqual(before + 3600);
    expect(unused?.expiresAt).toBeLessThan(before + 90 * 86_400);

    await store.recordClientUse("held", { at: before });
    expect(await run("disable", "held")).toMatchObject({ code: 0 });
    expect(await run("enable", "held", ...lifetimes)).toMatchObject({ code: 0 });
    const enabled = await store.findClient("held");
    expect(enabled).toMatchObject({ status: "active" });
    expect(enabled?.expiresAt).toBeGreaterThanOrEqual(before + 90 * 86_400);

    for (const [subcommand, sentence] of [
      ["approve", "the client is pending or active, or has another version"],
      ["enable", "the client is pending or active, or has another version"],
    ] as const) {
      expect(await run(subcommand, "held", "--unused-ttl", "off", ...idleTtlOf(subcommand))).toEqual({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(`^oauth-dcr: ${sentence}; oauth-dcr clients list .*\n$`) as string,
      });
    }
    expect(await run("disable", "nobody")).toMatchObject({ code: 1, stdout: "" });
    store.close();
    const events = (await query("SELECT event FROM audit_event ORDER BY position")) as { event: string }[];
    expect(events.map(({ event }) => JSON.parse(event) as unknown)).toMatchObject(
      ["approved", "disabled", "enabled", "disabled", "enabled"].map((what) => ({
        type: `client_${what}`,
        clientId: "held",
      })),
    );
  });

  it.each(["approve", "enable"])(
    "%s nobody without being told the server's lifetimes",
    async (subcommand) => {
      const { database } = sqlite.newDatabase();
      openSqliteStore(new Database(database)).close();
      const args = ["clients", subcommand, "held", "--database", database];
      const { code, stderr } = await runOauthDcr(args);
      expect(stderr).toContain("give the lifetimes of the server");
      expect(stderr).toContain("--unused-ttl 24h");
      expect(code).toBe(2);
      const environment = { OAUTH_DCR_UNUSED_TTL: "1h", OAUTH_DCR_IDLE_TTL: "off" };
      expect((await runOauthDcr(args, environment)).code).toBe(1);
    },
  );

  it("changes nothing where the audit log cannot be opened", async () => {
    const { database } = sqlite.newDatabase();
    const nowhere = `file:${join(folder, "no", "such")}`;
    const { code, stdout, stderr } = await runOauthDcr([
      ...["token", "issue", "--database", database, "--audit", nowhere],
    ]);
    expect(stderr).toMatch(/^oauth-dcr: the audit file .*such could not be opened \(ENOENT\)\n$/);
    expect([code, stdout, existsSync(database)]).toEqual([1, "", false]);
  });
});

it.each([
  [["serve", "--database", "memory:", "--audit", "database"], /--audit .* cannot be database/],
  [["audit"], /Usage: oauth-dcr audit COMMAND/],
  [["audit", "prune"], /required option '--older-than <TIME>' not specified/],
  [["audit", "prune", "--older-than", "soon"], /--older-than must be a duration such as 90d/],
  [["audit", "verify", "all"], /unexpected argument 'all'/],
  [["audit", "verify", "--audit", "database"], /--audit/],
  [["audit", "verify", "--database", "memory:"], /--database/],
  [["audit", "verify", "--database", "misspelt.sqlite"], /there is no database .*misspelt\.sqlite/],
  [["clients", "approve"], /missing required argument 'ID'/],
  [["clients", "disable", "a", "b"], /unexpected argument 'b'/],
  [["clients", "disable", "a", "--idle-ttl", "1h"], /unknown option '--idle-ttl'/],
  [["clients", "count", "--audit", "database"], /unknown option '--audit'/],
  [
    ["clients", "enable", "a", "--unused-ttl", "off", "--idle-ttl", "soon"],
    /--idle-ttl .* must be a duration/,
  ],
  [["serve", "--quota", "-1"], /^oauth-dcr: --quota has no value that makes sense\n$/],
  [["serve", "--database", "memory"], /--database .* is written memory: or/],
  [["audit", "verify", "--expected-head", "7"], /--expected-head must be POSITION:HASH/],
  [["token", "list", "--audit", "database"], /unknown option '--audit'/],
  [["token", "revoke", "a", "--yes", "--audit", "paper"], /--audit .* must be stdout, file:PATH, database/],
])("%j is called wrongly", async (args, sentence) => {
  const { code, stdout, stderr } = await runOauthDcr(args, {}, folder);
  expect(stderr).toMatch(sentence);
  expect([code, stdout]).toEqual([2, ""]);
  expect(existsSync(join(folder, "misspelt.sqlite"))).toBe(false);
});

const NOTHING_PRUNED = `0:${"0".repeat(64)}`;

describe("oauth-dcr audit sign", () => {
  const key = join(folder, "audit-key.pem");
  const publicKey = join(folder, "audit-public-key.pem");
  const { privateKey, publicKey: shared } = generateKeyPairSync("ed25519");
  writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(publicKey, shared.export({ type: "spki", format: "pem" }));
  const sign = (database: string): Promise<FinishedProcess> =>
    runOauthDcr(["audit", "sign", "--key", key, "--database", database]);

  it("shows that somebody wrote the whole log anew, and signs no such log", async () => {
    const { database, query } = sqlite.newDatabase();
    const server = await start("--database", database, "--audit", "database");
    await register(server, "a");
    await register(server, "b");
    const signed = await sign(database);
    expect(signed).toMatchObject({ code: 0, stderr: "" });
    const { head } = JSON.parse(signed.stdout) as { head: string };
    expect(readFileSync(`${key}.head`, "utf8")).toBe(`${head}\n${NOTHING_PRUNED}\n`);
    await register(server, "c");
    expect(await servers.pop()?.end()).toBe(0);
    const since = ["--public-key", publicKey, "--signed-within", "1h"];
    expect(await whole(database, ...since)).toMatchObject({ events: 3, signedHead: head });

    // The first event again and again, each chained as it should be.
    const [first] = (await query("SELECT event, hash FROM audit_event WHERE position = 1")) as {
      event: string;
      hash: string;
    }[];
    let hash = first!.hash;
    for (const position of [2, 3]) {
      hash = createHash("sha256").update(`${hash}\n${position}\n${first!.event}`).digest("hex");
      await query(
        `UPDATE audit_event SET event = (SELECT event FROM audit_event WHERE position = 1), hash = '${hash}' WHERE position = ${position} RETURNING 1`,
      );
    }
    await query(`UPDATE audit_head SET hash = '${hash}' RETURNING 1`);
    expect(await whole(database)).toMatchObject({ events: 3 });
    const found = await verify(database, ...since);
    expect([found.code, JSON.parse(found.stdout)]).toEqual([
      1,
      { ok: false, position: 2, problem: "rewritten" },
    ]);
    const again = await sign(database);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("nothing was signed")]);
    expect(readFileSync(`${key}.head`, "utf8")).toBe(`${head}\n${NOTHING_PRUNED}\n`);
  });

  it("goes on behind a prune where it is told of it, and behind nobody else's", async () => {
    const { database } = sqlite.newDatabase();
    const log = openSqliteAuditLog(new Database(database));
    const at = "2020-01-01T00:00:00.000Z";
    await log.record({ type: "client_disabled", at, actor: "operator", clientId: "old" });
    log.close();
    rmSync(`${key}.head`, { force: true });
    expect((await sign(database)).code).toBe(0);
    const pruning = await runOauthDcr([
      "audit",
      "prune",
      "--yes",
      "--older-than",
      "1d",
      "--database",
      database,
    ]);
    const { checkpoint } = JSON.parse(pruning.stdout) as { checkpoint: string };
    expect((await verify(database, "--public-key", publicKey)).code).toBe(1);
    const refused = await sign(database);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("--checkpoint")]);
    const told = ["--checkpoint", checkpoint, "--key", key, "--database", database];
    expect(await runOauthDcr(["audit", "sign", ...told])).toMatchObject({ code: 0, stderr: "" });
    expect((await verify(database, "--public-key", publicKey)).code).toBe(0);
    expect((await sign(database)).code).toBe(0);
  });

  it("prunes no log in which somebody erased events and declared them pruned", async () => {
    const { database, query } = sqlite.newDatabase();
    const log = openSqliteAuditLog(new Database(database));
    const at = "2020-01-01T00:00:00.000Z";
    for (const clientId of ["a", "b", "c"])
      await log.record({ type: "client_disabled", at, actor: "operator", clientId });
    log.close();
    rmSync(`${key}.head`, { force: true });
    expect((await sign(database)).code).toBe(0);
    const prune = async (): Promise<FinishedProcess> =>
      runOauthDcr([
        ...[
          "audit",
          "prune",
          "--yes",
          "--older-than",
          "1d",
          "--public-key",
          publicKey,
          "--database",
          database,
        ],
      ]);
    await query(
      "UPDATE audit_head SET pruned_position = 2, pruned_hash = (SELECT hash FROM audit_event WHERE position = 2) RETURNING 1",
    );
    await query("DELETE FROM audit_event WHERE position <= 2 RETURNING 1");
    const refused = await prune();
    expect([refused.code, JSON.parse(refused.stdout)]).toEqual([
      1,
      { ok: false, position: 2, problem: "pruned" },
    ]);
    expect(refused.stderr).toMatch(/^oauth-dcr: nothing was pruned: .*\(pruned\): events up to 2 are gone/);
    expect(await query("SELECT position FROM audit_event")).toEqual([{ position: 3 }]);

    const kept = (await verify(database, "--checkpoint", NOTHING_PRUNED)).stdout;
    expect(JSON.parse(kept)).toEqual({ ok: false, position: 2, problem: "pruned" });
    const { checkpoint = "" } = JSON.parse((await verify(database)).stdout) as { checkpoint?: string };
    expect(await whole(database, "--checkpoint", checkpoint)).toMatchObject({ checkpoint });

    // The operator looked, and takes the log as it is now.
    const told = ["--checkpoint", checkpoint, "--key", key, "--database", database];
    expect((await runOauthDcr(["audit", "sign", ...told])).code).toBe(0);
    const pruning = await prune();
    expect([pruning.code, JSON.parse(pruning.stdout)]).toMatchObject([0, { ok: true, pruned: 1 }]);
  });

  it("signs no log that is empty", async () => {
    const { database } = sqlite.newDatabase();
    expect(await (await start("--database", database)).end()).toBe(0);
    servers.pop();
    const { code, stderr } = await sign(database);
    expect([code, stderr]).toEqual([1, expect.stringContaining("no audit event was ever recorded")]);
  });

  it("says where the last signature is too old, or that of another log", async () => {
    const { database, query } = sqlite.newDatabase();
    const server = await start("--database", database, "--audit", "database");
    await register(server, "a");
    rmSync(`${key}.head`, { force: true });
    expect((await sign(database)).code).toBe(0);
    await query("UPDATE audit_head SET signed_head = NULL RETURNING 1");
    expect(JSON.parse((await verify(database, "--public-key", publicKey)).stdout)).toMatchObject({
      ok: false,
      problem: "unsigned",
    });
    const [head = ""] = readFileSync(`${key}.head`, "utf8").split("\n");
    const at = "2026-01-01T00:00:00.000Z";
    const text = Buffer.from(`oauth-dcr audit head\n${head}\n${at}`);
    const signature = signBytes(null, text, privateKey).toString("hex");
    await query(
      `UPDATE audit_head SET signed_head = '${JSON.stringify({ head, at, signature })}' RETURNING 1`,
    );
    const late = await verify(database, "--public-key", publicKey, "--signed-within", "1d");
    expect([late.code, JSON.parse(late.stdout)]).toMatchObject([1, { ok: true, signedAt: at }]);
    expect(late.stderr).toMatch(/^oauth-dcr: no head was signed within 1d: /);
  });

  it.each([
    [["sign"], "--key <FILE>"],
    [["sign", "--key", "nowhere.pem"], "--key: nowhere.pem cannot be read (ENOENT)"],
    [["sign", "--key", key, "--checkpoint", "5"], "--checkpoint must be POSITION:HASH"],
    [["sign", "--key", publicKey], "--key must be a PEM file with an Ed25519 key"],
    [["verify", "--public-key", "nowhere.pem"], "--public-key: nowhere.pem cannot be read (ENOENT)"],
    [["verify", "--checkpoint", "5"], "--checkpoint must be POSITION:HASH"],
    [
      ["prune", "--older-than", "1d", "--public-key", "nowhere.pem"],
      "--public-key: nowhere.pem cannot be read",
    ],
    [["verify", "--signed-within", "1h"], "--signed-within needs --public-key"],
    [["verify", "--public-key", publicKey, "--signed-within", "soon"], "--signed-within must be a duration"],
  ])("is called wrongly: %j", async (args, message) => {
    const { code, stdout, stderr } = await runOauthDcr(["audit", ...args], {}, folder);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });
});

describe("--audit database:PATH", () => {
  it("keeps the events in a SQLite file of their own", async () => {
    const { database, query } = sqlite.newDatabase();
    const log = join(folder, "events.sqlite");
    const server = await start("--database", database, "--audit", `database:${log}`);
    for (const name of ["a", "b"]) expect((await register(server, name)).status).toBe(201);
    expect(server.stdout()).toContain(`--audit database:${log}`);
    const disable = await runOauthDcr([
      "clients",
      "disable",
      "unknown",
      "--database",
      database,
      "--audit",
      `database:${log}`,
    ]);
    expect(disable.code).toBe(1);
    expect(await servers.pop()?.end()).toBe(0);
    expect(await query("SELECT 1 FROM audit_event")).toEqual([]);
    expect(await whole(log)).toMatchObject({ events: 2 });
  });

  it("is not for the file of the clients, where the events have the commits of the changes", async () => {
    const { code, stderr } = await runOauthDcr([
      ...["serve", "--database", "same.sqlite", "--audit", "database:./same.sqlite"],
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain("is written database, without a path");
  });
});
