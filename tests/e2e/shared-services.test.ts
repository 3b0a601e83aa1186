import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, afterEach, expect, it } from "vitest";
import { describeUnless, missing } from "../support/services.js";
import { runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";

const SCHEMA = `e2e_${crypto.randomUUID().replaceAll("-", "")}`;
const POSTGRES = `postgres://postgres@127.0.0.1:5432/test?schema=${SCHEMA}`;
const REDIS = "redis://127.0.0.1:6379/9";

const servers: ServerProcess[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.end();
});

async function start(...args: string[]): Promise<ServerProcess> {
  const server = await startServer(args);
  servers.push(server);
  return server;
}

const NATIVE = { redirect_uris: ["http://127.0.0.1:3118/callback"], token_endpoint_auth_method: "none" };

function register({ origin }: ServerProcess, name: string): Promise<Response> {
  return fetch(`${origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...NATIVE, client_name: name }),
  });
}

async function counts(): Promise<unknown> {
  const { stdout } = await runOauthDcr(["clients", "count", "--database", POSTGRES]);
  return JSON.parse(stdout);
}

describeUnless(await missing("postgresql"), "oauth-dcr serve --database postgres://…", () => {
  const pool = new pg.Pool({ host: "127.0.0.1", user: "postgres", database: "test" });
  afterEach(() => pool.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`));
  afterAll(() => pool.end());

  it("two servers share clients and quotas, and a race for one body leaves one row", async () => {
    const args = ["--database", POSTGRES, "--quota", "5", "--unused-ttl", "1h", "--rate-limit", "off"];
    const [one, other] = [await start(...args), await start(...args)];
    const same = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => register(index % 2 ? one : other, "Same")),
    );
    const ids = await Promise.all(same.map(async (answer) => (await answer.json()) as { client_id: string }));
    expect(new Set(ids.map(({ client_id }) => client_id)).size).toBe(1);
    expect(await counts()).toMatchObject({ pending: 1, total: 1 });

    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => register(index % 2 ? one : other, `Client ${index}`)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
    expect(refused).toHaveLength(36);
    expect(refused.some(({ headers }) => headers.has("retry-after"))).toBe(false);
    expect(await counts()).toMatchObject({ pending: 5, total: 5 });
  });

  it("goes on after its connections were ended, and says nothing of where it is kept", async () => {
    const server = await start("--database", POSTGRES);
    expect((await register(server, "Before")).status).toBe(201);
    await pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE $1 AND pid <> pg_backend_pid()",
      [`%${SCHEMA}%`],
    );
    expect((await register(server, "After")).status).toBe(201);
    expect(await counts()).toMatchObject({ pending: 2 });
  });

  it("exits 1 where nobody listens, and does not print the password", async () => {
    const { code, stdout, stderr } = await runOauthDcr([
      "serve",
      "--database",
      "postgres://somebody:hunter2@127.0.0.1:1/test",
    ]);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/ECONNREFUSED/);
    expect(stdout + stderr).not.toMatch(/hunter2/);
  });
});

describeUnless(await missing("redis"), "oauth-dcr serve --redis", () => {
  const redis = new Redis(REDIS);
  afterAll(async () => {
    await redis.flushdb();
    await redis.quit();
  });

  it("two servers of an issuer share one limit", async () => {
    await redis.flushdb();
    const issuer = ["--issuer", "https://as.example"];
    const args = ["--database", "memory:", "--redis", REDIS, "--rate-limit", "10/3600", ...issuer];
    const [one, other] = [await start(...args), await start(...args)];
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => register(index % 2 ? one : other, "Same")),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  it("two servers of an issuer share one global limit, beside that of each address", async () => {
    await redis.flushdb();
    const limits = ["--rate-limit", "20/3600", "--global-rate-limit", "10/3600"];
    const args = ["--database", "memory:", "--redis", REDIS, "--issuer", "https://as.example", ...limits];
    const [one, other] = [await start(...args), await start(...args)];
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => register(index % 2 ? one : other, "Same")),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
    expect((await redis.keys("oauth-dcr:https://as.example:*")).sort()).toEqual([
      "oauth-dcr:https://as.example:address:127.0.0.1",
      "oauth-dcr:https://as.example:global:all",
    ]);
  });

  it("exits 1 where nobody listens", async () => {
    const { code, stderr } = await runOauthDcr([
      "serve",
      "--database",
      "memory:",
      "--redis",
      "redis://:hunter2@127.0.0.1:1",
    ]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/--redis .* cannot be reached/)]);
    expect(stderr).not.toMatch(/hunter2/);
  });
});
