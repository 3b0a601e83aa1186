export type {
  AuditKey,
  AuditLog,
  AuditProblem,
  AuditPruning,
  AuditVerification,
  PruneAuditLogOptions,
  SignAuditLogOptions,
  VerifyAuditLogOptions,
} from "./audit/audit-log.js";
export {
  openAuditedPostgresStore,
  type AuditedPostgresStore,
  type OpenAuditedPostgresStoreOptions,
} from "./audit/postgres-audited-store.js";
export { openAuditedSqliteStore, type AuditedSqliteStore } from "./audit/sqlite-audited-store.js";
export type { BackupContents } from "./backup/backup-contents.js";
export { backUpPostgres, restorePostgres, type PostgresBackupOptions } from "./backup/postgres-backup.js";
export { backUpSqlite, verifySqliteBackup } from "./backup/sqlite-backup.js";
export { openPostgresAuditLog } from "./audit/postgres-audit-log.js";
export type { OpenPostgresStoreOptions } from "./postgres/open-schema.js";
export { openPostgresStore } from "./postgres/store.js";
export { openSqliteAuditLog } from "./audit/sqlite-audit-log.js";
export type { OpenSqliteStoreOptions } from "./sqlite/open-database.js";
export { openSqliteStore } from "./sqlite/store.js";
export type { PostgresClient, PostgresPool } from "./postgres/pool.js";
export type { PostgresStore } from "./postgres/store.js";
export type { SqliteAuditLog } from "./audit/sqlite-audit-log.js";
export type { SqliteDatabase, SqliteStatement } from "./sqlite/database.js";
export type { SqliteStore } from "./sqlite/store.js";
export { StoreOpenError, type StoreOpenErrorCode } from "./sql/store-open-error.js";
export type { DatabaseStatus, DatabaseStatusContents, WebhookStatus } from "./status/database-status.js";
export { readPostgresStatus, type PostgresStatusOptions } from "./status/postgres-status.js";
export { readSqliteStatus } from "./status/sqlite-status.js";
export { openPostgresWebhookOutbox } from "./webhooks/postgres-webhook-outbox.js";
export { openSqliteWebhookOutbox, type SqliteWebhookOutbox } from "./webhooks/sqlite-webhook-outbox.js";
export type { DeadWebhook, DeadWebhooks, WebhookOutbox } from "./webhooks/webhook-outbox.js";
