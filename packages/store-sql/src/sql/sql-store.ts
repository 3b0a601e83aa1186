import { administeredClient, clientWithStatus, replacedClient, usedClient } from "@oauth-dcr/core/store";
import type { Awaitable, RegisteredClient, RegistrationStore } from "@oauth-dcr/core";
import type { AuditEvents, CreateClientGuards } from "@oauth-dcr/core/store";
import { ledgerThinner } from "./thin-ledgers.js";
import { fromRow, isStorable, requireInstants, toRow, type ClientRow } from "./client-row.js";
import { countClients } from "./count-clients.js";
import { findClients } from "./find-clients.js";
import { withEvents, type EventNotes } from "./event-notes.js";
import type { Dialect, Statements } from "./statements.js";
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

/**
 * What a store needs of its database. A write and a change are durable once they are answered. The `events` are the texts of
 * a change's audit events; there are some only where the store has `notes`.
 */
interface StoreDatabase {
  readonly notes?: EventNotes | undefined;
  /** Brings the counts into few rows, where a database keeps them in many. */
  readonly foldCounts?: () => Promise<void>;
  /** Answers a statement that reads. */
  readonly rows: (query: Query) => Awaitable<readonly Row[]>;
  readonly write: (query: Query, events: readonly string[]) => Promise<readonly Row[]>;
  readonly createClient: (
    client: NewClient,
    guards: CreateClientGuards,
    events: readonly string[],
  ) => ReturnType<PromisedStore["createClient"]>;
  /** Puts what `decide` makes of a client in its place, and takes it out of the pools that it left. */
  readonly changeClient: <Outcome extends string>(
    clientId: string,
    decide: Decide<Outcome>,
    events: readonly string[],
  ) => Promise<{ readonly outcome: Outcome | "not_found" }>;
  readonly deleteClient: (
    clientId: string,
    events: readonly string[],
  ) => ReturnType<PromisedStore["deleteClient"]>;
  /** `eventOf`: the text of a client's event. */
  readonly deleteExpiredClients: (
    clientIds: readonly string[],
    now: number,
    eventOf: ReadonlyMap<string, string>,
  ) => Promise<readonly string[]>;
}

/**
 * The store in a database that has its tables. What the tables cannot hold is refused here, before it shares a transaction
 * with others, and what counts is what was given, also when the caller changes it before it is written.
 */
export function sqlStore(sql: Statements, dialect: Dialect, database: StoreDatabase): PromisedStore {
  const ask = async (query: Query) => database.rows(query);
  const rows = (text: string, ...values: readonly SqlValue[]) => database.rows({ sql: text, values });
  const ledgers = ledgerThinner(dialect, ask, async (query) => database.write(query, []));

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

  /** @param made the outcome that says that the change was made, and `events` with it */
  async function changeClient<Outcome extends string>(
    clientId: string,
    decide: Decide<Outcome>,
    made?: Outcome,
    events?: AuditEvents,
  ) {
    if (!isStorable(clientId)) return { outcome: "not_found" } as const;
    const change = async (texts: readonly string[]) => database.changeClient(clientId, decide, texts);
    return withEvents(database.notes, events, change, ({ outcome }) => outcome === made);
  }

  async function write(query: Query, events?: AuditEvents): Promise<readonly Row[]> {
    const change = async (texts: readonly string[]) => database.write(query, texts);
    return withEvents(database.notes, events, change, ({ length }) => length > 0);
  }

  return {
    async createClient(client, guards = {}) {
      const { quotaKeys } = client;
      const given = { ...client, ...(quotaKeys && { quotaKeys: [...quotaKeys] }), row: toRow(client) };
      const copy = copyOf(guards);
      const change = async (texts: readonly string[]) => database.createClient(given, copy, texts);
      return withEvents(database.notes, guards.auditEvents, change, ({ outcome }) => outcome === "created");
    },
    findClient: async (clientId) => findBy(sql.findClient, "clientId", clientId),
    findClientByRegistrationAccessToken: async (hash) =>
      findBy(sql.findClientByRegistrationAccessToken, "registrationAccessTokenHash", hash),
    findClientByFingerprint: async (fingerprint) =>
      findBy(sql.findClientByFingerprint, "fingerprint", fingerprint),
    async replaceClient(given, expectedVersion, events) {
      toRow(given);
      const client = structuredClone(given);
      const decide: Decide<"replaced" | "conflict"> = (current) =>
        current.version === expectedVersion ? ["replaced", replacedClient(current, client)] : "conflict";
      return changeClient(client.clientId, decide, "replaced", events);
    },
    async recordClientUse(clientId, { ...use }) {
      requireInstants(use.at, use.expiresAt);
      return changeClient(clientId, (client) => {
        const used = usedClient(client, use);
        if (!used) return "unusable";
        return used === client ? "recorded" : ["recorded", used];
      });
    },
    async changeClientStatus(clientId, given, events) {
      requireInstants(given.expiresAt);
      const to = structuredClone(given);
      const decide: Decide<"changed" | "conflict"> = (client) => {
        const changed = clientWithStatus(client, to);
        return changed ? ["changed", changed] : "conflict";
      };
      return changeClient(clientId, decide, "changed", events);
    },
    async deleteClient(clientId, events) {
      if (!isStorable(clientId)) return { outcome: "not_found" };
      await ledgers.ofClient(clientId);
      const change = async (texts: readonly string[]) => database.deleteClient(clientId, texts);
      return withEvents(database.notes, events, change, ({ outcome }) => outcome === "deleted");
    },
    async changeClientAdministration(clientId, given, events) {
      const to = structuredClone(given);
      const decide: Decide<"changed" | "conflict"> = (client) => {
        const changed = administeredClient(client, to);
        return changed ? ["changed", changed] : "conflict";
      };
      return changeClient(clientId, decide, "changed", events);
    },
    findClients: async (query, page) => findClients({ ...query }, { ...page }, dialect, ask),
    findExpiredClients: async (now, limit) => (await rows(sql.findExpiredClients, now, limit)).map(fromRow),
    async deleteExpiredClients(clientIds, now, events) {
      const { notes } = database;
      const storable = clientIds.filter(isStorable);
      if (storable.length === 0) return [];
      const given = new Map(notes && events ? clientIds.map((id, index) => [id, events[index]]) : []);
      const texts = new Map(
        [...given].flatMap(([id, event]) => (event ? [[id, JSON.stringify(event)]] : [])),
      );
      await ledgers.ofExpired(storable, now);
      const deleted = await database.deleteExpiredClients(storable, now, texts);
      for (const event of deleted.flatMap((id) => given.get(id) ?? [])) notes?.written.add(event);
      return deleted;
    },
    async countClients(now) {
      await database.foldCounts?.();
      return countClients(await rows(sql.countClients), await rows(sql.countExpiredClients, now));
    },

    async createInitialAccessToken(token, events) {
      const added = await write({ sql: sql.insertToken, values: toTokenRow(token) }, events);
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
    async revokeInitialAccessToken(id, at, events) {
      const query = { sql: sql.revokeToken, values: [at, id] };
      const revoked = isStorable(id) ? await write(query, events) : [];
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
