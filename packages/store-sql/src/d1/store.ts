import type { ConsentStore } from "@oauth-dcr/core/consent";
import { d1Changes } from "./changes.js";
import { d1Connection } from "./connection.js";
import { d1Consents } from "./consents.js";
import type { D1Database } from "./database.js";
import { withSchema } from "./migrations.js";
import { SQLITE } from "../sqlite/connection.js";
import { requireOption } from "../sql/require-option.js";
import { sqlStore, type PromisedStore } from "../sql/sql-store.js";
import { statements } from "../sql/statements.js";

/**
 * A registration store in a Cloudflare D1 database. Calls reject with D1's error when the database fails, with a
 * `StoreOpenError` when its tables cannot be used, and with a `TypeError` for a client that the tables cannot hold.
 */
export interface D1Store extends PromisedStore {
  /** What users allowed the clients, in the same database; for `consentLedger` of `@oauth-dcr/core/consent`. */
  readonly consents: ConsentStore;
}

/**
 * Opens a registration store in a Cloudflare D1 database. The database belongs to the store: it must hold no tables of
 * another program. Opening asks the database nothing; the first call creates or upgrades the tables. It rejects with a
 * `StoreOpenError` for the tables of another program or of a newer version. Any number of workers may do so at the same
 * time, and one store serves any number of requests.
 *
 * @param database the binding itself, such as `env.DB`. Do not give a session of it, which may read old data
 * @throws MisuseError for a value that is no binding
 * @example
 * ```ts
 * import { openD1Store } from "@oauth-dcr/store-sql/d1";
 *
 * export function storeOf(env: { readonly DB: Parameters<typeof openD1Store>[0] }) {
 *   return openD1Store(env.DB);
 * }
 * ```
 */
export function openD1Store(database: D1Database): D1Store {
  const { prepare, batch } = ((database as unknown) ?? {}) as Readonly<Record<string, unknown>>;
  requireOption(
    "openD1Store",
    typeof prepare === "function" && typeof batch === "function",
    "database: give the binding of a D1 database, such as env.DB",
  );
  const connection = withSchema(d1Connection(database));
  const sql = statements(SQLITE);
  const store = sqlStore(sql, SQLITE, {
    rows: connection.rows,
    write: connection.rows,
    ...d1Changes(connection, sql),
  });
  return Object.freeze<D1Store>({ ...store, consents: d1Consents(connection) });
}
