import { existsSync } from "node:fs";
import { connect } from "node:net";
import { describe, it } from "vitest";

/** Services beside the tests. `OAUTH_DCR_TESTS_WITHOUT=postgresql,redis` treats some of them as absent. */
const SERVICES = {
  postgresql: () => noListener(5432, "no PostgreSQL on 127.0.0.1:5432"),
  redis: () => noListener(6379, "no Redis on 127.0.0.1:6379"),
  pgbouncer: () => noFile("/usr/sbin/pgbouncer"),
  chromium: () => noFile("/usr/bin/chromium"),
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

function noListener(port: number, reason: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once("error", () => resolve(reason));
  });
}
