import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  arrived,
  auditLines,
  runOauthDcr,
  startServer,
  type ServerProcess,
} from "../support/oauth-dcr-process.js";

let folder: string;
let database: string;
const servers: ServerProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oauth-dcr-"));
  database = join(folder, "clients.sqlite");
  const args = ["--preset", "token-gated", "--database", database, "--rate-limit", "off"];
  for (let i = 0; i < 2; i++) servers.push(await startServer(args));
});

afterAll(async () => {
  await Promise.all(servers.map(async (server) => server.end()));
  await rm(folder, { recursive: true });
});

const register = async (token?: string, server = servers[0]): Promise<Response> =>
  fetch(`${server?.origin ?? ""}/register`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({
      redirect_uris: ["http://127.0.0.1/callback"],
      token_endpoint_auth_method: "none",
      scope: "tools:read tools:execute",
    }),
  });

async function token(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runOauthDcr(["token", ...args, "--database", database]);
  // What was done is recorded there, and the token is no part of it.
  expect(auditLines(stderr)).toHaveLength(["issue", "revoke"].includes(args[0] ?? "") ? 1 : 0);
  expect(stderr).not.toContain(stdout.trim().slice(-43) || "-");
  expect(code).toBe(0);
  return stdout.trim();
}

it("--quota counts the clients of a token that nobody has used yet", async () => {
  const args = ["--preset", "token-gated", "--database", database, "--rate-limit", "off"];
  const limited = await startServer([...args, "--quota", "2", "--unused-ttl", "24h"]);
  servers.push(limited);
  const issued = await token("issue", "--uses", "10");
  expect((await register(issued, limited)).status).toBe(201);
  expect((await register(issued, limited)).status).toBe(201);
  const full = await register(issued, limited);
  expect(full.status).toBe(429);
  expect(full.headers.has("retry-after")).toBe(false);
  expect((await register(await token("issue"), limited)).status).toBe(201);
});

it("refuses without a token and accepts with one that `token issue` made, once", async () => {
  const refused = await register();
  expect(refused.status).toBe(401);
  expect(refused.headers.get("www-authenticate")).toBe('Bearer realm="client-registration"');

  const issued = await token("issue", "--scopes", "tools:read", "--label", "partner", "--owner", "payments");
  const accepted = await register(issued);
  expect(accepted.status).toBe(201);
  expect(await accepted.json()).toMatchObject({ scope: "tools:read" });
  expect((await register(issued)).status).toBe(401);
  expect(servers[0]?.stdout()).not.toContain(issued);
  await arrived(() => auditLines(servers[0]?.stdout() ?? "").length >= 4);
  expect(auditLines(servers[0]?.stdout() ?? "").map(({ type, reason }) => reason ?? type)).toEqual([
    "token_required",
    "client_registered",
    "initial_access_token_spent",
    "token_refused",
  ]);
});

it("lists, inspects and revokes", async () => {
  const issued = await token("issue", "--uses", "3", "--expires-in", "24h", "--label", "to revoke");
  const id = issued.slice("odcr_iat_".length, -44);
  const inspected = JSON.parse(await token("show", id)) as Record<string, unknown>;
  expect(inspected).toMatchObject({ id, usesLeft: 3, label: "to revoke", state: "good" });
  expect(inspected).not.toHaveProperty("tokenHash");
  expect((await register(issued)).status).toBe(201);
  expect(await token("revoke", id, "--yes")).toBe(`revoked ${id}`);
  expect((await register(issued)).status).toBe(401);
  const listed = (await token("list")).split("\n").map((line) => JSON.parse(line) as { id: string });
  expect(listed).toContainEqual(expect.objectContaining({ id, usesLeft: 2, state: "revoked" }));
});

it("takes a whole token for its identifier, which is what one has when it leaked, and repeats it nowhere", async () => {
  const issued = await token("issue");
  const secret = issued.slice(-43);
  expect(await token("revoke", issued, "--yes")).toBe(`revoked ${issued.slice("odcr_iat_".length, -44)}`);
  expect((await register(issued)).status).toBe(401);
  const unknown = `odcr_iat_${"a".repeat(26)}_${secret}`;
  const { code, stdout, stderr } = await runOauthDcr([
    "token",
    "revoke",
    unknown,
    "--yes",
    "--database",
    database,
  ]);
  expect(code).not.toBe(0);
  expect(stdout + stderr).not.toContain(secret);
});

it("makes one client of 200 requests at once to two processes with a token for one", async () => {
  const issued = await token("issue");
  const responses = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => register(issued, servers[i % 2])),
  );
  const statuses = responses.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201).length).toBe(1);
  expect(statuses.filter((status) => status === 401).length).toBe(199);
});

it.each([
  [["token"], "Usage: oauth-dcr token COMMAND"],
  [["token", "issue", "--uses", "0"], "--uses"],
  [["token", "issue", "--expires-in", "soon"], "--expires-in"],
  [["token", "issue", "--redirect-hosts", "https://app.example"], "redirectHosts"],
  [["token", "revoke", "a"], "this cannot be undone; add --yes"],
  [["token", "revoke"], "missing required argument 'ID'"],
  [["token", "constructor", "x"], "unknown command 'constructor'"],
  [["token", "list", "--database", "misspelt.sqlite"], "misspelt.sqlite"],
  [["token", "list", "--uses", "2"], "unknown option '--uses'"],
  [["token", "issue", "--database", "memory:"], "--database"],
])("%j is called wrongly", async (args, said) => {
  const { code, stdout, stderr } = await runOauthDcr(args, {}, folder);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(said);
});
