export { openPostgresStore, type OpenPostgresStoreOptions } from "./open-postgres-store.js";
export { openSqliteStore, type OpenSqliteStoreOptions } from "./open-sqlite-store.js";
export type { PostgresClient, PostgresPool } from "./postgres-pool.js";
export type { PostgresStore } from "./postgres-store.js";
export type { SqliteDatabase, SqliteStatement } from "./sqlite-database.js";
export type { SqliteStore } from "./sqlite-store.js";
export { StoreOpenError, type StoreOpenErrorCode } from "./store-open-error.js";
