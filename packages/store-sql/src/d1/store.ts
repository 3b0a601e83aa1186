import { isStorable, requireInstants, toRow } from "../sql/client-row.js";
import { d1Changes } from "./changes.js";
import type { D1Connection } from "./connection.js";
import type { PromisedStore } from "../sql/promised-store.js";
import { SQLITE } from "../sqlite/connection.js";
import { statements } from "../sql/statements.js";
import { storeReads } from "../sql/store-reads.js";
import { toTokenRow } from "../sql/token-row.js";
import type { SqlValue } from "../sql/transition.js";

/** A registration store in a D1 database. Every promise rejects with D1's error. */
export type D1Store = PromisedStore;

/** The store on a connection that sees to its tables. */
export function d1Store(connection: D1Connection): D1Store {
  const sql = statements(SQLITE);
  const change = d1Changes(connection, sql);
  const rows = (text: string, ...values: readonly SqlValue[]) => connection.rows({ sql: text, values });

  return Object.freeze<D1Store>({
    ...storeReads(sql, rows),
    async createClient(client, guards = {}) {
      toRow(client);
      // What counts is what was given, also when the caller changes it before it is written.
      return change.createClient(structuredClone(client), structuredClone(guards));
    },
    async replaceClient(client, expectedVersion) {
      toRow(client);
      return change.replaceClient(structuredClone(client), expectedVersion);
    },
    async deleteClient(clientId) {
      return isStorable(clientId) ? change.deleteClient(clientId) : { outcome: "not_found" };
    },
    async recordClientUse(clientId, use) {
      if (!isStorable(clientId)) return { outcome: "not_found" };
      requireInstants(use.at, use.expiresAt);
      return change.recordClientUse(clientId, { ...use });
    },
    async changeClientStatus(clientId, to) {
      if (!isStorable(clientId)) return { outcome: "not_found" };
      requireInstants(to.expiresAt);
      return change.changeClientStatus(clientId, structuredClone(to));
    },
    async deleteExpiredClients(clientIds, now) {
      const storable = clientIds.filter(isStorable);
      return storable.length === 0 ? [] : change.deleteExpiredClients(storable, now);
    },

    async createInitialAccessToken(token) {
      const added = await rows(sql.insertToken, ...toTokenRow(token));
      if (added.length === 0) throw new Error("the identifier of an initial access token is taken");
    },
    async revokeInitialAccessToken(id, at) {
      const revoked = isStorable(id) ? await rows(sql.revokeToken, at, id) : [];
      return { outcome: revoked.length === 1 ? "revoked" : "not_found" };
    },
  });
}
