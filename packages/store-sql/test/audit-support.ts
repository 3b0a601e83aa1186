import { PGlite } from "@electric-sql/pglite";
import type { AuditEvent } from "@oauth-dcr/core";
import Database from "libsql";
import type { Pool } from "pg";
import { afterAll } from "vitest";
import {
  openPostgresAuditLog,
  openSqliteAuditLog,
  type AuditLog,
  type SqliteAuditLog,
} from "../src/index.js";
import { pglitePool, temporarySchemas } from "./postgres-support.js";

/** An event as core makes them. */
export function auditEvent(name: number | string, more: object = {}): AuditEvent {
  return {
    type: "client_disabled",
    at: "2026-09-21T14:13:20.000Z",
    actor: "operator",
    clientId: String(name),
    ...more,
  };
}

export async function recordAll(log: AuditLog, events: readonly AuditEvent[]): Promise<void> {
  await Promise.all(events.map(async (event) => log.record(event)));
}

/** A log, and a way past it to its tables, by the statements that both dialects know. */
export interface OpenedAuditLog {
  readonly log: AuditLog;
  readonly run: (sql: string) => Promise<void>;
  /** What an operator has signed. */
  readonly signedHead: () => Promise<string | null>;
  /** What is in the table, as the database itself tells. */
  readonly events: () => Promise<
    readonly { readonly position: number; readonly event: string; readonly hash: string }[]
  >;
}

export interface AuditDatabase {
  readonly name: string;
  readonly open: () => Promise<OpenedAuditLog>;
}

export function sqliteAuditLogs(newFile: () => string): AuditDatabase {
  const opened: (SqliteAuditLog | Database.Database)[] = [];
  afterAll(() => opened.forEach((each) => each.close()));
  return {
    name: "SQLite",
    open() {
      const file = newFile();
      const log = openSqliteAuditLog(new Database(file));
      const other = new Database(file);
      opened.push(log, other);
      return Promise.resolve({
        log,
        run: async (sql) => Promise.resolve(void other.exec(sql)),
        signedHead: async () => Promise.resolve(signedIn(other.prepare(SIGNED).all())),
        events: async () => Promise.resolve(other.prepare(EVENTS).all() as never),
      });
    },
  };
}

export function pgliteAuditLogs(): AuditDatabase {
  const database = new PGlite();
  const pool = pglitePool(database);
  afterAll(async () => database.close());
  let schemas = 0;
  return {
    name: "PGlite",
    async open() {
      const schema = `audit_${(schemas += 1)}`;
      return {
        log: await openPostgresAuditLog(pool, { schema }),
        async run(sql) {
          await database.exec(inSchema(schema, sql));
        },
        signedHead: async () => signedIn((await database.query(inSchema(schema, SIGNED))).rows),
        events: async () => (await database.query(inSchema(schema, EVENTS))).rows as never,
      };
    },
  };
}

export function postgresAuditLogs(pool: Pool): AuditDatabase {
  const newSchema = temporarySchemas(pool);
  return {
    name: "PostgreSQL",
    async open() {
      const schema = newSchema();
      return {
        log: await openPostgresAuditLog(pool, { schema }),
        async run(sql) {
          await pool.query(inSchema(schema, sql));
        },
        signedHead: async () => signedIn((await pool.query(inSchema(schema, SIGNED))).rows),
        events: async () =>
          (await pool.query<{ position: string }>(inSchema(schema, EVENTS))).rows.map((row) => ({
            ...row,
            position: Number(row.position),
          })) as never,
      };
    },
  };
}

const SIGNED = "SELECT signed_head FROM audit_head";
const signedIn = (rows: readonly unknown[]): string | null =>
  (rows[0] as { readonly signed_head: string | null }).signed_head;

const EVENTS = "SELECT * FROM audit_event ORDER BY position";

function inSchema(schema: string, sql: string): string {
  return sql.replaceAll(/\baudit_(event|head|pending)\b/g, `"${schema}".audit_$1`);
}
