import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";
import { afterEach, beforeEach, expect, it } from "vitest";
import { arrived, runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { expectUnavailable, keepRegistering, statuses, type Registrations } from "./support/registrations.js";
import { canMount, smallDisk, type SmallDisk } from "./support/small-disk.js";
import { readWhole } from "./support/sqlite-file.js";
import { describeUnless } from "../support/services.js";

const NOT_HERE = "no disk can be mounted here";

const MEGABYTE = 1024 * 1024;

let disk: SmallDisk | undefined;
let folder: string;
let registrations: Registrations | undefined;
const servers: ServerProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "oauth-dcr-faults-"));
});
afterEach(async () => {
  await registrations?.stop();
  registrations = undefined;
  await Promise.all(servers.splice(0).map(async (server) => server.end()));
  disk?.remove();
  disk = undefined;
  rmSync(folder, { recursive: true });
});

async function start(...args: string[]): Promise<ServerProcess> {
  const server = await startServer([
    ...["--rate-limit", "off", "--quota", "off", "--max-body", "65536", "--idempotent", "off"],
    ...args,
  ]);
  servers.push(server);
  return server;
}

async function token(database: string, uses: number): Promise<string> {
  const { stdout } = await runOauthDcr(["token", "issue", "--uses", String(uses), "--database", database]);
  return stdout.trim();
}

