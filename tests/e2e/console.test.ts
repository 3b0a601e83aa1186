import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrived, runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";

const LINK = /console +(http:\/\/127\.0\.0\.1:\d+)(\/sign-in\?token=[\w-]+)/g;

interface Answer {
  readonly status: number | undefined;
  readonly cookie: string | undefined;
  readonly text: string;
}

/** By node:http, which sends any Host. */
async function ask(
  url: string,
  headers: Record<string, string> = {},
  form?: Record<string, string>,
): Promise<Answer> {
  const body = form && new URLSearchParams(form).toString();
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: form ? "POST" : "GET",
        headers: {
          ...(body !== undefined && {
            "content-type": "application/x-www-form-urlencoded",
            "content-length": String(Buffer.byteLength(body)),
            origin: new URL(url).origin,
          }),
          ...headers,
        },
      },
      (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            cookie: response.headers["set-cookie"]?.[0]?.split(";")[0],
            text,
          }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("oauth-dcr serve --console", () => {
  let folder: string;
  let server: ServerProcess;
  const links = () =>
    [...server.stdout().matchAll(LINK)].map(([, origin = "", path = ""]) => ({ origin, path }));
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "oauth-dcr-console-"));
    const files = ["--database", join(folder, "clients.sqlite"), "--audit", "database"];
    server = await startServer(["--hold", "on", "--console", "--console-port", "0", ...files]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("prints a link that signs in once, with which an operator approves what was registered", async () => {
    await arrived(() => links().length === 1);
    const [{ origin, path } = { origin: "", path: "" }] = links();
    const registered = await fetch(`${server.origin}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_name: "Held <b>one</b>", redirect_uris: ["https://app.example/cb"] }),
    });
    const { client_id: id } = (await registered.json()) as { client_id: string };
    const token = new URLSearchParams(path.split("?")[1]).get("token") ?? "";
    expect((await ask(origin + path)).status).toBe(200);
    const { status, cookie = "" } = await ask(`${origin}/sign-in`, {}, { token, name: "Operator One" });
    expect(status).toBe(303);
    expect((await ask(`${origin}/sign-in`, {}, { token, name: "Operator One" })).status).toBe(403);
    await arrived(() => server.stdout().includes("console: Operator One signed in\n"));

    const page = await ask(`${origin}/approvals`, { cookie });
    expect(page.text).toContain("Held &lt;b&gt;one&lt;/b&gt;");
    const form_token = /name="form_token" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    const form = { form_token, id, verb: "approve", reason: "ours" };
    expect((await ask(`${origin}/client/status`, { cookie }, form)).status).toBe(303);
    const history = await ask(`${origin}/client?id=${id}`, { cookie });
    expect(history.text).toContain("client approved");
    expect(history.text).toContain("Operator One");
    expect((await ask(`${origin}/`, { cookie, host: "evil.example" })).status).toBe(421);
  });

  it("prints another link at SIGUSR2", async () => {
    server.child.kill("SIGUSR2");
    await arrived(() => links().length === 2);
    const [, { origin, path } = { origin: "", path: "" }] = links();
    expect((await ask(origin + path)).status).toBe(200);
  });

  it("listens on no other address, and offers nothing at the registration's", async () => {
    const [{ path } = { path: "" }] = links();
    expect((await ask(server.origin + path)).status).toBe(404);
    expect((await ask(`${server.origin}/clients`)).status).toBe(404);
  });

  it("stops with the server", async () => {
    const [{ origin } = { origin: "" }] = links();
    expect(await server.end()).toBe(0);
    await expect(ask(origin)).rejects.toThrow("ECONNREFUSED");
  });
});

it("believes no header of a proxy without a secret", async () => {
  const behind = ["serve", "--console", "--console-user-header", "x-forwarded-user"];
  for (const [args, env, says] of [
    [behind, {}, "OAUTH_DCR_CONSOLE_PROXY_SECRET"],
    [behind, { OAUTH_DCR_CONSOLE_PROXY_SECRET: "short" }, "OAUTH_DCR_CONSOLE_PROXY_SECRET"],
    [["serve", "--console-user-header", "x"], {}, "needs --console on"],
    [["serve", "--console-origin", "https://console.example"], {}, "needs --console on"],
    [["serve", "--console", "--console-origin", "http://console.example"], {}, "--console-origin"],
    [["serve", "--console", "maybe"], {}, "must be on or off"],
  ] as const) {
    const { code, stderr } = await runOauthDcr([...args, "--database", "memory:"], { ...env });
    expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(says)]);
  }
});

it("lets a proxy that shows the secret name the operator", async () => {
  const secret = "s".repeat(40);
  const server = await startServer(
    ["--console", "--console-port", "0", "--console-user-header", "x-user", "--database", "memory:"],
    { OAUTH_DCR_CONSOLE_PROXY_SECRET: secret },
  );
  try {
    const origin = /console +(http:\S+)/.exec(server.stdout())?.[1] ?? "";
    expect(new URL(origin).pathname).toBe("/");
    expect((await ask(origin, { "x-user": "alice" })).status).toBe(403);
    const page = await ask(origin, { "x-user": "alice", "x-console-proxy-secret": secret });
    expect([page.status, page.text.includes("alice")]).toEqual([200, true]);
    expect(server.stdout()).not.toContain(secret);
  } finally {
    await server.end();
  }
});
