import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { runOauthDcr, startServer } from "../support/oauth-dcr-process.js";
import { describeUnless, missing } from "../support/services.js";
import { keepRegistering, type Answer } from "./support/registrations.js";

const KILLS = 5;

/** Where the clients and the audit log are, and a way past the server to its table. */
interface Place {
  readonly database: string;
  readonly events: () => Promise<readonly { readonly event: string }[]>;
}

interface Audited {
  readonly type: string;
  readonly clientId: string;
}

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-unaudited-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Registers at a server that is killed and started again; answers what was acknowledged. */
async function killAgainAndAgain(args: readonly string[], token?: string): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const server = await startServer(args);
    const registrations = keepRegistering([server], token === undefined ? {} : { token });
    await registrations.more(201, 100);
    expect(await server.end("SIGKILL")).toBe(null);
    answers.push(...(await registrations.stop()));
  }
  return answers.filter(({ status }) => status === 201);
}

async function expectNothingUnaudited({ database, events }: Place, preset: string): Promise<void> {
  const log = ["--database", database, "--audit", "database"];
  const issue = ["token", "issue", "--uses", "1000000", ...log];
  const token = preset === "token-gated" ? (await runOauthDcr(issue)).stdout.trim() : undefined;
  const acknowledged = await killAgainAndAgain(
    [...log, "--rate-limit", "off", "--quota", "off", "--preset", preset],
    token,
  );

  const { code, stdout } = await runOauthDcr(["audit", "verify", "--database", database]);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { ok: true }]);
  const recorded = (await events()).map(({ event }) => JSON.parse(event) as Audited);
  for (const type of ["client_registered", ...(token === undefined ? [] : ["initial_access_token_spent"])]) {
    const audited = recorded.filter((event) => event.type === type).map(({ clientId }) => clientId);
    const known = new Set(audited);
    expect(audited).toHaveLength(known.size);
    const ids = acknowledged.map(({ body }) => String(body["client_id"]));
    const unaudited = ids.filter((id) => !known.has(id));
    console.log(
      `${type}: ${unaudited.length} of ${acknowledged.length} acknowledged registrations have none`,
    );
    expect(unaudited).toEqual([]);
  }
}

let files = 0;
function sqlitePlace(): Place {
  const database = join(folder, `${(files += 1)}.sqlite`);
  return {
    database,
    events() {
      const connection = new Database(database);
      const rows = connection.prepare("SELECT event FROM audit_event").all() as { event: string }[];
      connection.close();
      return Promise.resolve(rows);
    },
  };
}

const pool = new pg.Pool({ host: "127.0.0.1", user: "postgres", database: "test" });
const schemas: string[] = [];
afterAll(async () => {
  for (const schema of schemas) await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await pool.end();
});
function postgresPlace(): Place {
  const schema = `unaudited_${crypto.randomUUID().replaceAll("-", "")}`;
  schemas.push(schema);
  return {
    database: `postgres://postgres@127.0.0.1:5432/test?schema=${schema}`,
    events: async () => (await pool.query<{ event: string }>(`SELECT event FROM ${schema}.audit_event`)).rows,
  };
}

describe.each([
  { name: "SQLite", place: sqlitePlace, reason: undefined },
  { name: "PostgreSQL", place: postgresPlace, reason: await missing("postgresql") },
])("a server with --audit database in $name", ({ place, reason }) => {
  describeUnless(reason, "which is there", () => {
    it.each(["mcp", "token-gated"])(
      "is killed again and again, and no acknowledged registration is without its audit event (%s)",
      async (preset) => expectNothingUnaudited(place(), preset),
    );
  });
});
