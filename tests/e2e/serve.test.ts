import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  arrived,
  auditLines,
  runOauthDcr,
  startServer,
  type ServerProcess,
} from "../support/oauth-dcr-process.js";

const NATIVE = { redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: "none" };

async function register(origin: string, body: unknown = NATIVE, headers: Record<string, string> = {}) {
  const response = await fetch(`${origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { response, body: (await response.json()) as Record<string, unknown> };
}

describe("oauth-dcr serve", () => {
  let directory: string;
  let server: ServerProcess;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "oauth-dcr-serve-"));
    server = await startServer([], {}, directory);
  });
  afterAll(async () => {
    await server.end();
    rmSync(directory, { recursive: true });
  });

  it("prints a curl line that registers a client when pasted", () => {
    const line = /try +(curl .*)/.exec(server.stdout())?.[1] ?? "";
    const answer = execFileSync("sh", ["-c", line], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(answer).toContain('"client_id":"');
  });

  it("says where the data is, and puts it in the working directory by default", async () => {
    expect(server.stdout()).toContain("oauth-dcr.sqlite");
    const { body } = await register(server.origin);
    const again = await startServer(["--database", join(directory, "oauth-dcr.sqlite")]);
    expect(body["scope"]).toBe("tools:read tools:execute");
    expect(await again.end()).toBe(0);
  });

  it("serves the discovery document of the address it listens on", async () => {
    const metadata = (await (
      await fetch(`${server.origin}/.well-known/oauth-authorization-server`)
    ).json()) as object;
    expect(metadata).toMatchObject({
      issuer: server.origin,
      registration_endpoint: `${server.origin}/register`,
      scopes_supported: ["tools:read", "tools:execute"],
      token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "client_secret_post"],
      code_challenge_methods_supported: ["S256"],
    });
  });

  it("is healthy while its store answers", async () => {
    const response = await fetch(`${server.origin}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  });

  it("writes one audit event a request as a JSON line", async () => {
    const before = auditLines(server.stdout()).length;
    const mine = { ...NATIVE, client_name: "Audited" };
    const { body } = await register(server.origin, mine, { "x-forwarded-for": "203.0.113.9" });
    await register(server.origin, { redirect_uris: ["http://evil.example/"] });
    await fetch(`${server.origin}/register`);
    await arrived(() => auditLines(server.stdout()).length >= before + 3);
    expect(auditLines(server.stdout()).slice(before)).toMatchObject([
      { type: "client_registered", clientId: body["client_id"], clientAddress: "127.0.0.1" },
      { type: "registration_refused", reason: "refused_metadata" },
      { type: "registration_refused", reason: "method_not_allowed" },
    ]);
  });
});

