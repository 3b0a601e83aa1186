import {
  consentAfter,
  memoryStoreWithConsents,
  type ConsentStore,
  type StoreWithConsents,
} from "@oauth-dcr/core/consent";
import { describe, expect, it } from "vitest";
import { consentStoreContract } from "../src/consent-store-contract.js";

const name = "memory";
consentStoreContract({ describe, it, expect }, { name, createStore: () => memoryStoreWithConsents() });

/** The names of the cases that a store fails. */
async function failedCases(createStore: () => StoreWithConsents): Promise<readonly string[]> {
  const cases: [name: string, body: () => Promise<void>][] = [];
  const runner = {
    describe: (_name: string, body: () => void) => body(),
    it: (name: string, body: () => Promise<void>) => void cases.push([name, body]),
    expect,
  };
  consentStoreContract(runner, { name: "a store", createStore });
  const failed: string[] = [];
  for (const [name, body] of cases) await body().catch(() => failed.push(name));
  return failed;
}

/** A memory store, whose consents have methods of another make. */
function storeWith(change: (store: StoreWithConsents) => Partial<ConsentStore>): StoreWithConsents {
  const store = memoryStoreWithConsents();
  return { ...store, consents: { ...store.consents, ...change(store) } };
}

describe("consentStoreContract", () => {
  it.each<[what: string, caught: string, createStore: () => StoreWithConsents]>([
    [
      "reads before it writes",
      "loses none of 20 consents that one user gives to one client at once",
      () =>
        storeWith(({ consents }) => ({
          async recordConsent(given) {
            const before = await consents.findConsent(given.userId, given.clientId);
            await Promise.resolve();
            const [grant] = consentAfter(before, given).grants;
            void consents.withdrawConsent(given.userId, given.clientId);
            return consents.recordConsent({ ...given, ...grant });
          },
        })),
    ],
    [
      "has one consent for all destinations",
      "keeps each destination, each client and each user apart",
      () =>
        storeWith(({ consents }) => ({
          recordConsent: (given) => consents.recordConsent({ ...given, destination: "app.example" }),
        })),
    ],
    [
      "folds case",
      "compares identifiers exactly",
      () =>
        storeWith(({ consents }) => ({
          findConsent: (userId, clientId) =>
            consents.findConsent(userId.toLowerCase(), clientId.toLowerCase()),
        })),
    ],
    [
      "takes whatever the client is now for what the user saw",
      "records nothing for a client that has changed since the user saw it",
      () =>
        storeWith((store) => ({
          async recordConsent(given) {
            const { consentSince } = (await store.findClient(given.clientId))?.requirements ?? {};
            const { consentSince: _, ...seen } = given;
            return store.consents.recordConsent({
              ...seen,
              ...(consentSince !== undefined && { consentSince }),
            });
          },
        })),
    ],
    [
      "keeps the consents for a deleted client",
      "ends the consents for a client that is deleted, so that a later one of its identifier has none",
      () => {
        const store = memoryStoreWithConsents();
        const kept = memoryStoreWithConsents();
        return {
          ...store,
          createClient: (client) => (void kept.createClient(client), store.createClient(client)),
          consents: kept.consents,
        };
      },
    ],
    [
      "forgets a user's first page alone",
      "forgets a user with all that they allowed, and nobody else",
      () =>
        storeWith(({ consents }) => ({
          async forgetUser(userId) {
            const page = await consents.findConsentsOfUser(userId, { limit: 1 });
            for (const { clientId } of page.consents) await consents.withdrawConsent(userId, clientId);
            return page.consents.length;
          },
        })),
    ],
  ])("catches a store that %s", async (_what, caught, createStore) => {
    expect(await failedCases(createStore)).toContain(caught);
  });
});
