import type {
  CreateClientGuards,
  CreateClientOutcome,
  DeleteClientOutcome,
  InitialAccessToken,
  RegisteredClient,
  RegistrationStore,
  ReplaceClientOutcome,
  RevokeInitialAccessTokenOutcome,
} from "@oauth-dcr/core";
import {
  fromRow,
  isStorable,
  prepareFind,
  prepareFindByRegistrationAccessToken,
  prepareInsert,
  prepareReplace,
  toRow,
  type ClientRow,
} from "./client-row.js";
import { groupCommit } from "./group-commit.js";
import { sqliteCondition } from "./sqlite-condition.js";
import { closeDatabase, type SqliteDatabase, type SqliteStatement } from "./sqlite-database.js";
import { fromTokenRow, prepareTokenStatements, toTokenRow } from "./token-row.js";
import type { Transaction } from "./transaction.js";

/** A registration store in one SQLite file. Every promise rejects with the driver's error. */
export interface SqliteStore extends RegistrationStore {
  /** Resolves once the client is committed and synced to the disk. Rejects with the driver's error; nothing is written. */
  createClient(client: RegisteredClient, guards?: CreateClientGuards): Promise<CreateClientOutcome>;
  findClient(clientId: string): Promise<RegisteredClient | undefined>;
  findClientByRegistrationAccessToken(hash: string): Promise<RegisteredClient | undefined>;
  replaceClient(client: RegisteredClient, expectedVersion: number): Promise<ReplaceClientOutcome>;
  deleteClient(clientId: string): Promise<DeleteClientOutcome>;
  createInitialAccessToken(token: InitialAccessToken): Promise<void>;
  findInitialAccessToken(id: string): Promise<InitialAccessToken | undefined>;
  listInitialAccessTokens(after: string, limit: number): Promise<readonly InitialAccessToken[]>;
  revokeInitialAccessToken(id: string, at: number): Promise<RevokeInitialAccessTokenOutcome>;
  /**
   * Ends what is pending, each change committed or rejected, and closes the connection. Later calls reject;
   * closing again does nothing.
   */
  close(): void;
}

/** One change, to be run inside a transaction that it shares with others. */
type Change<Outcome> = () => Outcome;

/** The store on a database that has its schema. */
export function sqliteStore(
  database: SqliteDatabase,
  transaction: Transaction,
  lockTimeoutSeconds: number,
): SqliteStore {
  const clients = {
    insert: prepareInsert(database),
    find: prepareFind(database),
    findByRegistrationAccessToken: prepareFindByRegistrationAccessToken(database),
    replace: prepareReplace(database),
    delete: database.prepare("DELETE FROM client WHERE client_id = ?"),
  };
  const tokens = prepareTokenStatements(database);
  let closed = false;
  let openRead: SqliteStatement | undefined;

  function rows(statement: SqliteStatement, ...values: unknown[]): readonly unknown[] {
    if (!database.open) throw new Error("The store is closed"); // libsql's statements would go on.
    try {
      const found = statement.all(...values);
      if (openRead === statement) openRead = undefined;
      return found;
    } catch (error) {
      // libsql leaves a SELECT that met a lock open, and as long as it is, every commit keeps a read lock of ours.
      openRead = sqliteCondition(error) === "locked" ? statement : undefined;
      throw error;
    }
  }

  function commitAll(changes: readonly Change<unknown>[]): readonly unknown[] {
    if (openRead) rows(openRead, "", ...(openRead === tokens.list ? [0] : [])); // Running it again ends it.
    return transaction(() => changes.map((change) => change()));
  }

  const commits = groupCommit({ commit: commitAll, lockTimeoutSeconds });
  const commit = async <Outcome>(change: Change<Outcome>): Promise<Outcome> =>
    (await commits.add(change)) as Outcome;

  function insertClient(row: ClientRow, { spendInitialAccessToken: spent }: CreateClientGuards) {
    if (spent && tokens.spend.run(spent.id, spent.at).changes === 0) {
      return { outcome: "initial_access_token_spent" } as const;
    }
    if (clients.insert.run(...row).changes === 1) return { outcome: "created" } as const;
    if (spent) tokens.giveBack.run(spent.id);
    return { outcome: "duplicate_client_id" } as const;
  }

  function findClient(clientId: string): RegisteredClient | undefined {
    const [row] = isStorable(clientId) ? rows(clients.find, clientId) : [];
    return theRight(row, (client) => client.clientId === clientId);
  }

  function findManagedClient(hash: string): RegisteredClient | undefined {
    const [row] = isStorable(hash) ? rows(clients.findByRegistrationAccessToken, hash) : [];
    return theRight(row, (client) => client.registrationAccessTokenHash === hash);
  }

  function findToken(id: string): InitialAccessToken | undefined {
    const [row] = isStorable(id) ? rows(tokens.find, id) : [];
    const token = row === undefined ? undefined : fromTokenRow(row);
    if (token && token.id !== id) throw new Error("The database answered with another token");
    return token;
  }

  return Object.freeze<SqliteStore>({
    async createClient(client, guards = {}) {
      const row = toRow(client);
      return commit(() => insertClient(row, guards));
    },
    findClient: (clientId) => new Promise((resolve) => resolve(findClient(clientId))),
    findClientByRegistrationAccessToken: (hash) => new Promise((resolve) => resolve(findManagedClient(hash))),
    async replaceClient(client, expectedVersion) {
      const row = toRow(client);
      return commit(() => {
        if (clients.replace.run(...row, client.clientId, expectedVersion).changes === 1) {
          return { outcome: "replaced" };
        }
        return { outcome: findClient(client.clientId) ? "conflict" : "not_found" };
      });
    },
    async deleteClient(clientId) {
      if (!isStorable(clientId)) return { outcome: "not_found" };
      return commit(() => ({
        outcome: clients.delete.run(clientId).changes === 1 ? "deleted" : "not_found",
      }));
    },
    async createInitialAccessToken(token) {
      const row = toTokenRow(token);
      const { changes } = await commit(() => tokens.insert.run(...row));
      if (changes === 0) throw new Error("the identifier of an initial access token is taken");
    },
    findInitialAccessToken: (id) => new Promise((resolve) => resolve(findToken(id))),
    listInitialAccessTokens: (after, limit) =>
      new Promise((resolve) => resolve(rows(tokens.list, after, limit).map(fromTokenRow))),
    async revokeInitialAccessToken(id, at) {
      if (!isStorable(id)) return { outcome: "not_found" };
      return commit(() => ({ outcome: tokens.revoke.run(at, id).changes === 1 ? "revoked" : "not_found" }));
    },
    close() {
      if (closed) return;
      closed = true;
      commits.close();
      closeDatabase(database);
    },
  });
}

/** @throws when the row is another client's */
function theRight(
  row: unknown,
  isRight: (client: RegisteredClient) => boolean,
): RegisteredClient | undefined {
  if (row === undefined) return undefined;
  const client = fromRow(row);
  if (!isRight(client)) throw new Error("The database answered with another client");
  return client;
}
