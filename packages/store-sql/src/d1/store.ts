import { d1Changes } from "./changes.js";
import { d1Connection } from "./connection.js";
import type { D1Database } from "./database.js";
import { withSchema } from "./migrations.js";
import { SQLITE } from "../sqlite/connection.js";
import { requireOption } from "../sql/require-option.js";
import { sqlStore, type PromisedStore } from "../sql/sql-store.js";
import { statements } from "../sql/statements.js";

/** A registration store in a D1 database. Every promise rejects with D1's error. */
export type D1Store = PromisedStore;

/**
 * Opens the store in a D1 database that is its own. It asks the database nothing yet: the first call creates or upgrades
 * the tables, and rejects with a `StoreOpenError` where they are another program's or of a newer version. Any number of
 * workers may do so at the same time, and a store may serve any number of requests.
 *
 * @param database the binding itself, such as `env.DB`, and no session of it, which may read what is old
 * @throws MisuseError for an argument that makes no sense
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
  const store = sqlStore(sql, {
    rows: connection.rows,
    write: connection.rows,
    ...d1Changes(connection, sql),
  });
  return Object.freeze(store);
}
