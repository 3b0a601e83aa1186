import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { arrived, runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { WEBHOOK_SECRET, webhookReceiver, type WebhookReceiver } from "../support/webhook-receiver.js";

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-webhooks-"));
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function newReceiver(): Promise<WebhookReceiver> {
  const receiver = await webhookReceiver();
  ends.push(() => receiver.close());
  return receiver;
}

async function start(urls: readonly string[], ...args: string[]): Promise<ServerProcess> {
  const flags = ["--webhook", urls.join(" "), "--webhook-private", "on", "--rate-limit", "off", ...args];
  const server = await startServer(flags, { OAUTH_DCR_WEBHOOK_SECRET: WEBHOOK_SECRET });
  ends.unshift(async () => (server.child.exitCode === null ? server.end() : undefined));
  return server;
}

async function register({ origin }: ServerProcess): Promise<string> {
  const response = await fetch(`${origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: crypto.randomUUID(),
      redirect_uris: [`http://127.0.0.1/${crypto.randomUUID()}`],
      token_endpoint_auth_method: "none",
    }),
  });
  return ((await response.json()) as { client_id: string }).client_id;
}

const told = ({ received }: WebhookReceiver) =>
  received.map(({ payload: { type, data } }) => [type, data.client_id]);

describe("oauth-dcr serve --webhook", () => {
  it("tells each URL of a registration, and of a quota that is full, from memory", async () => {
    const [one, other] = [await newReceiver(), await newReceiver()];
    const server = await start([one.url, other.url], "--database", "memory:", "--quota", "1");
    const client = await register(server);
    await register(server);
    for (const receiver of [one, other]) {
      await receiver.until((received) => received.length === 2);
      expect(told(receiver).sort()).toEqual([
        ["client.registered", client],
        ["quota.reached", undefined],
      ]);
    }
    expect(server.stderr()).toContain("webhooks wait in memory");
    expect(server.stdout()).toMatch(/ {2}webhook {3}127\.0\.0\.1_\d+-[0-9a-f]{12}\n/);
    expect(server.stdout() + server.stderr()).not.toContain("a-secret-of-the-url");
    expect(server.stdout() + server.stderr()).not.toContain(WEBHOOK_SECRET);
  });

  it("tells what an operator's command does while the server runs, in order", async () => {
    const database = ["--database", join(folder, "commands.sqlite"), "--audit", "database"];
    const receiver = await newReceiver();
    const server = await start([receiver.url], ...database);
    const client = await register(server);
    expect((await runOauthDcr(["clients", "disable", client, ...database])).code).toBe(0);
    await receiver.until((received) => received.length === 2);
    expect(told(receiver)).toEqual([
      ["client.registered", client],
      ["client.disabled", client],
    ]);
    expect(receiver.received[0]?.id).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(server.stderr()).not.toContain("webhooks");
  });

  it("keeps what the receiver does not take for the next process, and ends at once", async () => {
    const database = ["--database", join(folder, "restart.sqlite"), "--audit", "database"];
    const receiver = await newReceiver();
    receiver.status = 503;
    const first = await start([receiver.url], ...database);
    const client = await register(first);
    await receiver.until(() => receiver.answered === 1);
    await arrived(() => first.stderr().includes("webhooks of"));
    expect(await first.end()).toBe(0);
    expect(first.stderr()).toMatch(/webhooks of \S+: 1 attempts failed \(the last: status 503\)/);
    receiver.status = 200;
    await start([receiver.url], ...database);
    await receiver.until((received) => received.length === 1);
    expect(told(receiver)).toEqual([["client.registered", client]]);
  });

  it("sends only the events that are wanted", async () => {
    const receiver = await newReceiver();
    const server = await start(
      [receiver.url],
      "--database",
      "memory:",
      "--quota",
      "1",
      "--webhook-events",
      "quota.reached",
    );
    await register(server);
    await register(server);
    await receiver.until((received) => received.length > 0);
    expect(told(receiver)).toEqual([["quota.reached", undefined]]);
  });

  it("tells at its end how many webhooks in memory are lost", async () => {
    const receiver = await newReceiver();
    receiver.status = 500;
    const server = await start([receiver.url], "--database", "memory:");
    await register(server);
    expect(await server.end()).toBe(0);
    expect(server.stderr()).toMatch(/1 webhooks of \S+ could not be delivered before the end/);
  });

  const good = { OAUTH_DCR_WEBHOOK_SECRET: WEBHOOK_SECRET };
  it.each([
    ["no secret", ["--webhook", "https://a.example"], {}, "--webhook needs OAUTH_DCR_WEBHOOK_SECRET"],
    [
      "a short secret",
      ["--webhook", "https://a.example"],
      { OAUTH_DCR_WEBHOOK_SECRET: "whsec_c2VjcmV0" },
      "OAUTH_DCR_WEBHOOK_SECRET must be",
    ],
    ["http", ["--webhook", "http://a.example"], good, "must be https URLs of public hosts"],
    ["a private address", ["--webhook", "https://10.0.0.1/"], good, "see --webhook-private"],
    ["no URL", ["--webhook", "a", "--webhook-private", "on"], good, "must be http or https URLs"],
    [
      "an unknown event",
      ["--webhook", "https://a.example", "--webhook-events", "all client.held"],
      good,
      "must be all",
    ],
    ["a misspelt event", ["--webhook-events", "client.hold"], good, "--webhook-events"],
    ["a misspelt switch", ["--webhook-private", "yes"], good, "must be on or off"],
  ])("refuses %s", async (_what, args, env, message) => {
    const { code, stderr } = await runOauthDcr(["serve", "--database", "memory:", ...args], env);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("c2VjcmV0");
  });
});

