import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { describeUnless, missing } from "../support/services.js";
import { WEBHOOK_SECRET, webhookReceiver } from "../support/webhook-receiver.js";
import { keepRegistering } from "./support/registrations.js";

const KILLS = 3;
const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-killed-webhooks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pool = new pg.Pool({ host: "127.0.0.1", user: "postgres", database: "test" });
const schemas: string[] = [];
afterAll(async () => {
  for (const schema of schemas) await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await pool.end();
});
function postgresUrl(): string {
  const schema = `webhooks_${crypto.randomUUID().replaceAll("-", "")}`;
  schemas.push(schema);
  return `postgres://postgres@127.0.0.1:5432/test?schema=${schema}`;
}

function start(database: string, url: string): Promise<ServerProcess> {
  const limits = ["--rate-limit", "off", "--quota", "off"];
  const webhooks = ["--webhook", url, "--webhook-private", "on"];
  const args = ["--database", database, "--audit", "database", ...limits, ...webhooks];
  return startServer(args, { OAUTH_DCR_WEBHOOK_SECRET: WEBHOOK_SECRET });
}

describe.each([
  { name: "SQLite", place: () => join(folder, "a.sqlite"), reason: undefined },
  { name: "PostgreSQL", place: postgresUrl, reason: await missing("postgresql") },
])("webhooks of a server with its audit log in $name", ({ place, reason }) => {
  describeUnless(reason, "which is there", () => {
    it("come of each acknowledged registration, though the server is killed again and again", async () => {
      const database = place();
      const receiver = await webhookReceiver();
      const registered = new Set<string>();
      for (let kill = 0; kill < KILLS; kill += 1) {
        const server = await start(database, receiver.url);
        const registrations = keepRegistering([server]);
        await registrations.more(201, 60);
        expect(await server.end("SIGKILL")).toBe(null);
        const answers = await registrations.stop();
        for (const { status, body } of answers) if (status === 201) registered.add(String(body["client_id"]));
      }
      const early = receiver.received.length;
      const last = await start(database, receiver.url);
      const told = new Set<string | undefined>();
      // The lease of the process that was killed has to end first, by the clock.
      await receiver.until((received) => {
        for (const { payload } of received) told.add(payload.data.client_id);
        return [...registered].every((client) => told.has(client));
      });
      expect(registered.size).toBeGreaterThanOrEqual(KILLS * 60);
      console.log(
        `${KILLS} kills, ${registered.size} acknowledged, ${early} webhooks before the last process`,
      );
      expect(await last.end()).toBe(0);
      receiver.close();
    });
  });
});

describeUnless(await missing("postgresql"), "two servers on one PostgreSQL", () => {
  it("send each webhook once, and the second goes on when the first is killed", async () => {
    const database = postgresUrl();
    const receiver = await webhookReceiver();
    const servers = [await start(database, receiver.url), await start(database, receiver.url)];
    const registrations = keepRegistering(servers);
    await registrations.more(201, 100);
    const before = (await registrations.stop()).filter(({ status }) => status === 201);
    await receiver.until((received) => received.length >= before.length);
    const ids = receiver.received.map(({ id }) => id);
    expect(ids).toHaveLength(before.length);
    expect(new Set(ids).size).toBe(ids.length);

    expect(await servers[0]!.end("SIGKILL")).toBe(null);
    const more = keepRegistering([servers[1]!]);
    await more.more(201, 10);
    const after = (await more.stop()).filter(({ status }) => status === 201);
    const clients = [...before, ...after].map(({ body }) => body["client_id"]);
    await receiver.until((received) => {
      const told = new Set<unknown>(received.map(({ payload }) => payload.data.client_id));
      return clients.every((client) => told.has(client));
    });
    expect(await servers[1]!.end()).toBe(0);
    receiver.close();
  });
});
