export type { OpenPostgresStoreOptions } from "./open-postgres-schema.js";
export { openPostgresStore } from "./open-postgres-store.js";
export type { OpenSqliteStoreOptions } from "./open-sqlite-database.js";
export { openSqliteStore } from "./open-sqlite-store.js";
export type { PostgresClient, PostgresPool } from "./postgres-pool.js";
export type { PostgresStore } from "./postgres-store.js";
export type { SqliteDatabase, SqliteStatement } from "./sqlite-database.js";
export type { SqliteStore } from "./sqlite-store.js";
export { StoreOpenError, type StoreOpenErrorCode } from "./store-open-error.js";
