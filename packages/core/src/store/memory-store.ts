import type { CreateClientOutcome, RegisteredClient, RegistrationStore } from "./registration-store.js";

/** Keeps clients in this process and forgets them with it: for tests, and to try things out. */
export function memoryStore(): RegistrationStore {
  const clients = new Map<string, RegisteredClient>();
  return {
    createClient(client): CreateClientOutcome {
      if (clients.has(client.clientId)) return { outcome: "duplicate_client_id" };
      clients.set(client.clientId, structuredClone(client));
      return { outcome: "created" };
    },
    findClient(clientId) {
      const client = clients.get(clientId);
      return client && structuredClone(client);
    },
  };
}
