import {
  initialAccessTokenProblem,
  type InitialAccessToken,
} from "../initial-access-token/initial-access-token.js";
import type { CreateClientOutcome, RegisteredClient, RegistrationStore } from "./registration-store.js";

/** Keeps everything in this process and forgets it with it: for tests, and to try things out. */
export function memoryStore(): RegistrationStore {
  const clients = new Map<string, RegisteredClient>();
  /** The identifier of the client, by the hash of its registration access token. */
  const managed = new Map<string, string>();
  const tokens = new Map<string, InitialAccessToken>();

  function put(client: RegisteredClient): void {
    remove(client.clientId);
    clients.set(client.clientId, structuredClone(client));
    const { registrationAccessTokenHash: hash } = client;
    if (hash !== undefined) managed.set(hash, client.clientId);
  }

  function remove(clientId: string): boolean {
    managed.delete(clients.get(clientId)?.registrationAccessTokenHash ?? "");
    return clients.delete(clientId);
  }

  function spend({ id, at }: { readonly id: string; readonly at: number }): boolean {
    const token = tokens.get(id);
    if (!token || initialAccessTokenProblem(token, at)) return false;
    tokens.set(id, { ...token, usesLeft: token.usesLeft - 1 });
    return true;
  }

  return {
    createClient(client, { spendInitialAccessToken } = {}): CreateClientOutcome {
      if (clients.has(client.clientId)) return { outcome: "duplicate_client_id" };
      if (spendInitialAccessToken && !spend(spendInitialAccessToken)) {
        return { outcome: "initial_access_token_spent" };
      }
      put(client);
      return { outcome: "created" };
    },
    findClient: (clientId) => structuredClone(clients.get(clientId)),
    findClientByRegistrationAccessToken: (hash) => structuredClone(clients.get(managed.get(hash) ?? "")),
    replaceClient(client, expectedVersion) {
      const current = clients.get(client.clientId);
      if (!current) return { outcome: "not_found" };
      if (current.version !== expectedVersion) return { outcome: "conflict" };
      put(client);
      return { outcome: "replaced" };
    },
    deleteClient: (clientId) => ({ outcome: remove(clientId) ? "deleted" : "not_found" }),

    createInitialAccessToken(token) {
      if (tokens.has(token.id)) throw new Error("the identifier of an initial access token is taken");
      tokens.set(token.id, structuredClone(token));
    },
    findInitialAccessToken: (id) => structuredClone(tokens.get(id)),
    listInitialAccessTokens: (after, limit) =>
      [...tokens.values()]
        .filter(({ id }) => id > after)
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit)
        .map((token) => structuredClone(token)),
    revokeInitialAccessToken(id, at) {
      const token = tokens.get(id);
      if (!token) return { outcome: "not_found" };
      tokens.set(id, { ...token, revokedAt: token.revokedAt ?? at });
      return { outcome: "revoked" };
    },
  };
}
