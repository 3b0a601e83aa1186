import { initialAccessTokenProblem } from "./standing.js";
import type { InitialAccessToken } from "./records.js";
import { copyJson } from "../lib/copy-json.js";
import { hasExpired } from "./standing.js";
import {
  administeredClient,
  clientWithStatus,
  renewedClient,
  replacedClient,
  usedClient,
} from "./client-changes.js";
import { clientIndex } from "./client-index.js";
import { meetsQuery } from "./client-search.js";
import type { CreateClientGuards, CreateClientOutcome, RegistrationStore } from "./registration-store.js";
import type { RegisteredClient } from "./records.js";

/** How many clients a page looks at, whatever it is looking for. */
const MOST_EXAMINED = 2000;

/**
 * Keeps everything in this process and forgets it with it: for tests, and to try things out. A page of `findClients` looks at
 * 2,000 clients at most, as one of a database does.
 *
 * @example
 * ```ts
 * import { memoryStore } from "@oauth-dcr/core/memory";
 *
 * const store = memoryStore();
 * ```
 */
export function memoryStore(): RegistrationStore {
  const clients = new Map<string, RegisteredClient>();
  const index = clientIndex();
  /** The identifier of the client, by the hash of its registration access token. */
  const managed = new Map<string, string>();
  /** The identifier of the client, by its fingerprint. */
  const shared = new Map<string, string>();
  /** How many clients have each quota key. */
  const counts = new Map<string, number>();
  const tokens = new Map<string, InitialAccessToken>();

  function put(client: RegisteredClient): void {
    if (clients.has(client.clientId)) remove(client.clientId);
    clients.set(client.clientId, copyJson(client));
    index.add(client);
    const { registrationAccessTokenHash: hash, fingerprint, quotaKeys = [] } = client;
    if (hash !== undefined) managed.set(hash, client.clientId);
    if (fingerprint !== undefined) shared.set(fingerprint, client.clientId);
    for (const key of new Set(quotaKeys)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  function remove(clientId: string): boolean {
    const {
      registrationAccessTokenHash = "",
      fingerprint = "",
      quotaKeys = [],
    } = clients.get(clientId) ?? {};
    managed.delete(registrationAccessTokenHash);
    shared.delete(fingerprint);
    for (const key of new Set(quotaKeys)) {
      const left = (counts.get(key) ?? 0) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    }
    index.remove(clientId);
    return clients.delete(clientId);
  }

  function sharedClient(fingerprint: string): RegisteredClient | undefined {
    return clients.get(shared.get(fingerprint) ?? "");
  }

  function create(client: RegisteredClient, guards: CreateClientGuards): CreateClientOutcome {
    const { spendInitialAccessToken: spent, quotas = [] } = guards;
    if (clients.has(client.clientId)) return { outcome: "duplicate_client_id" };
    const existing = client.fingerprint === undefined ? undefined : sharedClient(client.fingerprint);
    if (existing) {
      const renewed = renewedClient(existing, client.expiresAt);
      put(renewed);
      return { outcome: "existing", client: copyJson(renewed) };
    }
    const token = spent && tokens.get(spent.id);
    if (spent && (!token || initialAccessTokenProblem(token, spent.at))) {
      return { outcome: "initial_access_token_spent" };
    }
    const full = quotas.find(({ key, limit }) => (counts.get(key) ?? 0) >= limit);
    if (full) return { outcome: "quota_exceeded", key: full.key };
    if (token) tokens.set(token.id, { ...token, usesLeft: token.usesLeft - 1 });
    put(client);
    return { outcome: "created" };
  }

  return {
    createClient: (client, guards = {}) => create(client, guards),
    findClient: (clientId) => copyJson(clients.get(clientId)),
    findClientByRegistrationAccessToken: (hash) => copyJson(clients.get(managed.get(hash) ?? "")),
    findClientByFingerprint: (fingerprint) => copyJson(sharedClient(fingerprint)),
    replaceClient(client, expectedVersion) {
      const current = clients.get(client.clientId);
      if (!current) return { outcome: "not_found" };
      if (current.version !== expectedVersion) return { outcome: "conflict" };
      put(replacedClient(current, client));
      return { outcome: "replaced" };
    },
    deleteClient: (clientId) => ({ outcome: remove(clientId) ? "deleted" : "not_found" }),

    recordClientUse(clientId, use) {
      const client = clients.get(clientId);
      if (!client) return { outcome: "not_found" };
      const used = usedClient(client, use);
      if (!used) return { outcome: "unusable" };
      if (used !== client) put(used);
      return { outcome: "recorded" };
    },
    findClients(query, { after = "", limit }) {
      const found: RegisteredClient[] = [];
      let examined = 0;
      let last = after;
      for (const clientId of index.behind(after)) {
        const client = clients.get(clientId);
        const isMet = client && meetsQuery(client, query);
        if (examined === MOST_EXAMINED || (isMet && found.length === limit)) {
          return { clients: found, next: last };
        }
        examined += 1;
        last = clientId;
        if (isMet) found.push(copyJson(client));
      }
      return { clients: found };
    },
    changeClientStatus(clientId, change) {
      const client = clients.get(clientId);
      if (!client) return { outcome: "not_found" };
      const changed = clientWithStatus(client, change);
      if (!changed) return { outcome: "conflict" };
      put(changed);
      return { outcome: "changed" };
    },
    changeClientAdministration(clientId, change) {
      const client = clients.get(clientId);
      if (!client) return { outcome: "not_found" };
      const changed = administeredClient(client, change);
      if (!changed) return { outcome: "conflict" };
      put(changed);
      return { outcome: "changed" };
    },
    findExpiredClients(now, limit) {
      const found: RegisteredClient[] = [];
      for (const { clientId } of index.expired(now)) {
        const client = clients.get(clientId);
        if (found.length === limit) break;
        if (client) found.push(copyJson(client));
      }
      return found;
    },
    deleteExpiredClients: (clientIds, now) =>
      clientIds.filter((id) => hasExpired(clients.get(id) ?? {}, now) && remove(id)),
    countClients: (now) => index.countAt(now),

    createInitialAccessToken(token) {
      if (tokens.has(token.id)) throw new Error("the identifier of an initial access token is taken");
      tokens.set(token.id, copyJson(token));
    },
    findInitialAccessToken: (id) => copyJson(tokens.get(id)),
    listInitialAccessTokens: (after, limit) =>
      [...tokens.values()]
        .filter(({ id }) => id > after)
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit)
        .map((token) => copyJson(token)),
    revokeInitialAccessToken(id, at) {
      const token = tokens.get(id);
      if (!token) return { outcome: "not_found" };
      tokens.set(id, { ...token, revokedAt: token.revokedAt ?? at });
      return { outcome: "revoked" };
    },
  };
}
