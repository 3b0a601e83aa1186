import { isStorable, requireInstants, toRow } from "../sql/client-row.js";
import { postgres, type PostgresConnection } from "./connection.js";
import type { PromisedStore } from "../sql/promised-store.js";
import { statements } from "../sql/statements.js";
import { storeReads } from "../sql/store-reads.js";
import { toTokenRow } from "../sql/token-row.js";
import { query, type SqlValue } from "../sql/transition.js";
import { transitions } from "../sql/transitions.js";

/** A registration store in one schema of a PostgreSQL database. Every promise rejects with the driver's error. */
export type PostgresStore = PromisedStore;

/** Each time somebody else has registered the same, and their client was gone again before it was looked for. */
const MOST_OVERTAKEN = 10;

/** The store in a schema that has its tables. */
export function postgresStore(connection: PostgresConnection, schema: string): PostgresStore {
  const sql = statements(postgres(schema));
  const change = transitions(sql);
  const rows = (text: string, ...values: readonly SqlValue[]) => connection.rows({ sql: text, values });
  const write = (text: string, ...values: readonly SqlValue[]) =>
    connection.run(() => query(text, ...values));

  return Object.freeze<PostgresStore>({
    ...storeReads(sql, rows),
    async createClient(given, givenGuards = {}) {
      toRow(given);
      // What counts is what was given, also when the caller changes it before a connection is free.
      const [client, guards] = [structuredClone(given), structuredClone(givenGuards)];
      for (let attempt = 1; attempt <= MOST_OVERTAKEN; attempt += 1) {
        const done = await connection.run(
          () => change.createClient(client, guards),
          ({ outcome }) => outcome === "created" || outcome === "existing",
        );
        if (done.outcome !== "overtaken") return done;
      }
      throw new Error("others took and left the same fingerprint again and again");
    },
    async replaceClient(given, expectedVersion) {
      toRow(given);
      const client = structuredClone(given);
      return connection.run(() => change.replaceClient(client, expectedVersion));
    },
    async deleteClient(clientId) {
      if (!isStorable(clientId)) return { outcome: "not_found" };
      return connection.run(() => change.deleteClient(clientId));
    },
    async recordClientUse(clientId, use) {
      if (!isStorable(clientId)) return { outcome: "not_found" };
      requireInstants(use.at, use.expiresAt);
      return connection.run(() => change.recordClientUse(clientId, use));
    },
    async changeClientStatus(clientId, to) {
      if (!isStorable(clientId)) return { outcome: "not_found" };
      requireInstants(to.expiresAt);
      return connection.run(() => change.changeClientStatus(clientId, to));
    },
    async deleteExpiredClients(clientIds, now) {
      const storable = clientIds.filter(isStorable);
      return storable.length === 0 ? [] : connection.run(() => change.deleteExpiredClients(storable, now));
    },

    async createInitialAccessToken(token) {
      const added = await write(sql.insertToken, ...toTokenRow(token));
      if (added.length === 0) throw new Error("the identifier of an initial access token is taken");
    },
    async revokeInitialAccessToken(id, at) {
      const revoked = isStorable(id) ? await write(sql.revokeToken, at, id) : [];
      return { outcome: revoked.length === 1 ? "revoked" : "not_found" };
    },
  });
}
