import Database from "libsql";
import { expect, it } from "vitest";
import { describeUnless } from "../../../tests/support/services.js";
import {
  openAuditedPostgresStore,
  openPostgresWebhookOutbox,
  openSqliteStore,
  openSqliteWebhookOutbox,
  readPostgresStatus,
  readSqliteStatus,
  StoreOpenError,
} from "../src/index.js";
import { noServer, serverPool, temporarySchemas } from "./postgres-support.js";
import { temporaryFiles } from "./support.js";

const newFile = temporaryFiles();

it("tells the state of a SQLite store without opening it", async () => {
  const file = newFile();
  const database = new Database(file);
  const { supportedSchemaVersion, ...nothing } = readSqliteStatus(database, file);
  expect(nothing).toEqual({});
  const store = openSqliteStore(new Database(file));
  const outbox = openSqliteWebhookOutbox(new Database(file));
  await outbox.openQueue("https-hooks.example");
  expect(readSqliteStatus(database, file)).toEqual({
    schemaVersion: supportedSchemaVersion,
    supportedSchemaVersion,
    contents: {
      fullestQuotas: [],
      webhooks: [{ endpoint: "https-hooks.example", waiting: 0, dead: 0, unread: 0 }],
      pendingAuditEvents: 0,
    },
  });
  outbox.close();
  store.close();
});

it("tells a database of something else", () => {
  const database = new Database(newFile());
  database.exec("CREATE TABLE theirs (a)");
  expect(() => readSqliteStatus(database, "theirs.sqlite")).toThrow(StoreOpenError);
});

const pool = await serverPool();

describeUnless(noServer, "PostgreSQL", () => {
  if (!pool) return;
  const newSchema = temporarySchemas(pool);

  it("tells the state of a store without opening it", async () => {
    const schema = newSchema();
    const { supportedSchemaVersion, ...nothing } = await readPostgresStatus(pool, { schema });
    expect(nothing).toEqual({});
    await openAuditedPostgresStore(pool, { schema, auditPool: pool });
    const outbox = await openPostgresWebhookOutbox(pool, { schema });
    await outbox.openQueue("hooks.example");
    await pool.query(
      `INSERT INTO "${schema}".quota_shard (quota_key, shard, clients) VALUES ('a', 1, 2), ('a', 2, 3), ('b', 1, 4)`,
    );
    expect(await readPostgresStatus(pool, { schema })).toEqual({
      schemaVersion: supportedSchemaVersion,
      supportedSchemaVersion,
      contents: {
        fullestQuotas: [
          { quotaKey: "a", clients: 5 },
          { quotaKey: "b", clients: 4 },
        ],
        webhooks: [{ endpoint: "hooks.example", waiting: 0, dead: 0, unread: 0 }],
        pendingAuditEvents: 0,
      },
    });
    await pool.query(`UPDATE "${schema}".schema_version SET version = 1`);
    expect(await readPostgresStatus(pool, { schema })).toEqual({ schemaVersion: 1, supportedSchemaVersion });
    await expect(readPostgresStatus(pool, { schema: "A-B" })).rejects.toMatchObject({ code: "ERR_OPTION" });
  });
});
