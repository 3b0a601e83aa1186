import {
  initialAccessTokenProblem,
  type InitialAccessToken,
} from "../initial-access-token/initial-access-token.js";
import type { CreateClientOutcome, RegisteredClient, RegistrationStore } from "./registration-store.js";

/** Keeps everything in this process and forgets it with it: for tests, and to try things out. */
export function memoryStore(): RegistrationStore {
  const clients = new Map<string, RegisteredClient>();
  const tokens = new Map<string, InitialAccessToken>();

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
      clients.set(client.clientId, structuredClone(client));
      return { outcome: "created" };
    },
    findClient: (clientId) => structuredClone(clients.get(clientId)),
    replaceClient(client, expectedVersion) {
      const current = clients.get(client.clientId);
      if (!current) return { outcome: "not_found" };
      if (current.version !== expectedVersion) return { outcome: "conflict" };
      clients.set(client.clientId, structuredClone(client));
      return { outcome: "replaced" };
    },
    deleteClient: (clientId) => ({ outcome: clients.delete(clientId) ? "deleted" : "not_found" }),

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
