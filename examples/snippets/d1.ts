import { openD1Store, type D1Database } from "@oauth-dcr/store-sql/d1";

/** For the `store` of a registration that is made once for all requests, with the bindings of the first. */
export const storeOf = (env: { readonly DB: D1Database }) => openD1Store(env.DB);
