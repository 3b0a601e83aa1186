import { SQLITE } from "../sqlite/connection.js";
import { closeDatabase, type SqliteDatabase } from "../sqlite/database.js";
import { groupCommit } from "../sqlite/group-commit.js";
import { openSqliteDatabase, type OpenSqliteStoreOptions } from "../sqlite/open-database.js";
import type { Transition } from "../sql/transition.js";
import { webhookOutbox } from "./outbox.js";
import { webhookTransitions } from "./transitions.js";
import type { WebhookOutbox } from "./webhook-outbox.js";

/** A webhook outbox in a SQLite file. */
export interface SqliteWebhookOutbox extends WebhookOutbox {
  /** Closes the connection. Later calls reject. A second `close()` does nothing. */
  close(): void;
}

const NOW = "CAST(strftime('%s', 'now') AS INTEGER)";

/**
 * Opens the webhook outbox of a SQLite database, and creates or upgrades its tables. The file must be that of the audit log.
 * Several processes may open the same file.
 *
 * @param database an open connection of its own, even when a store is open on the same file. The outbox owns it from now on:
 *   `close()` closes it, and so does a `StoreOpenError`
 * @param options the same as those of `openSqliteStore`
 * @throws StoreOpenError in the same cases as `openSqliteStore`
 * @throws MisuseError for an unknown or invalid option, and for a database that is closed or no connection
 * @example
 * ```ts
 * import { openSqliteWebhookOutbox } from "@oauth-dcr/store-sql";
 * import Database from "libsql";
 *
 * const outbox = openSqliteWebhookOutbox(new Database("clients.sqlite"), { checkIntegrity: false });
 * const queue = await outbox.openQueue("billing");
 * ```
 */
export function openSqliteWebhookOutbox(
  database: SqliteDatabase,
  options: OpenSqliteStoreOptions = {},
): SqliteWebhookOutbox {
  const opener = "openSqliteWebhookOutbox";
  return openSqliteDatabase(opener, database, options, (connection, lockTimeoutSeconds) => {
    // One transaction for each: what has to wait for the lock of the store does not hold the thread.
    const commits = groupCommit({
      commit: (makers: readonly (() => Transition<unknown>)[]) =>
        connection.inTransaction(() => makers.map((make) => connection.run(make()))),
      lockTimeoutSeconds,
    });
    const run = async <Outcome>(make: () => Transition<Outcome>): Promise<Outcome> =>
      (await commits.add(make)) as Outcome;
    return Object.freeze<SqliteWebhookOutbox>({
      ...webhookOutbox(webhookTransitions(SQLITE, NOW), run),
      close() {
        commits.close();
        closeDatabase(database);
      },
    });
  });
}
