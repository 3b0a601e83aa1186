import { MisuseError } from "@oauth-dcr/core";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { openD1Store } from "../src/d1.js";
import {
  openAuditedPostgresStore,
  openAuditedSqliteStore,
  openPostgresAuditLog,
  openPostgresStore,
  openPostgresWebhookOutbox,
  openSqliteAuditLog,
  openSqliteStore,
  openSqliteWebhookOutbox,
} from "../src/index.js";

/** Asked for nothing: a mistake is found before the database is. */
const pool = { connect: async () => Promise.reject(new Error("a connection was asked for")) };

type Opener = (options: unknown, database?: unknown) => unknown;
const memory = () => new Database(":memory:");
const OPENERS: Readonly<Record<string, Opener>> = {
  openSqliteStore: (options, database = memory()) => openSqliteStore(database as never, options as never),
  openSqliteAuditLog: (options, database = memory()) =>
    openSqliteAuditLog(database as never, options as never),
  openAuditedSqliteStore: (options, database = memory()) =>
    openAuditedSqliteStore(database as never, options as never),
  openAuditedPostgresStore: async (options, database = pool) =>
    openAuditedPostgresStore(database as never, options as never),
  openPostgresStore: async (options, database = pool) =>
    openPostgresStore(database as never, options as never),
  openPostgresAuditLog: async (options, database = pool) =>
    openPostgresAuditLog(database as never, options as never),
  openSqliteWebhookOutbox: (options, database = memory()) =>
    openSqliteWebhookOutbox(database as never, options as never),
  openPostgresWebhookOutbox: async (options, database = pool) =>
    openPostgresWebhookOutbox(database as never, options as never),
  openD1Store: (_options, database) => openD1Store(database as never),
};

const NO_DATABASE = { store: null, text: "clients.db", object: {} };

const SQLITE: readonly (readonly [options: unknown, message: string])[] = [
  [{ lockTimeoutSecond: 1 }, "there is no option lockTimeoutSecond; did you mean lockTimeoutSeconds?"],
  [{ checkintegrety: false }, "there is no option checkintegrety; did you mean checkIntegrity?"],
  [{ schema: "a" }, "there is no option schema; there are openTimeoutSeconds, "],
  [null, "give it an object of options"],
  [{ openTimeoutSeconds: -1 }, "openTimeoutSeconds: must be 0 or more"],
  [{ lockTimeoutSeconds: "2" }, "lockTimeoutSeconds: must be 0 or more"],
  [{ checkIntegrity: "false" }, "checkIntegrity: must be true or false"],
];
const POSTGRES: readonly (readonly [options: unknown, message: string])[] = [
  [{ shema: "a" }, "there is no option shema; did you mean schema?"],
  [{ statementTimeout: 1 }, "there is no option statementTimeout; there are schema, "],
  [{ statementTimeoutSecs: 1 }, "did you mean statementTimeoutSeconds?"],
  [[], "give it an object of options"],
  [{ schema: ["a"] }, "schema: must be 1 to 63 small letters"],
  [{ lockTimeoutSeconds: 0 }, "lockTimeoutSeconds: must be from 0.001 to 86400"],
  [{ statementTimeoutSeconds: "5" }, "statementTimeoutSeconds: must be from 0.001 to 86400"],
];
const MISTAKES = [
  ...["openSqliteStore", "openSqliteAuditLog", "openAuditedSqliteStore", "openSqliteWebhookOutbox"].flatMap(
    (name) => SQLITE.map((rest) => [name, ...rest] as const),
  ),
  ...[
    "openPostgresStore",
    "openPostgresAuditLog",
    "openAuditedPostgresStore",
    "openPostgresWebhookOutbox",
  ].flatMap((name) => POSTGRES.map((rest) => [name, ...rest] as const)),
];

async function mistake(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return "opened";
}

function misuse(message: string): unknown {
  return expect.objectContaining({
    name: MisuseError.name,
    code: "ERR_OPTION",
    message: expect.stringContaining(message) as unknown,
  });
}

describe("a misspelt or senseless option names the opener and the option", () => {
  it.each(MISTAKES)("%s with %j: %s", async (opener, options, message) => {
    const error = await mistake(() => OPENERS[opener]?.(options));
    expect(error).toEqual(misuse(message));
    expect((error as Error).message.startsWith(`${opener}: `)).toBe(true);
  });

  it("verify", async () => {
    const log = openSqliteAuditLog(memory());
    const error = await mistake(() => log.verify({ expectedhaed: "1:00" } as never));
    expect(error).toEqual(misuse("verify: there is no option expectedhaed; did you mean expectedHead?"));
    log.close();
  });
});

describe.each(Object.entries(OPENERS))("%s", (name, open) => {
  it.each(Object.entries(NO_DATABASE))("is not opened on %s", async (_what, database) => {
    const what = name.includes("Postgres") ? "pool" : "database";
    expect(await mistake(() => open({}, database))).toEqual(misuse(`${name}: ${what}: give `));
  });
});
