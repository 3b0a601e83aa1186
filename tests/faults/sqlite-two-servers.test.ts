import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { expectUnavailable, keepRegistering, statuses, type Answer } from "./support/registrations.js";
import { readWhole } from "./support/sqlite-file.js";

/** More than a machine registers meanwhile. */
const PLENTY = 1_000_000;
const KILLS = 3;

let folder: string;
let database: string;
const servers: ServerProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "oauth-dcr-two-"));
  database = join(folder, "clients.sqlite");
});
afterEach(async () => {
  await endAll();
  rmSync(folder, { recursive: true });
});

async function endAll(): Promise<readonly (number | null)[]> {
  return Promise.all(servers.splice(0).map(async (server) => server.end()));
}

async function start(args: readonly string[]): Promise<ServerProcess> {
  return startServer([
    ...["--database", database, "--rate-limit", "off", "--quota", "off", "--idempotent", "off"],
    ...args,
  ]);
}

/** Two servers on the file, of which one is killed and started again; answers what both answered. */
async function killAgainAndAgain(args: readonly string[], token?: string): Promise<readonly Answer[]> {
  servers.push(await start(args), await start(args));
  const registrations = keepRegistering(servers, token === undefined ? {} : { token });
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      for (const server of [0, 1]) await registrations.more(201, 10, server);
      expect(await servers[0]!.end("SIGKILL")).toBe(null);
      await registrations.more(201, 10, 1);
      servers[0] = await start(args);
      await registrations.more(201, 10, 0);
    }
  } finally {
    await registrations.stop();
  }
  expect(await endAll()).toEqual([0, 0]);
  return registrations.stop();
}

/** Nothing that was acknowledged is lost, and nothing is there of what was refused. */
function expectNothingLost(answers: readonly Answer[]): void {
  // 503 is for whoever waited for the other's lock in vain.
  const { 0: broken = 0, 201: _, 503: __, ...others } = statuses(answers);
  expect(others).toEqual({});
  expect(broken).toBeGreaterThan(0);
  expect(answers.filter(({ status, server }) => status === 0 && server === 1)).toEqual([]);
  for (const answer of answers) if (answer.status === 503) expectUnavailable(answer);

  const idOf = new Map(readWhole(database, PLENTY).map(({ name, clientId }) => [name, clientId]));
  for (const { name, status, body } of answers) {
    if (status === 201) expect(idOf.get(name)).toBe(body["client_id"]);
    // Where the connection broke, nobody knows.
    if (status === 201 || status === 0) idOf.delete(name);
  }
  expect([...idOf]).toEqual([]);
}

it("two servers on one file: one is killed again and again, and the uses of a token stay exact", async () => {
  const issue = ["token", "issue", "--uses", String(PLENTY), "--database", database];
  const token = (await runOauthDcr(issue)).stdout.trim();
  expectNothingLost(await killAgainAndAgain(["--preset", "token-gated"], token));
});

it("two servers on one file: one is killed again and again, and a quota stays exact", async () => {
  expectNothingLost(await killAgainAndAgain(["--quota", String(PLENTY), "--unused-ttl", "1h"]));

  const quota = readWhole(database).length + 50;
  const args = ["--quota", String(quota), "--unused-ttl", "1h"];
  servers.push(await start(args), await start(args));
  const registrations = keepRegistering(servers);
  try {
    for (const server of [0, 1]) await registrations.more(429, 5, server);
  } finally {
    await registrations.stop();
  }
  expect(readWhole(database)).toHaveLength(quota);
});
