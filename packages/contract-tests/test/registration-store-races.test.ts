import type { RegistrationStore } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  registrationStoreRaces,
  type RegistrationStoreRacesOptions,
} from "../src/registration-store-races.js";

const name = "memory";
registrationStoreRaces({ describe, it, expect }, fc, { name, createStore: () => memoryStore(), runs: 500 });

/** Lets others go first, as a store does that waits for its database. */
const later = () => new Promise((resolve) => setImmediate(resolve));

describe("registrationStoreRaces", () => {
  it.each<[what: string, change: (store: RegistrationStore) => Partial<RegistrationStore>]>([
    [
      "looks at a quota before it writes",
      (store) => ({
        async createClient(client, guards = {}) {
          const rehearsal = await store.createClient(
            { ...client, clientId: "rehearsal" },
            { quotas: guards.quotas ?? [] },
          );
          await store.deleteClient("rehearsal");
          await later();
          if (rehearsal.outcome === "quota_exceeded") return rehearsal;
          const { quotas: _, ...others } = guards;
          return store.createClient(client, others);
        },
      }),
    ],
    [
      "spends a token for a client that it then does not make",
      (store) => ({
        async createClient(client, guards = {}) {
          const { spendInitialAccessToken: spent, ...others } = guards;
          const { outcome } = await store.createClient(
            { ...client, clientId: "spender", quotaKeys: [] },
            guards,
          );
          await store.deleteClient("spender");
          if (spent && outcome === "initial_access_token_spent") return { outcome };
          return store.createClient(client, others);
        },
      }),
    ],
    [
      "has many clients of one fingerprint",
      (store) => ({
        findClient: async (clientId) => {
          const client = await store.findClient(clientId);
          return client && { ...client, fingerprint: "same" };
        },
      }),
    ],
    [
      "forgets who leaves a pool",
      (store) => ({
        deleteClient: async (id) => {
          const client = await store.findClient(id);
          const deleted = await store.deleteClient(id);
          if (client?.quotaKeys) await store.createClient({ ...client, clientId: `ghost of ${id}` });
          return deleted;
        },
      }),
    ],
    [
      "deletes a client for two who ask at the same time",
      (store) => ({
        deleteClient: async (id) => {
          const client = await store.findClient(id);
          await later();
          await store.deleteClient(id);
          return { outcome: client ? "deleted" : "not_found" };
        },
      }),
    ],
    [
      "looks at the version before it replaces a client",
      (store) => ({
        replaceClient: async (client, expectedVersion) => {
          if ((await store.findClient(client.clientId))?.version !== expectedVersion) {
            return { outcome: "conflict" };
          }
          await later();
          const now = await store.findClient(client.clientId);
          return store.replaceClient(client, now?.version ?? 0);
        },
      }),
    ],
  ])("catches a store that %s", async (_what, change) => {
    const createStore = () => {
      const store = memoryStore();
      return { ...store, ...change(store) };
    };
    await isCaught({ createStore });
  });

  it("catches a store whose log has no event of a change", async () => {
    await isCaught({ createStore: () => memoryStore(), committedEvents: () => [] });
  });
});

async function isCaught(
  options: Pick<RegistrationStoreRacesOptions, "createStore" | "committedEvents">,
): Promise<void> {
  const bodies: (() => Promise<void>)[] = [];
  const runner = {
    describe: (_name: string, body: () => void) => body(),
    it: (_name: string, body: () => Promise<void>) => void bodies.push(body),
    expect,
  };
  // A broken store is caught long before: calls have to meet at one client, and 500 runs were not always enough.
  registrationStoreRaces(runner, fc, { name: "a store", runs: 5_000, ...options });
  await expect(Promise.all(bodies.map(async (body) => body()))).rejects.toThrow("Property failed");
}
