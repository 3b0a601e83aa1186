import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import {
  arrived,
  auditLines,
  runOauthDcr,
  startServer,
  type ServerProcess,
} from "../support/oauth-dcr-process.js";

let folder: string;
const servers: ServerProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "oauth-dcr-lifecycle-"));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (server) => server.end()));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(...args: string[]): Promise<ServerProcess> {
  const database = args.includes("--database") ? [] : ["--database", "memory:"];
  const server = await startServer([...database, ...args]);
  servers.push(server);
  return server;
}

const register = async ({ origin }: ServerProcess, body: object = {}): Promise<Response> =>
  fetch(`${origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      redirect_uris: ["http://127.0.0.1:1/callback"],
      token_endpoint_auth_method: "none",
      ...body,
    }),
  });

async function clientId(server: ServerProcess, body?: object): Promise<unknown> {
  const response = await register(server, body);
  expect(response.status).toBe(201);
  return ((await response.json()) as Record<string, unknown>)["client_id"];
}

async function count(database: string): Promise<unknown> {
  const { code, stdout, stderr } = await runOauthDcr(["clients", "count", "--database", database]);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

const OTHER_PORT = { redirect_uris: ["http://127.0.0.1:2/callback"] };

it("with --quota an address has no more than so many unused clients, and is told what makes room", async () => {
  const server = await start("--quota", "2", "--unused-ttl", "24h");
  const names = ["a", "b", "c"].map((client_name) => ({ client_name }));
  await clientId(server, names[0]);
  await clientId(server, names[1]);
  const refused = await register(server, names[2]);
  expect(refused.status).toBe(429);
  expect(refused.headers.has("retry-after")).toBe(false);
  expect(await refused.json()).toMatchObject({
    error_description: expect.stringContaining("once one of them is used, is deleted or expires") as string,
  });
  expect(server.stderr()).toBe("");
});

it("warns of a quota that nothing drains", async () => {
  const server = await start("--quota", "2", "--unused-ttl", "off");
  await arrived(() => server.stderr().includes("\n"));
  expect(server.stderr()).toContain("a quota without --unused-ttl");
});

it("knows a public client again under the mcp preset, on whichever loopback port it comes", async () => {
  const server = await start();
  expect(await clientId(server, OTHER_PORT)).toBe(await clientId(server));
});

it.each([
  ["--idempotent", "off"],
  ["--idempotent", "on", "--preset", "web-confidential"],
])("makes a client of each registration with %s %s", async (...args) => {
  const server = await start(...args);
  const web = { redirect_uris: ["https://app.example/callback"], token_endpoint_auth_method: undefined };
  const body = args.includes("web-confidential") ? web : OTHER_PORT;
  expect(await clientId(server, body)).not.toBe(await clientId(server, body));
});

it("with --secret-ttl a secret says when it ends", async () => {
  const server = await start("--secret-ttl", "2h");
  const response = await register(server, { token_endpoint_auth_method: "client_secret_basic" });
  const client = (await response.json()) as Record<string, number>;
  expect(client["client_secret_expires_at"]).toBe((client["client_id_issued_at"] ?? 0) + 7200);
});

it("with --unused-ttl a client that nobody used is deleted, also when it is shorter than core's least age", async () => {
  const database = join(folder, "unused.sqlite");
  const server = await start("--database", database, "--unused-ttl", "1s");
  await clientId(server);
  // Each look is a process of its own, so that the server has its turn in between.
  while (((await count(database)) as { total: number }).total > 0);
  expect(await count(database)).toEqual({
    pending: 0,
    active: 0,
    awaiting_approval: 0,
    disabled: 0,
    expired: 0,
    total: 0,
  });
  expect(await servers.pop()?.end()).toBe(0);
});

it("with --idle-ttl it deletes a client whose time after a recorded use is over", async () => {
  const database = join(folder, "idle.sqlite");
  const server = await start("--database", database, "--unused-ttl", "off", "--idle-ttl", "1s");
  const id = await clientId(server);
  // The authorization server's server, on the same database.
  const store = openSqliteStore(new Database(database));
  const at = Math.floor(Date.now() / 1000);
  const recorded = await store.recordClientUse(String(id), { at, expiresAt: at + 1 });
  expect(recorded).toEqual({ outcome: "recorded" });
  while (((await count(database)) as { total: number }).total > 0);
  expect(await store.findClient(String(id))).toBeUndefined();
  store.close();
});

it("with no flags an address stores no more than 100 unused clients of 16 KiB, which end after a day", async () => {
  const database = join(folder, "defaults.sqlite");
  const server = await start("--database", database, "--rate-limit", "off");
  for (const limit of ["--quota 100", "--max-body 16384", "--unused-ttl 86400s"]) {
    expect(server.stdout()).toContain(limit);
  }
  expect(server.stdout()).toContain("--unused-ttl off --quota off");
  const statuses = await Promise.all(
    Array.from(
      { length: 150 },
      async (_, i) => (await register(server, { client_name: `Client ${i}` })).status,
    ),
  );
  expect(statuses.filter((status) => status === 201)).toHaveLength(100);
  expect(statuses.filter((status) => status === 429)).toHaveLength(50);
  expect((await register(server, { client_name: "n".repeat(17_000) })).status).toBe(413);
  const store = openSqliteStore(new Database(database));
  const clients = (await store.findClients({}, { limit: 200 })).clients;
  store.close();
  expect(
    new Set(clients.map(({ clientIdIssuedAt, expiresAt }) => (expiresAt ?? 0) - clientIdIssuedAt)),
  ).toEqual(new Set([86_400]));
});

it("with both off a client stays, and `clients count` counts it", async () => {
  const database = join(folder, "kept.sqlite");
  const server = await start("--database", database, "--unused-ttl", "off");
  await clientId(server);
  await clientId(server, { client_name: "Another" });
  const store = openSqliteStore(new Database(database));
  const clients = (await store.findClients({}, { limit: 200 })).clients;
  store.close();
  expect(clients.map(({ expiresAt }) => expiresAt)).toEqual([undefined, undefined]);
  expect(await count(database)).toMatchObject({ pending: 2, expired: 0, total: 2 });
});

it("with --audit writes every event to each target, and a file is its owner's alone", async () => {
  const file = join(folder, "audit.jsonl");
  for (const targets of [`stdout,file:${file}`, `file:${file}`]) {
    const server = await start("--audit", targets);
    await clientId(server);
    await register(server, { redirect_uris: ["http://evil.example/"] });
    expect(await servers.pop()?.end()).toBe(0);
    expect(auditLines(server.stdout())).toHaveLength(targets.startsWith("stdout") ? 2 : 0);
  }
  expect(auditLines(readFileSync(file, "utf8")).map(({ type }) => type)).toEqual([
    "client_registered",
    "registration_refused",
    "client_registered",
    "registration_refused",
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("begins a line of its own behind one that the process before it could not finish", async () => {
  const file = join(folder, "torn.jsonl");
  writeFileSync(file, '{"type":"client_regis');
  const server = await start("--audit", `file:${file}`);
  const id = await clientId(server);
  expect(await servers.pop()?.end()).toBe(0);
  const [torn, whole = "", ...others] = readFileSync(file, "utf8").split("\n");
  expect([torn, others]).toEqual(['{"type":"client_regis', [""]]);
  expect(JSON.parse(whole)).toMatchObject({ type: "client_registered", clientId: id });
});

it("writes an event once to the file that took it, while the output beside it takes none", async () => {
  const file = join(folder, "beside.jsonl");
  const server = await start("--audit", `stdout,file:${file}`);
  server.child.stdout?.destroy();
  const ids = [await clientId(server), await clientId(server, { client_name: "Another" })];
  // At the end they are tried once more.
  expect(await servers.pop()?.end()).toBe(0);
  expect(server.stderr()).toContain("2 audit events could not be delivered");
  expect(auditLines(readFileSync(file, "utf8")).map((event) => event.clientId)).toEqual(ids);
});

it("does not start without the audit file that it was told to write, and makes no database", async () => {
  const database = join(folder, "unmade.sqlite");
  const args = ["--port", "0", "--database", database, "--audit", `file:${join(folder, "no", "such")}`];
  const { code, stdout, stderr } = await runOauthDcr(["serve", ...args]);
  expect(stderr).toMatch(/^oauth-dcr: the audit file .*such could not be opened \(ENOENT\)\n$/);
  expect([code, stdout, existsSync(database)]).toEqual([1, "", false]);
});

it("takes the flags from the environment", async () => {
  const server = await startServer(["--database", "memory:"], {
    OAUTH_DCR_QUOTA: "1",
    OAUTH_DCR_UNUSED_TTL: "24h",
    OAUTH_DCR_IDLE_TTL: "90d",
    OAUTH_DCR_SECRET_TTL: "1h",
    OAUTH_DCR_IDEMPOTENT: "off",
    OAUTH_DCR_AUDIT: `file:${join(folder, "environment.jsonl")}`,
  });
  servers.push(server);
  const first = await register(server, { token_endpoint_auth_method: "client_secret_basic" });
  expect(((await first.json()) as Record<string, unknown>)["client_secret_expires_at"]).not.toBe(0);
  expect((await register(server)).status).toBe(429);
  expect(await servers.pop()?.end()).toBe(0);
  expect(auditLines(server.stdout())).toEqual([]);
  expect(auditLines(readFileSync(join(folder, "environment.jsonl"), "utf8"))).toHaveLength(2);
});

it.each([
  [["serve", "--quota", "0"], /--quota \(or OAUTH_DCR_QUOTA\) must be a whole number of at least 1, or off/],
  [
    ["serve", "--max-body", "off"],
    /--max-body \(or OAUTH_DCR_MAX_BODY\) must be a whole number from 1 to 1048576/,
  ],
  [["serve", "--max-body", "2000000"], /--max-body .* from 1 to 1048576/],
  [["serve", "--unused-ttl", "24"], /--unused-ttl \(or OAUTH_DCR_UNUSED_TTL\) must be a duration/],
  [["serve", "--idle-ttl", "0s"], /--idle-ttl \(or OAUTH_DCR_IDLE_TTL\) must be a duration/],
  [["serve", "--secret-ttl", "never"], /--secret-ttl \(or OAUTH_DCR_SECRET_TTL\) must be a duration/],
  [["serve", "--idempotent", "yes"], /--idempotent \(or OAUTH_DCR_IDEMPOTENT\) must be on or off/],
  [["serve", "--audit", "stdout,"], /--audit \(or OAUTH_DCR_AUDIT\) must be stdout, file:PATH/],
  [["serve", "--audit", "file:"], /--audit/],
  [["clients"], /Usage: oauth-dcr clients COMMAND/],
  [["clients", "count", "all"], /unexpected argument 'all'/],
  [["clients", "count", "--uses", "1"], /--uses/],
  [["clients", "count", "--database", "memory:"], /--database/],
  [["clients", "count", "--database", "misspelt.sqlite"], /there is no database .*misspelt\.sqlite/],
])("%j is called wrongly", async (args, sentence) => {
  const { code, stdout, stderr } = await runOauthDcr(args, {}, folder);
  expect(stderr).toMatch(sentence);
  expect([code, stdout]).toEqual([2, ""]);
  expect(existsSync(join(folder, "misspelt.sqlite"))).toBe(false);
});