describe("oauth-dcr serve, its settings", () => {
  it("takes every setting from the environment, and the flag over it", async () => {
    const environment = {
      OAUTH_DCR_ISSUER: "https://as.example/tenant",
      OAUTH_DCR_DATABASE: "memory:",
      OAUTH_DCR_PRESET: "web-confidential",
      OAUTH_DCR_SCOPES: "a b",
      OAUTH_DCR_RATE_LIMIT: "2/3600",
      OAUTH_DCR_AUTHORIZATION_ENDPOINT: "https://as.example/authorize",
      OAUTH_DCR_TOKEN_ENDPOINT: "https://as.example/token",
    };
    const server = await startServer(["--scopes", "c"], environment);
    const document = await fetch(`${server.origin}/.well-known/oauth-authorization-server/tenant`);
    expect(await document.json()).toMatchObject({
      issuer: "https://as.example/tenant",
      registration_endpoint: "https://as.example/tenant/register",
      authorization_endpoint: "https://as.example/authorize",
      token_endpoint: "https://as.example/token",
      scopes_supported: ["c"],
    });
    expect(server.stdout()).toContain("in memory");

    const web = { redirect_uris: ["https://app.example/callback"] };
    const first = await register(server.origin, web);
    expect(first.response.status).toBe(201);
    expect(first.body).toMatchObject({ client_secret_expires_at: 0, scope: "c" });
    expect((await register(server.origin)).body["error"]).toBe("invalid_redirect_uri");
    const limited = await register(server.origin, web);
    expect(limited.response.status).toBe(429);
    expect(Number(limited.response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await server.end()).toBe(0);
  });

  it("with --preset open-native registers clients of mail, contacts and calendars alone", async () => {
    const server = await startServer(["--database", "memory:", "--preset", "open-native"]);
    const mail = { redirect_uris: ["com.example.mail:/cb"], software_version: "1" };
    const first = await register(server.origin, mail);
    expect(first.response.status).toBe(201);
    expect(first.body).toMatchObject({
      token_endpoint_auth_method: "none",
      scope: expect.stringContaining("urn:ietf:params:oauth:scope:mail") as string,
    });
    const next = await register(server.origin, { ...mail, software_version: "2" });
    expect(next.body["client_id"]).toBe(first.body["client_id"]);
    const web = await register(server.origin, { redirect_uris: ["https://app.example/callback"] });
    expect(web.body["error"]).toBe("invalid_redirect_uri");
    expect(await server.end()).toBe(0);
  });

  it("with --token-endpoint-auth-methods registers clients with certificates and keys, and publishes it", async () => {
    const server = await startServer([
      ...["--database", "memory:", "--preset", "web-confidential"],
      ...["--token-endpoint-auth-methods", "client_secret_basic tls_client_auth private_key_jwt"],
    ]);
    const document = await fetch(`${server.origin}/.well-known/oauth-authorization-server`);
    expect(await document.json()).toMatchObject({
      token_endpoint_auth_methods_supported: ["client_secret_basic", "tls_client_auth", "private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining([
        "ES256",
        "PS256",
      ]) as string[],
    });
    const web = { redirect_uris: ["https://app.example/callback"] };
    const tls = { ...web, token_endpoint_auth_method: "tls_client_auth" };
    const certified = await register(server.origin, { ...tls, tls_client_auth_san_dns: "app.example" });
    expect(certified.body).toMatchObject({ token_endpoint_auth_method: "tls_client_auth" });
    expect(certified.body).not.toHaveProperty("client_secret");
    expect((await register(server.origin, tls)).body["error"]).toBe("invalid_client_metadata");
    const keys = {
      ...web,
      token_endpoint_auth_method: "private_key_jwt",
      jwks_uri: "https://app.example/jwks",
    };
    expect((await register(server.origin, keys)).response.status).toBe(201);
    const post = { ...web, token_endpoint_auth_method: "client_secret_post" };
    expect((await register(server.origin, post)).response.status).toBe(400);
    expect(await server.end()).toBe(0);
  });

  it("warns when the rate limit is off", async () => {
    const server = await startServer(["--database", "memory:", "--rate-limit", "off"]);
    const statuses = await Promise.all(
      Array.from({ length: 150 }, async () => (await register(server.origin)).response.status),
    );
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(server.stderr()).toContain("the rate limit is off");
    await server.end();
  });

  it("limits by the address that its own proxy saw, once told of the proxy", async () => {
    const server = await startServer([
      "--database",
      "memory:",
      "--rate-limit",
      "1/3600",
      "--trusted-proxies",
      "1",
    ]);
    const from = async (forwarded: string) =>
      (await register(server.origin, NATIVE, { "x-forwarded-for": forwarded })).response.status;
    expect([await from("203.0.113.1"), await from("203.0.113.2")]).toEqual([201, 201]);
    expect([await from("198.51.100.7, 203.0.113.1"), await from("198.51.100.8, 203.0.113.2")]).toEqual([
      429, 429,
    ]);
    await server.end();
  });

  it.each([
    ["--rate-limit", "1/3600"],
    ["--quota", "1"],
  ])("with --ipv6-prefix takes a network of that size for one caller of %s %s", async (...limit) => {
    const args = ["--database", "memory:", "--trusted-proxies", "1", "--idempotent", "off", ...limit];
    const [usual, wide] = [await startServer(args), await startServer([...args, "--ipv6-prefix", "48"])];
    const from = async ({ origin }: ServerProcess, forwarded: string) =>
      (await register(origin, NATIVE, { "x-forwarded-for": forwarded })).response.status;
    const [first, second, other] = ["2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:2:1::1"] as const;
    expect([await from(usual, first), await from(usual, second)]).toEqual([201, 201]);
    expect([await from(wide, first), await from(wide, second), await from(wide, other)]).toEqual([
      201, 429, 201,
    ]);
    await Promise.all([usual.end(), wide.end()]);
  });

  it("with --global-rate-limit limits all addresses together", async () => {
    const server = await startServer([
      ...["--database", "memory:", "--trusted-proxies", "1"],
      ...["--rate-limit", "1/3600", "--global-rate-limit", "2/3600"],
    ]);
    expect(server.stdout()).toContain("--global-rate-limit 2/3600");
    const from = async (forwarded: string) =>
      (await register(server.origin, NATIVE, { "x-forwarded-for": forwarded })).response.status;
    // A caller over a limit of their own takes nothing from the limit of all.
    expect([await from("203.0.113.1"), await from("203.0.113.1")]).toEqual([201, 429]);
    expect([await from("203.0.113.2"), await from("203.0.113.3")]).toEqual([201, 429]);
    await server.end();
  });

  it.each([
    [["--port", "70000"], {}, /--port \(or PORT\) must be a whole number from 0 to 65535/],
    [["--port", "http"], {}, /--port/],
    [[], { PORT: "-1" }, /--port \(or PORT\)/],
    [["--host", "0.0.0.0"], {}, /--issuer \(or OAUTH_DCR_ISSUER\) is required/],
    [["--issuer", "http://as.example"], {}, /--issuer .* must be a plain https URL/],
    [["--issuer", "https://as.example/?a=b"], {}, /--issuer/],
    [["--issuer", "javascript:alert(1)"], {}, /--issuer/],
    [
      ["--database", "mysql://127.0.0.1/test"],
      {},
      /--database .* SQLite file, a postgres:.* URL, or memory:/,
    ],
    [["--database", ""], {}, /--database .* memory:/],
    [["--database", ":memory:"], {}, /--database .* memory:/],
    [["--issuer", "https://user@as.example"], {}, /--issuer .* plain https URL/],
    [["--issuer", "https://as.example/a/../b"], {}, /--issuer/],
    [["--authorization-endpoint", "https://x@as.example/a"], {}, /--authorization-endpoint/],
    [["--preset", "open"], {}, /--preset .* mcp, web-confidential, token-gated or open-native/],
    [["--scopes", 'a"b'], {}, /--scopes/],
    [
      ["--token-endpoint-auth-methods", "none tls_client"],
      {},
      /--token-endpoint-auth-methods \(or \w+\) must be some of none, client_secret_basic, .*tls_client_auth/,
    ],
    [["--token-endpoint-auth-methods", ""], {}, /--token-endpoint-auth-methods .* must be some of/],
    [
      ["--token-endpoint-auth-methods", "none", "--preset", "web-confidential"],
      {},
      /--token-endpoint-auth-methods .* must not have none/,
    ],
    [
      ["--token-endpoint-auth-methods", "none", "--preset", "open-native"],
      {},
      /--token-endpoint-auth-methods .* has no use with --preset open-native/,
    ],
    [["--rate-limit", "10"], {}, /--rate-limit .* N\/SECONDS/],
    [["--rate-limit", "0/60"], {}, /--rate-limit/],
    [
      ["--redis", "redis://127.0.0.1:1", "--rate-limit", "off"],
      {},
      /--redis \(or OAUTH_DCR_REDIS\) .* --rate-limit off/,
    ],
    [[], { OAUTH_DCR_RATE_LIMIT: "many" }, /OAUTH_DCR_RATE_LIMIT/],
    [
      ["--global-rate-limit", "10"],
      {},
      /--global-rate-limit \(or OAUTH_DCR_GLOBAL_RATE_LIMIT\) .* N\/SECONDS/,
    ],
    [["--global-rate-limit", "9/9", "--rate-limit", "off"], {}, /--global-rate-limit .* needs --rate-limit/],
    [["--ipv6-prefix", "8"], {}, /--ipv6-prefix \(or OAUTH_DCR_IPV6_PREFIX\) .* from 16 to 128/],
    [["--ipv6-prefix", "129"], {}, /--ipv6-prefix/],
    ...["0", "off", "1e3"].map((text): [string[], Record<string, string>, RegExp] => [
      ["--max-connections", text],
      {},
      /--max-connections \(or OAUTH_DCR_MAX_CONNECTIONS\) must be a whole number from 1 to 999999999\n/,
    ]),
    [
      ["--max-connections-per-address", "1001"],
      {},
      /--max-connections-per-address \(or \w+\) must be at most --max-connections, which is 1000/,
    ],
    [
      ["--max-connections-per-address", "9"],
      { OAUTH_DCR_MAX_CONNECTIONS: "8" },
      /--max-connections-per-address .* must be at most --max-connections, which is 8/,
    ],
    [["--max-connections-per-address", "0"], {}, /--max-connections-per-address .* at least 1, or off/],
    [["--trusted-proxies", "1.5"], {}, /--trusted-proxies/],
    [["--token-endpoint", "nowhere"], {}, /--token-endpoint/],
    [["--colour", "blue"], {}, /--colour/],
    [["stray"], {}, /unexpected argument 'stray'/],
  ])("refuses %j %j with exit code 2 and a sentence that names the setting", async (args, env, sentence) => {
    const { code, stderr } = await runOauthDcr(["serve", ...args], env);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });

  it("does not know every command", async () => {
    expect(await runOauthDcr(["bogus"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("unknown command 'bogus'") as string,
    });
  });

  it("explains its commands", async () => {
    expect(await runOauthDcr(["serve", "--help"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("--rate-limit") as string,
    });
    expect(await runOauthDcr([])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Usage:") as string,
    });
  });
});

describe("oauth-dcr serve, starting and stopping", () => {
  it("says which port is taken", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as { port: number };
    const { code, stderr } = await runOauthDcr(["serve", "--database", "memory:", "--port", String(port)]);
    expect(stderr).toContain(`port ${port} is in use`);
    expect(code).toBe(1);
    holder.close();
  });

  it("says what is wrong with a database, and leaves the file as it is", async () => {
    const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-bad-"));
    const file = join(directory, "clients.sqlite");
    writeFileSync(
      file,
      "this is not a database, and it is long enough to be read as the header of one".repeat(9),
    );
    const { code, stderr } = await runOauthDcr(["serve", "--port", "0", "--database", file]);
    expect(stderr).toMatch(/oauth-dcr: .*database/i);
    expect(code).toBe(1);
    const missing = await runOauthDcr([
      "serve",
      "--port",
      "0",
      "--database",
      join(directory, "no", "such", "folder"),
    ]);
    expect(missing.stderr).toMatch(/oauth-dcr: .*folder could not be opened.*directory exists/);
    expect(missing.stderr).not.toMatch(/\n\s+at /);
    expect(missing.code).toBe(1);
    rmSync(directory, { recursive: true });
  });

  it.each(["SIGTERM", "SIGINT"] as const)("answers what it has begun and exits 0 on %s", async (signal) => {
    const server = await startServer(["--database", "memory:"]);
    const { hostname, port } = new URL(server.origin);

    // A request whose body is still under way, and an idle connection, when the signal comes.
    const idle = connect(Number(port), hostname);
    await once(idle, "connect");
    const body = JSON.stringify(NATIVE);
    const begun = request(`${server.origin}/register`, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": body.length },
    });
    begun.write(body.slice(0, 10));
    await new Promise((resolve) => begun.once("socket", (socket) => socket.once("connect", resolve)));
    // The server has the head of that request once a later request on another connection was answered.
    await fetch(`${server.origin}/healthz`);

    const ended = server.end(signal);
    begun.end(body.slice(10));
    const [response] = (await once(begun, "response")) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(201);
    expect(await ended).toBe(0);
    idle.destroy();
  });

  it("finishes every request of a pipelined connection on SIGTERM", async () => {
    const server = await startServer(["--database", "memory:"]);
    const { hostname, port } = new URL(server.origin);
    const body = JSON.stringify(NATIVE);
    const socket = connect(Number(port), hostname);
    let answers = "";
    socket.on("data", (chunk: Buffer) => (answers += chunk.toString()));
    const head = `POST /register HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    socket.write(`GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n${head}${body.slice(0, -5)}`);
    await arrived(() => answers.includes('"ok"'));
    await fetch(`${server.origin}/healthz`);
    const ended = server.end();
    socket.write(body.slice(-5));
    await once(socket, "close");
    expect(answers).toMatch(/HTTP\/1\.1 201 /);
    expect(await ended).toBe(0);
  });

  it("goes on when whoever read its output has gone", async () => {
    const server = await startServer(["--database", "memory:"]);
    server.child.stdout?.destroy();
    for (let i = 0; i < 3; i++) expect((await register(server.origin)).response.status).toBe(201);
    expect(server.stderr()).toContain("EPIPE");
    expect(await server.end()).toBe(0);
  });

  it("counts nobody's requests against nobody: a connection that was reset is not served", async () => {
    const server = await startServer(["--database", "memory:", "--rate-limit", "1/3600"]);
    const { hostname, port } = new URL(server.origin);
    await register(server.origin);
    const body = JSON.stringify(NATIVE);
    for (let i = 0; i < 100; i++) {
      const socket = connect(Number(port), hostname);
      await once(socket, "connect");
      const head = `POST /register HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
      socket.write(head + body, () => socket.resetAndDestroy());
      await once(socket, "close");
    }
    await fetch(`${server.origin}/healthz`);
    expect(await server.end()).toBe(0);
    const events = auditLines(server.stdout());
    expect(events.filter(({ type }) => type === "client_registered")).toHaveLength(1);
    expect(events.filter(({ clientAddress }) => clientAddress === undefined)).toEqual([]);
  });

  it("is what npm start runs: a signal to npm ends it, and it exits 0", async () => {
    const npm = spawn("npm", ["start", "--", "--port", "0", "--database", "memory:"], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    npm.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    await arrived(() => /try +curl/.test(output) || npm.exitCode !== null);
    const origin = /listens on (\S+)/.exec(output)?.[1] ?? "";
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    npm.kill("SIGTERM");
    const [code] = (await once(npm, "close")) as [number | null];
    expect(code).toBe(0);
    await expect(fetch(`${origin}/healthz`)).rejects.toThrow();
  });
});