/** What a client does with its own record. */
async function manage(client: Readonly<Record<string, unknown>>, update?: object) {
  const { client_id, registration_client_uri, registration_access_token } = client;
  const response = await fetch(String(registration_client_uri), {
    method: update ? "PUT" : "GET",
    headers: {
      authorization: `Bearer ${String(registration_access_token)}`,
      "content-type": "application/json",
    },
    ...(update && {
      body: JSON.stringify({ client_id, redirect_uris: ["http://127.0.0.1/callback"], ...update }),
    }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body };
}

describeUnless(canMount ? undefined : NOT_HERE, "a SQLite database on a full disk", () => {
  it.each([
    // The log takes it all, and no COMMIT gets into it any more.
    { what: "log", room: MEGABYTE, texts: 2, isByToken: false },
    // The log is long enough to be brought into the file, which has no room to grow.
    { what: "file", room: 5 * MEGABYTE, texts: 30, isByToken: true },
  ])("answers 503, reads on, and goes on by itself: the $what", async ({ what, room, texts, isByToken }) => {
    disk = smallDisk(room, 12 * MEGABYTE);
    const database = join(disk.directory, "clients.sqlite");
    const uses = 100_000;
    const issued = isByToken ? await token(database, uses) : undefined;
    const access = isByToken ? ["--preset", "token-gated"] : ["--quota", String(uses), "--unused-ttl", "30d"];
    const server = await start("--database", database, ...access);
    const members = metadataOf(texts);
    registrations = keepRegistering([server], { members, ...(issued !== undefined && { token: issued }) });

    const [first] = (await registrations.more(201, 1)).filter(({ status }) => status === 201);
    const client = first!.body;
    await registrations.more(503, 40);
    // Only a part of what the file says that it has found room.
    const { size, blocks } = statSync(database);
    if (what === "file") expect(blocks * 512).toBeLessThan(size);

    expect(await manage(client)).toMatchObject({ status: 200, body: { client_id: client["client_id"] } });
    expect((await fetch(`${server.origin}/.well-known/oauth-authorization-server`)).status).toBe(200);
    // A restart would not help: on a full disk no server starts.
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
    const large = metadataOf(50);
    expectUnavailable(await manage(client, large));
    expect(await manage(client)).toMatchObject({
      status: 200,
      body: members,
    });

    disk.free();
    await registrations.more(201, 20);
    expect(await manage(client, { ...large, client_name: first!.name })).toMatchObject({ status: 200 });

    const answers = await registrations.stop();
    expect(Object.keys(statuses(answers))).toEqual(["201", "503"]);
    for (const answer of answers) if (answer.status === 503) expectUnavailable(answer);
    expect(await servers.pop()?.end()).toBe(0);
    const acknowledged = answers.filter(({ status }) => status === 201);
    const expected = acknowledged.map(({ name, body }) => ({ name, clientId: body["client_id"] }));
    const stored = readWhole(database, uses);
    expect(new Set(stored)).toEqual(new Set(expected));
    expect(stored).toHaveLength(expected.length);
  });

  it.each([
    ["at the COMMIT", 1, "COMMIT"],
    // More than SQLite keeps in memory: it writes into the log before the end of the transaction.
    ["in the middle of a group", 80, "INSERT"],
  ])("nothing of a transaction that fails %s is left", async (_where, clients, statement) => {
    disk = smallDisk(2 * MEGABYTE, 12 * MEGABYTE);
    const file = join(disk.directory, "clients.sqlite");
    const { database, failed } = tellsFailures(new Database(file));
    const store = openSqliteStore(database);
    const client = (clientId: string) => ({
      clientId,
      clientIdIssuedAt: 1,
      version: 1,
      status: "pending" as const,
      requirements: {},
      origin: { source: "open" as const, policies: [] },
      quotaKeys: ["total"],
      metadata: {
        client_name: clientId,
        redirect_uris: ["http://127.0.0.1/callback"],
        x: "x".repeat(60_000),
      },
    });
    const create = async (id: string) =>
      store.createClient(client(id)).then(
        ({ outcome }) => outcome,
        (error: unknown) => (error as { code?: unknown }).code,
      );
    const createGroup = async (name: string) =>
      Promise.all(Array.from({ length: clients }, async (_, index) => create(`${name}/${index}`)));

    const kept: string[] = [];
    for (let number = 0; failed.length === 0; number += 1) {
      const outcomes = new Set(await createGroup(String(number)));
      expect(outcomes.size).toBe(1);
      if (outcomes.has("created")) for (let i = 0; i < clients; i += 1) kept.push(`${number}/${i}`);
      else expect(outcomes).toEqual(new Set(["SQLITE_FULL"]));
    }
    expect(failed).toEqual([expect.stringContaining(statement)]);
    expect(readWhole(file).map(({ name }) => name)).toEqual(kept);

    disk.free();
    expect(new Set(await createGroup("after"))).toEqual(new Set(["created"]));
    store.close();
    expect(readWhole(file)).toHaveLength(kept.length + clients);
  });
});

/** Metadata of a thousand bytes a text. */
function metadataOf(texts: number): { readonly contacts: readonly string[] } {
  return { contacts: Array.from({ length: texts }, () => "x".repeat(1000)) };
}

/** A connection that tells each statement that failed. */
function tellsFailures(database: Database.Database) {
  const failed: string[] = [];
  function told<T>(sql: string, run: () => T): T {
    try {
      return run();
    } catch (error) {
      failed.push(sql);
      throw error;
    }
  }
  const telling = {
    get open() {
      return database.open;
    },
    get inTransaction() {
      return database.inTransaction;
    },
    exec: (sql: string) => told(sql, () => database.exec(sql)),
    prepare(sql: string) {
      const statement = database.prepare(sql);
      return {
        run: (...values: unknown[]) => told(sql, () => statement.run(...values)),
        all: (...values: unknown[]) => told(sql, () => statement.all(...values)),
      };
    },
    close: () => database.close(),
  };
  return { database: telling, failed };
}

describeUnless(canMount ? undefined : NOT_HERE, "an audit file on a full disk", () => {
  it("changes no answer, and no event is lost unseen or runs into another", async () => {
    disk = smallDisk(64 * 1024, MEGABYTE);
    const file = join(disk.directory, "audit.jsonl");
    const server = await start("--database", join(folder, "clients.sqlite"), "--audit", `file:${file}`);
    registrations = keepRegistering([server]);
    await registrations.more(201, 1);
    await arrived(() => server.stderr().includes("ENOSPC"));
    await registrations.more(201, 20);
    disk.free();
    await registrations.more(201, 20);
    const answers = await registrations.stop();
    expect(Object.keys(statuses(answers))).toEqual(["201"]);
    expect(await servers.pop()?.end()).toBe(0);

    const written = new Set(wholeLines(file).map((event) => event["clientId"]));
    const told = new Set([...server.stderr().matchAll(/"clientId":"([^"]+)"/g)].map(([, id]) => id));
    expect(told.size).toBeGreaterThan(0);
    const lost = answers.filter(
      ({ body }) => !written.has(body["client_id"]) && !told.has(String(body["client_id"])),
    );
    expect(lost).toEqual([]);
  });
});

/** The lines that are an event each; a full disk leaves others. */
function wholeLines(file: string): Record<string, unknown>[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Record<string, unknown>];
      } catch {
        return [];
      }
    });
}
