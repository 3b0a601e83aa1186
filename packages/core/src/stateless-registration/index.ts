export { statelessStore, type StatelessStore, type StatelessStoreOptions } from "./stateless-store.js";
export type { StatelessKey } from "./client-id-seal.js";