describe("oauth-dcr webhooks", () => {
  it("lists what was given up, and lets the running server deliver it", async () => {
    const file = join(folder, "dead.sqlite");
    const database = ["--database", file];
    const receiver = await newReceiver();
    receiver.status = 400;
    const server = await start([receiver.url], ...database, "--audit", "database");
    const client = await register(server);
    const connection = new Database(file);
    ends.push(() => connection.close());
    const waiting = (): unknown[] => connection.prepare("SELECT id FROM webhook_message").all();
    while (waiting().length === 0) await new Promise((resolve) => setImmediate(resolve));
    // As if it had been tried for a day.
    connection.exec("UPDATE webhook_message SET attempts = 12, dead_at = 1790000000");

    const listed = await runOauthDcr(["webhooks", "list-dead", ...database]);
    expect(listed.code).toBe(0);
    const [line = "", next = ""] = listed.stdout.trim().split("\n");
    const dead = JSON.parse(line) as { id: string; endpoint: string };
    expect(dead).toMatchObject({
      attempts: 12,
      deadAt: "2026-09-21T14:13:20.000Z",
      problem: "status 400",
      payload: { type: "client.registered", data: { client_id: client } },
    });
    const page = (JSON.parse(next) as { next: string }).next;
    expect(page).toBe(`${dead.endpoint}:1`);
    expect((await runOauthDcr(["webhooks", "list-dead", "--after", page, ...database])).stdout.trim()).toBe(
      "",
    );

    receiver.status = 200;
    expect((await runOauthDcr(["webhooks", "redeliver", "msg_unknown", ...database])).code).toBe(1);
    expect((await runOauthDcr(["webhooks", "redeliver", dead.id, ...database])).stdout.trim()).toBe(
      '{"redelivered":1}',
    );
    await receiver.until((received) => received.length === 1);
    expect(receiver.received[0]?.id).toBe(dead.id);
    const { stdout } = await runOauthDcr(["webhooks", "redeliver", "all", ...database]);
    expect(stdout.trim()).toBe('{"redelivered":0}');
  });

  it.each([
    [["webhooks"], "Usage: oauth-dcr webhooks COMMAND"],
    [["webhooks", "redeliver"], "missing required argument 'ID'"],
    [["webhooks", "list-dead", "--after", "x"], "--after must be"],
    [["webhooks", "list-dead", "--database", "/nowhere/a.sqlite"], "there is no database"],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await runOauthDcr(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
