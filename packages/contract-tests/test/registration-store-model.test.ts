import type { RegistrationStore } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registrationStoreModel } from "../src/registration-store-model.js";
import { STATUSES } from "../src/store-samples.js";

registrationStoreModel({ describe, it, expect }, fc, {
  name: "memory",
  createStore: () => memoryStore(),
  runs: 500,
});

/** Runs the model over a store, without a runner around it. */
async function goesThrough(createStore: () => RegistrationStore): Promise<void> {
  const bodies: (() => Promise<void>)[] = [];
  const runner = {
    describe: (_name: string, body: () => void) => body(),
    it: (_name: string, body: () => Promise<void>) => void bodies.push(body),
    expect,
  };
  registrationStoreModel(runner, fc, { name: "a store", createStore, runs: 500 });
  for (const body of bodies) await body();
}

const everybodys = memoryStore();

describe("registrationStoreModel", () => {
  it.each<[what: string, change: (store: RegistrationStore) => Partial<RegistrationStore>]>([
    ["has one room for all tenants", () => everybodys],
    [
      "forgets the quotas",
      (store) => ({
        createClient: (client, { quotas: _, ...guards } = {}) => store.createClient(client, guards),
      }),
    ],
    ["never frees an expired client", () => ({ deleteExpiredClients: () => [] })],
    [
      "changes any status",
      (store) => ({
        changeClientStatus: (id, change) => store.changeClientStatus(id, { ...change, from: STATUSES }),
      }),
    ],
    [
      "forgets the expiry of a use",
      (store) => ({ recordClientUse: (id, { at }) => store.recordClientUse(id, { at }) }),
    ],
    [
      "replaces whatever the version",
      (store) => ({
        replaceClient: (client) => store.replaceClient(client, client.version - 1),
      }),
    ],
    [
      "takes the last second for life",
      (store) => ({ findExpiredClients: (now, limit) => store.findExpiredClients(now - 1, limit) }),
    ],
  ])("catches a store that %s", async (_what, change) => {
    const broken = () => {
      const store = memoryStore();
      return { ...store, ...change(store) };
    };
    await expect(goesThrough(broken)).rejects.toThrow("Property failed");
  });
});
