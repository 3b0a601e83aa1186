export type { D1Database, D1Result, D1Statement } from "./d1/database.js";
export type { D1Store } from "./d1/store.js";
export { openD1Store } from "./d1/store.js";
export { StoreOpenError, type StoreOpenErrorCode } from "./sql/store-open-error.js";
