import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { RegisteredClient } from "@oauth-dcr/core";
import Database from "libsql";
import { afterAll } from "vitest";
import { openSqliteStore } from "../src/index.js";

/** Names files in a directory of this test file's own, which is gone when its tests are over. */
export function temporaryFiles(): () => string {
  const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-store-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  let files = 0;
  return () => join(directory, `${(files += 1)}.db`);
}

/** A client of about the size that MCP clients have, or of `bytes` more. */
export function client(clientId: string, bytes = 0): RegisteredClient {
  return {
    clientId,
    clientIdIssuedAt: 1_790_000_000,
    version: 1,
    status: "active",
    requirements: {},
    origin: { source: "open", policies: [] },
    metadata: {
      redirect_uris: ["http://localhost:3118/callback"],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      client_name: `Client ${clientId}${"x".repeat(bytes)}`,
    },
  };
}

export function clients(prefix: string, count: number, bytes = 0): readonly RegisteredClient[] {
  return Array.from({ length: count }, (_, index) => client(`${prefix}-${index}`, bytes));
}

/** A backup with `count` clients. It is not in WAL mode. */
export async function restoredFile(newFile: () => string, count: number): Promise<string> {
  const file = newFile();
  const database = new Database(newFile());
  const store = openSqliteStore(database);
  await Promise.all(clients("old", count).map(async (each) => store.createClient(each)));
  database.exec(`VACUUM INTO '${file}'`);
  store.close();
  return file;
}

export interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  /** The next line that it writes; `undefined` when it is at its end. */
  nextLine(): Promise<string | undefined>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts one of the scripts in `children/` as a process of its own. */
export function startChild(script: string, ...args: readonly string[]): Child {
  const path = fileURLToPath(new URL(`children/${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => undefined); // A killed child reads no more.
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    ended,
    nextLine: async () => {
      const line = await lines.next();
      return line.done ? undefined : line.value;
    },
  };
}

/** Takes from a SQLite file what version 7 has brought, and consents, so that it can be called an older one. */
export const WITHOUT_SEARCH_IN_SQLITE = [
  "DROP TRIGGER client_consents_deleted; DROP TABLE consent;",
  ...["terms_added", "terms_changed", "terms_deleted", "count_added", "count_deleted", "count_changed"].map(
    (name) => `DROP TRIGGER client_${name};`,
  ),
  ...["owner", "name", "last_used_at", "status", "tier", "source"].map(
    (name) => `DROP INDEX client_${name};`,
  ),
  "DROP TABLE client_term; DROP TABLE client_count;",
  ...["administration", "source", "tier", "owner", "name", "terms"].map(
    (name) => `ALTER TABLE client DROP COLUMN ${name};`,
  ),
].join("\n");

/** The same of a PostgreSQL schema, which version 6 has brought. */
export const withoutSearchIn = (schema: string): string => `
  DROP TABLE "${schema}".consent;
  DROP FUNCTION "${schema}".count_client, "${schema}".put_client_terms CASCADE;
  DROP INDEX "${schema}".client_last_used_at, "${schema}".client_status;
  DROP TABLE "${schema}".client_term, "${schema}".client_count, "${schema}".client_count_change;
  ALTER TABLE "${schema}".client DROP COLUMN administration, DROP COLUMN source, DROP COLUMN tier,
    DROP COLUMN owner, DROP COLUMN name, DROP COLUMN terms;`;
