import type { Awaitable } from "@oauth-dcr/core";
import type { Consent, StoreWithConsents } from "@oauth-dcr/core/consent";
import { consentEndCases, given } from "./consent-end-cases.js";
import type { ContractRunner } from "./contract-runner.js";
import { NOW, numbered, STATUSES } from "./store-samples.js";

/** What `consentStoreContract` needs of a store. */
export interface ConsentStoreContractOptions {
  /** The name of the store, for the names of the tests. */
  readonly name: string;
  /** A store without clients and consents, apart from every store made before. */
  createStore(): Awaitable<StoreWithConsents>;
}

/** Identifiers that a comparison other than code unit by code unit takes for one another. */
const LOOK_ALIKES = [
  "user",
  "User",
  "user ",
  "us%",
  "use_",
  "é",
  "e\u0301",
  "1",
  "01",
  "' OR '1'='1",
  "\ufffd",
];

const idsOf = (consents: readonly Consent[], name: "userId" | "clientId") => consents.map((one) => one[name]);

/**
 * What every {@link StoreWithConsents} must do with consents, whatever keeps them.
 *
 * @example
 * ```ts
 * import { describe, expect, it } from "vitest";
 * import { consentStoreContract } from "@oauth-dcr/contract-tests";
 * import { memoryStoreWithConsents } from "@oauth-dcr/core/consent";
 *
 * consentStoreContract(
 *   { describe, expect, it },
 *   { name: "memory", createStore: () => memoryStoreWithConsents() },
 * );
 * ```
 * @param runner the test runner's own functions
 */
