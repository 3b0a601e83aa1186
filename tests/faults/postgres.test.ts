import { readFileSync } from "node:fs";
import { initialAccessTokens } from "@oauth-dcr/core/initial-access-token";
import { openPostgresStore } from "@oauth-dcr/store-sql";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { cuttingProxy } from "./support/cutting-proxy.js";
import { privatePostgres } from "./support/private-postgres.js";
import {
  startRegistrations,
  type Answer,
  type Callers,
  type RegistrationLoad,
  type Target,
} from "./support/registration-load.js";
import { seededRandom } from "../support/seeded-random.js";
import { describeUnless } from "../support/services.js";

const NOT_HERE = "no PostgreSQL can be started here";

const SEED = Number(process.env["FAULT_SEED"] ?? Date.now() % 1_000_000_007);
/** How many unused clients an address may have, and how many registrations each sends. */
const [QUOTA, TRIES_AN_ADDRESS] = [8, 12];
/** How many clients a token is good for, and how many are asked for with it. */
const [USES, TRIES_A_TOKEN, TOKENS] = [4, 6, 500];
/** Five seconds for a connection, five for the statement that is not answered, and what a busy machine adds to them. */
const LONGEST_MILLISECONDS = 14_500;
const AT_ONCE = 4;
const UNKNOWN = /whether the change was written is unknown/g;

const postgres = await privatePostgres();

