import type { CreateClientOutcome, RegisteredClient, RegistrationStore } from "@oauth-dcr/core";
import { fromRow, isStorable, prepareFind, prepareInsert, toRow, type ClientRow } from "./client-row.js";
import { groupCommit } from "./group-commit.js";
import { sqliteCondition } from "./sqlite-condition.js";
import { closeDatabase, type SqliteDatabase } from "./sqlite-database.js";
import type { Transaction } from "./transaction.js";

/** A registration store in one SQLite file. */
export interface SqliteStore extends RegistrationStore {
  /** Resolves once the client is committed and synced to the disk. Rejects with the driver's error; nothing is written. */
  createClient(client: RegisteredClient): Promise<CreateClientOutcome>;
  /** Rejects with the driver's error. */
  findClient(clientId: string): Promise<RegisteredClient | undefined>;
  /**
   * Ends what is pending, each registration committed or rejected, and closes the connection. Later calls reject;
   * closing again does nothing.
   */
  close(): void;
}

const CREATED: CreateClientOutcome = Object.freeze({ outcome: "created" });
const DUPLICATE: CreateClientOutcome = Object.freeze({ outcome: "duplicate_client_id" });

/** The store on a database that has its schema. */
export function sqliteStore(
  database: SqliteDatabase,
  transaction: Transaction,
  lockTimeoutSeconds: number,
): SqliteStore {
  const insert = prepareInsert(database);
  const find = prepareFind(database);
  let closed = false;
  let findIsOpen = false;

  function findRow(clientId: string): unknown {
    try {
      const [row] = find.all(clientId);
      findIsOpen = false;
      return row;
    } catch (error) {
      // libsql leaves a SELECT that met a lock open, and as long as it is, every commit keeps a read lock of ours.
      findIsOpen = sqliteCondition(error) === "locked";
      throw error;
    }
  }

  function insertAll(rows: readonly ClientRow[]): readonly CreateClientOutcome[] {
    if (findIsOpen) findRow(""); // Running it again ends it.
    return transaction(() => rows.map((row) => (insert.run(...row).changes === 1 ? CREATED : DUPLICATE)));
  }

  function findClient(clientId: string): RegisteredClient | undefined {
    if (!database.open) throw new Error("The store is closed"); // libsql's statements would go on.
    const row = isStorable(clientId) ? findRow(clientId) : undefined;
    return row === undefined ? undefined : fromRow(clientId, row);
  }

  const commits = groupCommit({ commit: insertAll, lockTimeoutSeconds });

  return Object.freeze<SqliteStore>({
    createClient: async (client) => commits.add(toRow(client)),
    findClient: (clientId) => new Promise((resolve) => resolve(findClient(clientId))),
    close() {
      if (closed) return;
      closed = true;
      commits.close();
      closeDatabase(database);
    },
  });
}