export function consentStoreContract(
  runner: Pick<ContractRunner, "describe" | "it" | "expect">,
  options: ConsentStoreContractOptions,
): void {
  const { describe, it, expect } = runner;

  async function storeWith(...clientIds: readonly string[]): Promise<StoreWithConsents> {
    const store = await options.createStore();
    for (const [index, id] of clientIds.entries()) await store.createClient(numbered(id, index));
    return store;
  }

  describe(`${options.name}: consent store contract`, () => {
    it("gives back the consent that was recorded, whole", async () => {
      const { consents } = await storeWith("a");
      expect(await consents.findConsent("u", "a")).toBe(undefined);
      const scopes = ["a:b/c", "openid", "~!#$%&'()"];
      expect(await consents.recordConsent(given("u", "a", { scopes, destination: "[::1]" }))).toEqual({
        outcome: "recorded",
      });
      expect(await consents.findConsent("u", "a")).toEqual({
        userId: "u",
        clientId: "a",
        grants: [{ destination: "[::1]", scopes, at: NOW }],
      });
    });

    it("adds scopes to those of the same destination, and counts them from the older instant", async () => {
      const { consents } = await storeWith("a");
      await consents.recordConsent(given("u", "a", { scopes: ["read"] }));
      await consents.recordConsent(given("u", "a", { scopes: ["write"], at: NOW + 5 }));
      const found = await consents.findConsent("u", "a");
      expect(found?.grants).toEqual([{ destination: "app.example", scopes: ["read", "write"], at: NOW }]);
      await consents.recordConsent(given("u", "a", { scopes: ["read", "write"], at: NOW + 9 }));
      expect((await consents.findConsent("u", "a"))?.grants[0]?.at).toBe(NOW + 9);
    });

    it("keeps each destination, each client and each user apart", async () => {
      const { consents } = await storeWith("a", "b");
      await consents.recordConsent(given("u", "a"));
      await consents.recordConsent(given("u", "a", { destination: "com.app:", scopes: [], at: NOW + 1 }));
      await consents.recordConsent(given("v", "a", { scopes: ["write"] }));
      expect((await consents.findConsent("u", "a"))?.grants).toEqual([
        { destination: "com.app:", scopes: [], at: NOW + 1 },
        { destination: "app.example", scopes: ["read"], at: NOW },
      ]);
      expect((await consents.findConsent("v", "a"))?.grants).toEqual([
        { destination: "app.example", scopes: ["write"], at: NOW },
      ]);
      expect(await consents.findConsent("u", "b")).toBe(undefined);
      expect(await consents.findConsent("v", "b")).toBe(undefined);
    });

    it("compares identifiers exactly", async () => {
      const { consents } = await storeWith(...LOOK_ALIKES);
      for (const id of LOOK_ALIKES) {
        expect(await consents.findConsent(id, id)).toBe(undefined);
        await consents.recordConsent(given(id, id));
      }
      for (const id of LOOK_ALIKES) {
        expect(idsOf((await consents.findConsentsOfUser(id, { limit: 99 })).consents, "clientId")).toEqual([
          id,
        ]);
        expect(idsOf((await consents.findConsentsForClient(id, { limit: 99 })).consents, "userId")).toEqual([
          id,
        ]);
      }
    });

    it("takes the longest identifiers: 255 characters of a user and 2,048 of a client", async () => {
      // No repetition that an index could pack.
      const text = Array.from({ length: 2048 }, (_, index) => ((index * index * 7919) % 46_655).toString(36));
      const [userId, clientId] = [text.join("").slice(-255), text.join("").slice(0, 2048)];
      const { consents } = await storeWith(clientId);
      expect(await consents.recordConsent(given(userId, clientId))).toEqual({ outcome: "recorded" });
      expect((await consents.findConsent(userId, clientId))?.grants.length).toBe(1);
      expect((await consents.findConsentsForClient(clientId, { limit: 1 })).consents.length).toBe(1);
    });

    it("records nothing for a client that is not there", async () => {
      const store = await storeWith("a");
      expect(await store.consents.recordConsent(given("u", "b"))).toEqual({ outcome: "not_found" });
      await store.createClient(numbered("b", 1));
      expect(await store.consents.findConsent("u", "b")).toBe(undefined);
    });

    it("records nothing for a client that has changed since the user saw it", async () => {
      const store = await storeWith("a");
      const changed = { ...numbered("a", 0), version: 2, requirements: { consentSince: NOW } };
      await store.consents.recordConsent(given("u", "a", { at: NOW - 9 }));
      await store.replaceClient(changed, 1);
      for (const seen of [{}, { consentSince: NOW - 1 }]) {
        expect(await store.consents.recordConsent(given("u", "a", { at: NOW + 1, ...seen }))).toEqual({
          outcome: "changed",
        });
      }
      expect((await store.consents.findConsent("u", "a"))?.grants[0]?.at).toBe(NOW - 9);
    });

    it("records nothing for a client that is disabled or awaits approval", async () => {
      const store = await storeWith("a");
      for (const to of ["disabled", "awaiting_approval"] as const) {
        await store.changeClientStatus("a", { from: STATUSES, to });
        expect(await store.consents.recordConsent(given("u", "a"))).toEqual({ outcome: "changed" });
      }
      await store.changeClientStatus("a", { from: STATUSES, to: "pending" });
      expect(await store.consents.recordConsent(given("u", "a"))).toEqual({ outcome: "recorded" });
    });

    it("does not add to a consent from before the client changed", async () => {
      const store = await storeWith("a");
      await store.consents.recordConsent(given("u", "a", { scopes: ["write"] }));
      await store.consents.recordConsent(given("u", "a", { destination: "old.example" }));
      await store.replaceClient({ ...numbered("a", 0), version: 2, requirements: { consentSince: NOW } }, 1);
      await store.consents.recordConsent(given("u", "a", { at: NOW + 1, consentSince: NOW }));
      expect((await store.consents.findConsent("u", "a"))?.grants).toEqual([
        { destination: "app.example", scopes: ["read"], at: NOW + 1 },
      ]);
    });

    it("keeps the latest 10 destinations, and no more scopes than it has room for", async () => {
      const { consents } = await storeWith("a");
      for (let index = 0; index < 12; index += 1) {
        await consents.recordConsent(given("u", "a", { destination: `${index}.example`, at: NOW + index }));
      }
      const found = await consents.findConsent("u", "a");
      expect(found?.grants.map(({ destination }) => destination)).toEqual(
        Array.from({ length: 10 }, (_, index) => `${11 - index}.example`),
      );
      const many = Array.from({ length: 100 }, (_, index) => `scope:${index}`).sort();
      await consents.recordConsent(
        given("u", "a", { destination: "11.example", scopes: many, at: NOW + 20 }),
      );
      expect((await consents.findConsent("u", "a"))?.grants[0]).toEqual({
        destination: "11.example",
        scopes: many,
        at: NOW + 20,
      });
    });

    it("lists what a user allowed and what a client was allowed, page by page", async () => {
      const clientIds = ["b", "B", "a", "ab", "c"];
      const { consents } = await storeWith(...clientIds);
      for (const id of clientIds) await consents.recordConsent(given("u", id));
      for (const userId of ["t", "U", "v"]) await consents.recordConsent(given(userId, "a"));
      const ofUser = async (page: { after?: string; limit: number }) => {
        const found = await consents.findConsentsOfUser("u", page);
        return [idsOf(found.consents, "clientId"), found.next];
      };
      expect(await ofUser({ limit: 9 })).toEqual([["B", "a", "ab", "b", "c"], undefined]);
      expect(await ofUser({ limit: 5 })).toEqual([["B", "a", "ab", "b", "c"], undefined]);
      expect(await ofUser({ limit: 2 })).toEqual([["B", "a"], "a"]);
      expect(await ofUser({ after: "a", limit: 2 })).toEqual([["ab", "b"], "b"]);
      expect(await ofUser({ after: "b", limit: 2 })).toEqual([["c"], undefined]);
      const first = await consents.findConsentsForClient("a", { limit: 2 });
      expect([idsOf(first.consents, "userId"), first.next]).toEqual([["U", "t"], "t"]);
      const second = await consents.findConsentsForClient("a", { limit: 2, after: "t" });
      expect([idsOf(second.consents, "userId"), second.next]).toEqual([["u", "v"], undefined]);
      expect(await consents.findConsentsForClient("z", { limit: 2 })).toEqual({ consents: [] });
    });

    consentEndCases(runner, storeWith);
  });
}