describeUnless(postgres ? undefined : NOT_HERE, "oauth-dcr serve, three on one PostgreSQL that is", () => {
  const database = postgres!;
  const answers: Answer[] = [];
  const everStarted: ServerProcess[] = [];
  let admin: pg.Pool;
  let tokens: readonly string[];
  /** Two that anybody may register at, and one that takes tokens, all on one database. */
  let servers: readonly ServerProcess[];
  let targets: readonly Target[];
  let holders: Callers;

  async function startServers(url: string): Promise<readonly ServerProcess[]> {
    const open = ["--quota", String(QUOTA), "--unused-ttl", "1h", "--trusted-proxies", "1"];
    return Promise.all(
      [open, [...open, "--idempotent", "off"], ["--preset", "token-gated", "--quota", "off"]].map(
        async (args) => startServer(["--database", url, "--rate-limit", "off", ...args]),
      ),
    );
  }

  const targetsOf = (started: readonly ServerProcess[]): readonly Target[] =>
    started.map(({ origin }, index) => ({ origin, callers: index === 2 ? holders : ANYBODY }));

  beforeAll(async () => {
    admin = new pg.Pool({ connectionString: database.url, application_name: "admin", max: 5 });
    admin.on("error", () => undefined);
    const store = await openPostgresStore(admin);
    const issued = Array.from({ length: TOKENS }, async () =>
      initialAccessTokens({ store }).issue({ uses: USES }),
    );
    tokens = (await Promise.all(issued)).map(({ token }) => token);
    holders = holdersOf(tokens);
    servers = await startServers(database.url);
    everStarted.push(...servers);
    targets = targetsOf(servers);
  });
  afterAll(async () => {
    const running = everStarted.filter(({ child }) => child.exitCode === null);
    await Promise.all(running.map(async (server) => server.end()));
    await admin.end();
    await database.remove();
  });

  /** Lets everybody register before a fault, during it, and after it. */
  async function underLoad(
    label: string,
    fault: (registrations: RegistrationLoad) => Promise<void>,
    at = targets,
  ): Promise<void> {
    const registrations = startRegistrations(label, at, {
      atOnce: AT_ONCE,
      longestMilliseconds: LONGEST_MILLISECONDS,
    });
    try {
      await registrations.registered(20);
      await fault(registrations);
      await registrations.registered(20);
    } finally {
      await registrations.stop();
    }
    await expectWhole(registrations.answers);
  }

  it.each(["fast", "immediate"] as const)("stopped (%s) and started", async (how) => {
    await underLoad(how, async (registrations) => {
      await database.stop(how);
      expect(statusesOf(await registrations.round())).toEqual([503]);
      for (const { origin } of servers) expect((await fetch(`${origin}/healthz`)).status).toBe(503);
      await database.start();
    });
  });

  it("paused and resumed", async () => {
    await underLoad("paused", async (registrations) => {
      database.pause();
      try {
        // It goes on only when everybody has been answered: none of them waits for it.
        expect(statusesOf(await registrations.round())).toEqual([503]);
      } finally {
        database.resume();
      }
    });
  });

  it("terminating connections in the middle of their transactions", async () => {
    await underLoad("terminated", async (registrations) => {
      for (let terminated = 0; terminated < 60;) {
        const { rowCount } = await admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE application_name <> 'admin' AND backend_xid IS NOT NULL`,
        );
        terminated += rowCount ?? 0;
        const goal = registrations.answers.length + 5;
        await registrations.until(() => registrations.answers.length >= goal);
      }
    });
  });

  it("behind a network that resets connections at a random byte", async () => {
    console.log(`FAULT_SEED=${SEED}`);
    const proxy = await cuttingProxy(database.port, { random: seededRandom(SEED), most: 20_000 });
    const behind = await startServers(database.url.replace(String(database.port), String(proxy.port)));
    everStarted.push(...behind);
    await underLoad(
      "reset",
      async (registrations) => {
        proxy.cut(true);
        await registrations.until(() => proxy.cuts() >= 120);
        proxy.cut(false);
      },
      targetsOf(behind),
    );
    await proxy.close();
  });

  it("well again, keep no connection and no memory for what failed", async () => {
    for (const { child } of servers) {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      // Twice what a server has that met no fault.
      expect(Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1])).toBeLessThan(200_000);
    }
    const { rows } = await admin.query<{ connections: string }>(
      `SELECT count(*) AS connections FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND application_name <> 'admin'`,
    );
    expect(Number(rows[0]?.connections)).toBeLessThanOrEqual(everStarted.length * 10);
  });

  it("paused, end when they are asked to", async () => {
    database.pause();
    try {
      const codes = await Promise.all(everStarted.map(async (server) => server.end()));
      expect(codes).toEqual(everStarted.map(() => 0));
    } finally {
      database.resume();
    }
  });

  it("well again, told the operator of each client that may be there though no caller heard of it", async () => {
    const unknown = everStarted.flatMap((server) => server.stderr().match(UNKNOWN) ?? []).length;
    const acknowledged = answers.filter(({ status }) => status === 201).length;
    const { rowCount } = await admin.query("SELECT 1 FROM oauth_dcr.client");
    console.log(`${acknowledged} acknowledged, ${rowCount} clients, ${unknown} commits without an answer`);
    expect(Number(rowCount) - acknowledged).toBeLessThanOrEqual(unknown);
  });

  /** What must hold when a fault is over. */
  async function expectWhole(given: readonly Answer[]): Promise<void> {
    answers.push(...given);
    for (const answer of given) expectAnswer(answer);
    const { rows, counts, uses } = await snapshot(admin);
    const byName = new Map(rows.map((row) => [nameOf(row), row]));
    // Nothing is written twice, whatever was tried again,
    expect(byName.size).toBe(rows.length);
    for (const { name, status, body, target } of answers) {
      const row = byName.get(name);
      byName.delete(name);
      if (status === 201) {
        // nothing that was acknowledged is lost, or there in part,
        expect(row?.client_id).toBe(body["client_id"]);
        // (a shared client's record has no loopback port)
        expect(withoutPort(JSON.stringify(body))).toMatchObject(withoutPort(row?.metadata ?? ""));
        expect(row?.client_secret_hash === null).toBe(body["client_secret"] === undefined);
        expect(row?.quota_keys === null).toBe(target.callers !== ANYBODY);
      } else if (status !== 503) {
        // nothing that was refused is there, and only of a 503 nobody knows.
        expect(row, `${name}, answered ${status}`).toBe(undefined);
      }
    }
    expect([...byName.keys()]).toEqual([]);

    // The counts are those of the rows, whoever was told of them.
    const counted: Record<string, number> = {};
    for (const key of rows.flatMap((row) => JSON.parse(row.quota_keys ?? "[]") as string[])) {
      counted[key] = (counted[key] ?? 0) + 1;
    }
    expect(counts).toEqual(counted);
    expect(Math.max(...Object.values(counted))).toBe(QUOTA);
    expect(uses).toEqual(tokens.map(() => USES));
  }
});

/** All at one moment: clients, what the pools count, and for each token its uses left and its clients together. */
async function snapshot(pool: pg.Pool) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    const { rows } = await client.query<ClientRow>("SELECT * FROM oauth_dcr.client");
    const counts = await client.query<{ quota_key: string; clients: string }>(
      "SELECT quota_key, sum(clients) AS clients FROM oauth_dcr.quota_shard GROUP BY quota_key",
    );
    const uses = await client.query<{ uses: string }>(
      `SELECT uses_left + (SELECT count(*) FROM oauth_dcr.client
         WHERE origin::json ->> 'initialAccessTokenId' = id) AS uses FROM oauth_dcr.initial_access_token`,
    );
    await client.query("COMMIT");
    return {
      rows,
      counts: Object.fromEntries(counts.rows.map(({ quota_key, clients }) => [quota_key, Number(clients)])),
      uses: uses.rows.map((row) => Number(row.uses)),
    };
  } finally {
    client.release();
  }
}

interface ClientRow {
  readonly client_id: string;
  readonly client_secret_hash: string | null;
  readonly quota_keys: string | null;
  readonly metadata: string;
}

function nameOf(row: ClientRow): unknown {
  return (JSON.parse(row.metadata) as { client_name?: unknown }).client_name;
}

/** Each address asks for more clients than it may have, at whichever server. */
const ANYBODY: Callers = {
  served: 0,
  headers(served) {
    const address = Math.floor(served / TRIES_AN_ADDRESS);
    return { "x-forwarded-for": `10.0.${(address >> 8) & 255}.${address & 255}` };
  },
};

/** Each token is asked for more than it is good for. */
function holdersOf(tokens: readonly string[]): Callers {
  const tokenFor = (served: number) => tokens[Math.floor(served / TRIES_A_TOKEN) % tokens.length];
  return { served: 0, headers: (served) => ({ authorization: `Bearer ${tokenFor(served)}` }) };
}

function statusesOf(answers: readonly Answer[]): readonly number[] {
  return [...new Set(answers.map(({ status }) => status))];
}

/** What callers may be told, whatever happens behind: as if nothing did, or to come again. */
function expectAnswer({ target: { callers }, status, body, retryAfter }: Answer): void {
  expect([201, callers === ANYBODY ? 429 : 401, 503]).toContain(status);
  if (status !== 503) return;
  expect(body).toEqual({
    error: "temporarily_unavailable",
    error_description: "registration is not available at the moment",
  });
  expect(Number(retryAfter)).toBeGreaterThan(0);
}

/** An object of JSON, its loopback redirect URIs less their port. */
function withoutPort(json: string): object {
  return JSON.parse(json.replace(/(?<=http:\/\/127\.0\.0\.1):\d+/g, "")) as object;
}
