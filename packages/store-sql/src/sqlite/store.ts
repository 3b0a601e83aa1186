import type { RegisteredClient } from "@oauth-dcr/core";
import { afterThisTurn } from "./after-this-turn.js";
import { fromRow, isStorable, requireInstants, toCounts, toRow } from "../sql/client-row.js";
import { groupCommit } from "./group-commit.js";
import { SQLITE, sqliteConnection } from "./connection.js";
import { checkpoint, closeDatabase, type SqliteDatabase } from "./database.js";
import { statements } from "../sql/statements.js";
import { fromTokenRow, toTokenRow } from "../sql/token-row.js";
import type { Transaction } from "./transaction.js";
import type { PromisedStore } from "../sql/promised-store.js";
import { query, type SqlValue, type Transition } from "../sql/transition.js";
import { transitions } from "../sql/transitions.js";

/** A registration store in one SQLite file. Every promise rejects with the driver's error. */
export interface SqliteStore extends PromisedStore {
  /**
   * Ends what is pending, each change committed or rejected, and closes the connection. Later calls reject;
   * closing again does nothing.
   */
  close(): void;
}

/** The store on a database that has its schema. */
export function sqliteStore(
  database: SqliteDatabase,
  transaction: Transaction,
  lockTimeoutSeconds: number,
): SqliteStore {
  const sql = statements(SQLITE);
  const change = transitions(sql);
  const connection = sqliteConnection(database, transaction);
  let closed = false;

  // A generator runs once: a group that has to wait for a lock begins anew, so each try makes them anew.
  const commits = groupCommit({
    commit: (makers: readonly (() => Transition<unknown>)[]) =>
      connection.inTransaction(() => makers.map((make) => connection.run(make()))),
    lockTimeoutSeconds,
  });
  const commit = async <Outcome>(make: () => Transition<Outcome>): Promise<Outcome> =>
    (await commits.add(make)) as Outcome;
  const write = (text: string, ...values: readonly SqlValue[]) => commit(() => query(text, ...values));

  /** Reads now; whatever is wrong rejects. */
  const read = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()));

  function findBy(
    text: string,
    name: "clientId" | "registrationAccessTokenHash" | "fingerprint",
    value: string,
  ) {
    return read(() => {
      const [row] = isStorable(value) ? connection.rows(text, [value]) : [];
      if (!row) return undefined;
      const client = fromRow(row);
      if (client[name] !== value) throw new Error("The database answered with another client");
      return client;
    });
  }

  return Object.freeze<SqliteStore>({
    async createClient(client, guards = {}) {
      const added = toStored(client);
      const done = await commit(() => change.createClient(added, guards));
      // The write lock is taken before anything is looked at.
      if (done.outcome === "overtaken") throw new Error("somebody wrote in the middle of a transaction");
      return done;
    },
    findClient: (clientId) => findBy(sql.findClient, "clientId", clientId),
    findClientByRegistrationAccessToken: (hash) =>
      findBy(sql.findClientByRegistrationAccessToken, "registrationAccessTokenHash", hash),
    findClientByFingerprint: (fingerprint) => findBy(sql.findClientByFingerprint, "fingerprint", fingerprint),
    async replaceClient(client, expectedVersion) {
      const replacing = toStored(client);
      return commit(() => change.replaceClient(replacing, expectedVersion));
    },
    async deleteClient(clientId) {
      if (!isStorable(clientId)) return { outcome: "not_found" };
      return commit(() => change.deleteClient(clientId));
    },
    async recordClientUse(clientId, use) {
      if (!isStorable(clientId)) return { outcome: "not_found" };
      requireInstants(use.at, use.expiresAt);
      return commit(() => change.recordClientUse(clientId, use));
    },
    async changeClientStatus(clientId, to) {
      if (!isStorable(clientId)) return { outcome: "not_found" };
      requireInstants(to.expiresAt);
      return commit(() => change.changeClientStatus(clientId, to));
    },
    listClients: (after, limit) => read(() => connection.rows(sql.listClients, [after, limit]).map(fromRow)),
    findExpiredClients: (now, limit) =>
      read(() => connection.rows(sql.findExpiredClients, [now, limit]).map(fromRow)),
    async deleteExpiredClients(clientIds, now) {
      const storable = clientIds.filter(isStorable);
      if (storable.length === 0) return [];
      const deleted = await commit(() => change.deleteExpiredClients(storable, now));
      // A sweep touches pages all over the file. In a turn of its own, as each of the two waits for the disk.
      afterThisTurn(() => checkpoint(database));
      return deleted;
    },
    countClients: (now) => read(() => toCounts(connection.rows(sql.countClients, [now]))),

    async createInitialAccessToken(token) {
      const added = await write(sql.insertToken, ...toTokenRow(token));
      if (added.length === 0) throw new Error("the identifier of an initial access token is taken");
    },
    findInitialAccessToken: (id) =>
      read(() => {
        const [row] = isStorable(id) ? connection.rows(sql.findToken, [id]) : [];
        const token = row && fromTokenRow(row);
        if (token && token.id !== id) throw new Error("The database answered with another token");
        return token;
      }),
    listInitialAccessTokens: (after, limit) =>
      read(() => connection.rows(sql.listTokens, [after, limit]).map(fromTokenRow)),
    async revokeInitialAccessToken(id, at) {
      const revoked = isStorable(id) ? await write(sql.revokeToken, at, id) : [];
      return { outcome: revoked.length === 1 ? "revoked" : "not_found" };
    },
    close() {
      if (closed) return;
      closed = true;
      commits.close();
      closeDatabase(database);
    },
  });
}

/** As it is now, whatever the caller does to it later. What cannot be stored is refused before it waits with others. */
function toStored(client: RegisteredClient): RegisteredClient {
  toRow(client);
  return structuredClone(client);
}
