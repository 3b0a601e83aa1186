import { fromRow, isStorable, toCounts } from "./client-row.js";
import type { PromisedStore } from "./promised-store.js";
import type { Statements } from "./statements.js";
import { fromTokenRow } from "./token-row.js";
import type { Row, SqlValue } from "./transition.js";

type StoreReads = Pick<
  PromisedStore,
  | "findClient"
  | "findClientByRegistrationAccessToken"
  | "findClientByFingerprint"
  | "listClients"
  | "findExpiredClients"
  | "countClients"
  | "findInitialAccessToken"
  | "listInitialAccessTokens"
>;

/** What a store reads, each by one statement that is answered later. */
export function storeReads(
  sql: Statements,
  rows: (text: string, ...values: readonly SqlValue[]) => Promise<readonly Row[]>,
): StoreReads {
  async function findBy(text: string, value: string) {
    const [row] = isStorable(value) ? await rows(text, value) : [];
    return row && fromRow(row);
  }

  return {
    findClient: (clientId) => findBy(sql.findClient, clientId),
    findClientByRegistrationAccessToken: (hash) => findBy(sql.findClientByRegistrationAccessToken, hash),
    findClientByFingerprint: (fingerprint) => findBy(sql.findClientByFingerprint, fingerprint),
    listClients: async (after, limit) =>
      isStorable(after) ? (await rows(sql.listClients, after, limit)).map(fromRow) : [],
    findExpiredClients: async (now, limit) => (await rows(sql.findExpiredClients, now, limit)).map(fromRow),
    countClients: async (now) => toCounts(await rows(sql.countClients, now)),
    async findInitialAccessToken(id) {
      const [row] = isStorable(id) ? await rows(sql.findToken, id) : [];
      return row && fromTokenRow(row);
    },
    listInitialAccessTokens: async (after, limit) =>
      (await rows(sql.listTokens, after, limit)).map(fromTokenRow),
  };
}
