import type { RegistrationStore } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registrationStoreRaces } from "../src/registration-store-races.js";

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
  ])("catches a store that %s", async (_what, change) => {
    const bodies: (() => Promise<void>)[] = [];
    const runner = {
      describe: (_name: string, body: () => void) => body(),
      it: (_name: string, body: () => Promise<void>) => void bodies.push(body),
      expect,
    };
    const createStore = () => {
      const store = memoryStore();
      return { ...store, ...change(store) };
    };
    registrationStoreRaces(runner, fc, { name: "a store", createStore, runs: 500 });
    await expect(Promise.all(bodies.map(async (body) => body()))).rejects.toThrow("Property failed");
  });
});
