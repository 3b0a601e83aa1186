import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conformance } from "@oauth-dcr/conformance";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { statelessStore } from "@oauth-dcr/core/stateless";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { written } from "../adapters/support/child.js";

const EXAMPLE = join(import.meta.dirname, "../../examples/worker");

/** What `wrangler.json` says. */
const LIMIT = 20;

interface RunningExample {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** Registers a client of that name, from that address. */
  readonly register: (name: string, address: string) => Promise<Response>;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

const running = new Set<ChildProcess>();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oauth-dcr-example-"));
});
afterAll(async () => {
  for (const child of running) await ended(child);
  await rm(folder, { recursive: true });
});

/** With the first command of its README. */
async function start(
  data: string,
  variables: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<RunningExample> {
  const readme = await readFile(join(EXAMPLE, "README.md"), "utf8");
  const [, command = ""] = /```sh\n(.+)\n```/.exec(readme) ?? [];
  const [program = "", ...args] = command.split(" ");
  const overrides = Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}=${value}`]);
  const child = spawn(
    program,
    [...args, "--", "--port", "0", "--data", join(folder, data), ...overrides, ...flags],
    {
      cwd: EXAMPLE,
      env: { ...process.env, npm_config_update_notifier: "false" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  running.add(child);
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const origin = await written(child, child.stdout, /Serving (http:\S+)/);
  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(origin + path, init);
  return {
    fetch: ask,
    register: (name, address) =>
      ask("/register", {
        method: "POST",
        headers: { "content-type": "application/json", "cf-connecting-ip": address },
        body: JSON.stringify({
          client_name: name,
          redirect_uris: ["http://127.0.0.1:3118/callback"],
          token_endpoint_auth_method: "none",
        }),
      }),
    log: () => log,
    stop: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  // When everybody who writes to its output is gone.
  const closed = once(child, "close");
  child.kill("SIGTERM");
  await closed;
}

async function clientIdOf(response: Response): Promise<string> {
  expect(response.status).toBe(201);
  return ((await response.json()) as { client_id: string }).client_id;
}

describe("examples/worker", () => {
  it("tells where to register, and keeps its clients over a restart", async () => {
    const before = await start("restart");
    const discovered = await before.fetch("/.well-known/oauth-authorization-server");
    expect(await discovered.json()).toMatchObject({ registration_endpoint: "https://as.example/register" });
    const clientId = await clientIdOf(await before.register("one", "192.0.2.1"));
    expect(await clientIdOf(await before.register("one", "192.0.2.2"))).toBe(clientId);
    const other = await clientIdOf(await before.register("other", "192.0.2.1"));
    expect(other).not.toBe(clientId);
    await before.stop();

    const after = await start("restart");
    expect(await clientIdOf(await after.register("one", "192.0.2.1"))).toBe(clientId);
    expect(await clientIdOf(await after.register("other", "192.0.2.1"))).toBe(other);
    await after.stop();
  });

  it("passes the conformance checks, with another address for each request", async () => {
    const example = await start("conformance");
    let requests = 0;
    const report = await conformance("https://as.example", {
      fetch: (url, init) => {
        const headers = new Headers(init.headers);
        headers.set("cf-connecting-ip", `192.0.2.${(requests += 1)}`);
        return example.fetch(url.replace("https://as.example", ""), { ...init, headers });
      },
    });
    expect(report.results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(report.counts.passed).toBeGreaterThan(70);
    expect(report.stopped).toBeUndefined();
    await example.stop();
  });

  it("answers 429 to an address that registers too often, and no other", async () => {
    const example = await start("limited");
    // The minute may end once meanwhile, and the count with it.
    const statuses = new Set<number>();
    for (let request = 0; request <= 2 * LIMIT && !statuses.has(429); request += 1) {
      const response = await example.register("one", "192.0.2.1");
      statuses.add(response.status);
      if (response.status === 429) expect(response.headers.get("retry-after")).toBe("60");
      await response.arrayBuffer();
    }
    expect([...statuses]).toEqual([201, 429]);
    expect((await example.register("one", "192.0.2.2")).status).toBe(201);
    await example.stop();
  });

  it("answers 503 when as many clients are there as it takes, to exactly the others of many at once", async () => {
    const example = await start("full", { MOST_UNUSED_CLIENTS: "3" });
    const names = Array.from({ length: 20 }, (_, index) => `client ${index}`);
    const responses = await Promise.all(
      names.map(async (name, index) => example.register(name, `192.0.2.${index}`)),
    );
    const refused = responses.filter(({ status }) => status === 503);
    expect(responses.filter(({ status }) => status === 201).length).toBe(3);
    expect(refused.length).toBe(17);
    // Nobody knows when a client is used or ends.
    for (const response of refused) expect(response.headers.get("retry-after")).toBeNull();
    await example.stop();
  });

  it("without storage, a client of one instance is known to another that has its key", async () => {
    const key = randomBytes(32);
    const stateless = ["--main", "src/stateless.ts"];
    const variables = { CLIENT_ID_KEY: key.toString("base64") };
    const one = await start("stateless-one", variables, stateless);
    const [first, second] = await Promise.all(
      ["one", "two"].map(async (name) => clientIdOf(await one.register(name, "192.0.2.1"))),
    );
    await one.stop();
    expect(first).not.toBe(second);
    // The instance that looks it up is the authorization server's, here in this process.
    const issuer = "https://as.example";
    const elsewhere = (secret: Uint8Array) =>
      createClientRegistration({
        ...mcpPreset({ issuer }),
        access: openRegistration({ dangerouslyUnlimited: true }),
        store: statelessStore({ issuer, keys: [{ id: "1", secret }], ttlSeconds: 60 }),
        audit: () => undefined,
      });
    expect(await elsewhere(key).findClient(first ?? "")).toMatchObject({
      ok: true,
      value: { metadata: { client_name: "one", redirect_uris: ["http://127.0.0.1:3118/callback"] } },
    });
    expect(await elsewhere(randomBytes(32)).findClient(first ?? "")).toMatchObject({
      error: { kind: "unknown_client" },
    });
  });

  it("sweeps what has expired at its cron trigger, and the quota has room again", async () => {
    const example = await start("swept", { UNUSED_TTL_SECONDS: "1", MOST_UNUSED_CLIENTS: "1" });
    const clientId = await clientIdOf(await example.register("one", "192.0.2.1"));
    expect((await example.register("two", "192.0.2.1")).status).toBe(503);
    // Nothing has expired before its second is over.
    while (!example.log().includes("client_expired")) {
      expect(await (await example.fetch("/cdn-cgi/handler/scheduled")).text()).toBe("ok");
    }
    expect(example.log()).toMatch(new RegExp(`"type":"client_expired".*"clientId":"${clientId}"`));
    expect((await example.register("two", "192.0.2.1")).status).toBe(201);
    await example.stop();
  });
});
