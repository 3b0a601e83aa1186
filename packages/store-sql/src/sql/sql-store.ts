import { clientWithStatus, replacedClient, usedClient } from "@oauth-dcr/core/store";
import type { Awaitable, RegisteredClient, RegistrationStore } from "@oauth-dcr/core";
import type { CreateClientGuards } from "@oauth-dcr/core/store";
import { fromRow, isStorable, requireInstants, toCounts, toRow, type ClientRow } from "./client-row.js";
import type { Statements } from "./statements.js";
import { fromTokenRow, toTokenRow } from "./token-row.js";
import type { Query, Row, SqlValue } from "./transition.js";

/** A registration store that answers later, each call with a promise. */
export type PromisedStore = {
  readonly [Method in keyof RegistrationStore]: (
    ...args: Parameters<RegistrationStore[Method]>
  ) => Promise<Awaited<ReturnType<RegistrationStore[Method]>>>;
};

/** What a change makes of the client that it meets: an outcome alone leaves the client as it is. */
export type Decide<Outcome extends string> = (
  client: RegisteredClient,
) => Outcome | readonly [Outcome, RegisteredClient];

/** A client to be created, with its row: the row is what was given, whatever the caller changes in the client meanwhile. */
export interface NewClient extends RegisteredClient {
  readonly row: ClientRow;
}

/** What a store needs of its database. A write and a change are durable once they are answered. */
interface StoreDatabase {
  /** Answers a statement that reads. */
  readonly rows: (query: Query) => Awaitable<readonly Row[]>;
  readonly write: (query: Query) => Promise<readonly Row[]>;
  readonly createClient: (
    client: NewClient,
    guards: CreateClientGuards,
  ) => ReturnType<PromisedStore["createClient"]>;
  /** Puts what `decide` makes of a client in its place, and takes it out of the pools that it left. */
  readonly changeClient: <Outcome extends string>(
    clientId: string,
    decide: Decide<Outcome>,
  ) => Promise<{ readonly outcome: Outcome | "not_found" }>;
  readonly deleteClient: PromisedStore["deleteClient"];
  readonly deleteExpiredClients: PromisedStore["deleteExpiredClients"];
}

/**
 * The store in a database that has its tables. What the tables cannot hold is refused here, before it shares a transaction
 * with others, and what counts is what was given, also when the caller changes it before it is written.
 */
export function sqlStore(sql: Statements, database: StoreDatabase): PromisedStore {
  const rows = (text: string, ...values: readonly SqlValue[]) => database.rows({ sql: text, values });

  async function findBy(
    text: string,
    name: "clientId" | "registrationAccessTokenHash" | "fingerprint",
    value: string,
  ) {
    const [row] = isStorable(value) ? await rows(text, value) : [];
    if (!row) return undefined;
    const client = fromRow(row);
    if (client[name] !== value) throw new Error("The database answered with another client");
    return client;
  }

  async function changeClient<Outcome extends string>(clientId: string, decide: Decide<Outcome>) {
    return isStorable(clientId)
      ? database.changeClient(clientId, decide)
      : ({ outcome: "not_found" } as const);
  }

  return {
    async createClient(client, guards = {}) {
      const { quotaKeys } = client;
      const given = { ...client, ...(quotaKeys && { quotaKeys: [...quotaKeys] }), row: toRow(client) };
      return database.createClient(given, copyOf(guards));
    },
    findClient: async (clientId) => findBy(sql.findClient, "clientId", clientId),
    findClientByRegistrationAccessToken: async (hash) =>
      findBy(sql.findClientByRegistrationAccessToken, "registrationAccessTokenHash", hash),
    findClientByFingerprint: async (fingerprint) =>
      findBy(sql.findClientByFingerprint, "fingerprint", fingerprint),
    async replaceClient(given, expectedVersion) {
      toRow(given);
      const client = structuredClone(given);
      return changeClient(client.clientId, (current) =>
        current.version === expectedVersion ? ["replaced", replacedClient(current, client)] : "conflict",
      );
    },
    async recordClientUse(clientId, { ...use }) {
      requireInstants(use.at, use.expiresAt);
      return changeClient(clientId, (client) => {
        const used = usedClient(client, use);
        if (!used) return "unusable";
        return used === client ? "recorded" : ["recorded", used];
      });
    },
    async changeClientStatus(clientId, given) {
      requireInstants(given.expiresAt);
      const to = structuredClone(given);
      return changeClient(clientId, (client) => {
        const changed = clientWithStatus(client, to);
        return changed ? ["changed", changed] : "conflict";
      });
    },
    deleteClient: async (clientId) =>
      isStorable(clientId) ? database.deleteClient(clientId) : { outcome: "not_found" },
    listClients: async (after, limit) =>
      isStorable(after) ? (await rows(sql.listClients, after, limit)).map(fromRow) : [],
    findExpiredClients: async (now, limit) => (await rows(sql.findExpiredClients, now, limit)).map(fromRow),
    async deleteExpiredClients(clientIds, now) {
      const storable = clientIds.filter(isStorable);
      return storable.length === 0 ? [] : database.deleteExpiredClients(storable, now);
    },
    countClients: async (now) => toCounts(await rows(sql.countClients, now)),

    async createInitialAccessToken(token) {
      const added = await database.write({ sql: sql.insertToken, values: toTokenRow(token) });
      if (added.length === 0) throw new Error("the identifier of an initial access token is taken");
    },
    async findInitialAccessToken(id) {
      const [row] = isStorable(id) ? await rows(sql.findToken, id) : [];
      const token = row && fromTokenRow(row);
      if (token && token.id !== id) throw new Error("The database answered with another token");
      return token;
    },
    listInitialAccessTokens: async (after, limit) =>
      (await rows(sql.listTokens, after, limit)).map(fromTokenRow),
    async revokeInitialAccessToken(id, at) {
      const query = { sql: sql.revokeToken, values: [at, id] };
      const revoked = isStorable(id) ? await database.write(query) : [];
      return { outcome: revoked.length === 1 ? "revoked" : "not_found" };
    },
  };
}

/** `structuredClone` would take longer than all else that is done here. */
function copyOf(guards: CreateClientGuards): CreateClientGuards {
  const { spendInitialAccessToken: spent, quotas = [] } = guards;
  return {
    ...guards,
    ...(spent && { spendInitialAccessToken: { ...spent } }),
    quotas: quotas.map((quota) => ({ ...quota })),
  };
}
