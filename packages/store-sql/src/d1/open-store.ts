import { requireOption } from "../sql/require-option.js";
import { d1Connection } from "./connection.js";
import type { D1Database } from "./database.js";
import { withSchema } from "./migrations.js";
import { d1Store, type D1Store } from "./store.js";

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
  return d1Store(withSchema(d1Connection(database)));
}
