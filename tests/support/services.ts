import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Redis } from "ioredis";
import { Client } from "pg";
import { describe, it } from "vitest";

/** Services beside the tests. `OAUTH_DCR_TESTS_WITHOUT=postgresql,redis` treats some of them as absent. */
const SERVICES = {
  postgresql: noPostgres,
  redis: noRedis,
  pgbouncer: () => noFile("/usr/sbin/pgbouncer"),
  prometheus: () => noFile("/usr/bin/prometheus") ?? noFile("/usr/bin/promtool"),
  chromium: () => noFile("/usr/bin/chromium"),
  terminal: noTerminal,
} as const satisfies Record<string, () => string | undefined | Promise<string | undefined>>;

export type Service = keyof typeof SERVICES;

const WITHOUT = (process.env["OAUTH_DCR_TESTS_WITHOUT"] ?? "").split(",");
for (const name of WITHOUT) {
  if (name !== "" && !Object.hasOwn(SERVICES, name)) throw new Error(`there is no service ${name}`);
}

/** Why tests cannot use these services; `undefined` where they can. */
export async function missing(...services: readonly Service[]): Promise<string | undefined> {
  for (const service of services) {
    const reason = WITHOUT.includes(service) ? `told to do without ${service}` : await SERVICES[service]();
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/**
 * `describe`, or, where something is missing, one skipped test that says what. So a file is never without a test, and the
 * summary of `npm test` names each reason.
 */
export function describeUnless(reason: string | undefined, name: string, tests: () => void): void {
  if (reason === undefined) describe(name, tests);
  else describe(name, () => it.skip(`is not tested here: ${reason}`, () => undefined));
}

function noFile(path: string): string | undefined {
  return existsSync(path) ? undefined : `there is no ${path}`;
}

function noTerminal(): string | undefined {
  const version = String(spawnSync("script", ["--version"]).stdout);
  return version.includes("util-linux")
    ? undefined
    : "there is no script of util-linux, which gives a terminal";
}

function noPostgres(): Promise<string | undefined> {
  const client = new Client({
    host: "127.0.0.1",
    user: "postgres",
    database: "test",
    connectionTimeoutMillis: 5000,
  });
  client.on("error", () => undefined);
  return unless("PostgreSQL on 127.0.0.1:5432 does not let postgres use the database test", async () => {
    await client.connect();
    await client.end();
  });
}

function noRedis(): Promise<string | undefined> {
  const redis = new Redis({
    host: "127.0.0.1",
    lazyConnect: true,
    connectTimeout: 5000,
    retryStrategy: null,
  });
  redis.on("error", () => undefined);
  return unless("Redis on 127.0.0.1:6379 does not answer", async () => {
    await redis.connect();
    await redis.ping();
  }).finally(() => redis.disconnect());
}

/** `undefined` where the service was used, or else the reason, with what went wrong. */
async function unless(reason: string, use: () => Promise<void>): Promise<string | undefined> {
  try {
    await use();
    return undefined;
  } catch (error) {
    return `${reason} (${error instanceof Error ? error.message : String(error)})`;
  }
}
