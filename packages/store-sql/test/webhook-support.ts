import { PGlite } from "@electric-sql/pglite";
import type { OutgoingConnection } from "@oauth-dcr/core/guarded-fetch";
import { webhookDelivery, type WebhookPayload, type WebhookQueue } from "@oauth-dcr/core/webhooks";
import Database from "libsql";
import type { Pool } from "pg";
import { afterAll } from "vitest";
import {
  openPostgresAuditLog,
  openPostgresWebhookOutbox,
  openSqliteAuditLog,
  openSqliteWebhookOutbox,
  type AuditLog,
  type PostgresPool,
  type WebhookOutbox,
} from "../src/index.js";
import { pglitePool, temporarySchemas } from "./postgres-support.js";

/** A database with an audit log and webhooks. */
export interface OpenedOutbox {
  readonly log: AuditLog;
  /** Opens the outbox as another process would. */
  readonly outbox: () => Promise<WebhookOutbox>;
  /** Runs a statement past both. */
  readonly run: (sql: string) => Promise<readonly object[]>;
}

export interface OutboxDatabase {
  readonly name: string;
  readonly open: () => Promise<OpenedOutbox>;
}

export function sqliteOutboxes(newFile: () => string): OutboxDatabase {
  const opened: { close(): unknown }[] = [];
  afterAll(() => opened.forEach((each) => each.close()));
  function later<T extends { close(): unknown }>(one: T): T {
    opened.push(one);
    return one;
  }
  return {
    name: "SQLite",
    open() {
      const file = newFile();
      const log = later(openSqliteAuditLog(new Database(file)));
      const other = later(new Database(file));
      return Promise.resolve({
        log,
        outbox: () => Promise.resolve(later(openSqliteWebhookOutbox(new Database(file)))),
        run: async (sql) => Promise.resolve(other.prepare(sql).all() as object[]),
      });
    },
  };
}

function postgresOutboxes(
  name: string,
  pool: PostgresPool,
  newSchema: () => string,
  ask: (sql: string) => Promise<{ readonly rows: unknown[] }>,
): OutboxDatabase {
  return {
    name,
    async open() {
      const schema = newSchema();
      return {
        log: await openPostgresAuditLog(pool, { schema }),
        outbox: async () => openPostgresWebhookOutbox(pool, { schema }),
        run: async (sql) =>
          (
            await ask(
              sql.replaceAll(/\b(audit|webhook)_(event|head|pending|endpoint|message)\b/g, `"${schema}".$&`),
            )
          ).rows as object[],
      };
    },
  };
}

export function pgliteOutboxes(): OutboxDatabase {
  const database = new PGlite();
  afterAll(async () => database.close());
  let schemas = 0;
  const newSchema = (): string => `webhooks_${(schemas += 1)}`;
  return postgresOutboxes("PGlite", pglitePool(database), newSchema, async (sql) => database.query(sql));
}

export function serverOutboxes(pool: Pool): OutboxDatabase {
  return postgresOutboxes("PostgreSQL", pool, temporarySchemas(pool), async (sql) => pool.query(sql));
}

export const SECRET = `whsec_${btoa("a secret of some 32 random bytes")}`;

/** Delivers from a queue to `answer`, which answers a status. What was taken is in `taken`. */
export function delivererOf(
  queue: WebhookQueue,
  answer: (payload: WebhookPayload) => number | Promise<number>,
  time: { now: number },
) {
  const taken: { readonly id: string; readonly client: string; readonly at: string }[] = [];
  const errors: string[] = [];
  const connection: OutgoingConnection = async ({ headers, body = "" }) => {
    const payload = JSON.parse(body) as WebhookPayload;
    const status = await answer(payload);
    const { client_id: client = "" } = payload.data;
    if (status < 300) taken.push({ id: headers["webhook-id"] ?? "", client, at: payload.timestamp });
    return new Response(null, { status });
  };
  const delivery = webhookDelivery({
    endpoint: { name: "test", url: "https://receiver.example/", secrets: [SECRET] },
    queue,
    connection,
    clock: () => time.now,
    onError: (error) => errors.push(error.message),
  });
  return {
    taken,
    errors,
    delivery,
    deliverAll: async (): Promise<void> => {
      while ((await delivery.deliver()).more);
    },
  };
}
