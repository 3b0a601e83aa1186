import type { RegistrationStore } from "../store/registration-store.js";

/**
 * Lets a client that a policy held do what it was registered for. `false` when no such client awaits approval. Rejects
 * when the store cannot answer.
 */
export async function approveClient(clientId: string, store: RegistrationStore): Promise<boolean> {
  for (;;) {
    const client = await store.findClient(clientId);
    if (client?.status !== "awaiting_approval") return false;
    const { outcome } = await store.replaceClient(
      { ...client, status: "active", version: client.version + 1 },
      client.version,
    );
    if (outcome !== "conflict") return outcome === "replaced";
  }
}
