import { openD1Store, type D1Database } from "@oauth-dcr/store-sql/d1";

/** The `store` of a registration that you create once, with the bindings of the first request. */
export const storeOf = (env: { readonly DB: D1Database }) => openD1Store(env.DB);
