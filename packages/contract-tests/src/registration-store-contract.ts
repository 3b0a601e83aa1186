import type { Awaitable, RegistrationStore } from "@oauth-dcr/core";
import { clientChangeCases } from "./client-change-cases.js";
import type { ContractRunner } from "./contract-runner.js";
import { expiryCases } from "./expiry-cases.js";
import { fingerprintCases } from "./fingerprint-cases.js";
import { initialAccessTokenCases } from "./initial-access-token-cases.js";
import { lifecycleCases } from "./lifecycle-cases.js";
import { quotaCases } from "./quota-cases.js";
import { administrationCases, searchCases } from "./search-cases.js";
import { templateTierCases } from "./template-tier-cases.js";
import {
  deepFrozen,
  EVERYTHING_CLIENT,
  memberNames,
  numbered,
  PUBLIC_CLIENT,
  scribble,
} from "./store-samples.js";

/** What `registrationStoreContract` needs of a store. */
export interface RegistrationStoreContractOptions {
  /** The name of the store, for the names of the tests. */
  readonly name: string;
  /**
   * A store without clients, apart from every store made before: another file, schema or key prefix. It is for the
   * backend's own suite to clean up when all is over.
   */
  createStore(): Awaitable<RegistrationStore>;
}

/** Identifiers that a comparison other than code unit by code unit takes for one another. */
const LOOK_ALIKES: readonly string[] = [
  "client",
  "Client",
  "client ",
  " client",
  "cli%",
  "clien_",
  "é",
  "e\u0301",
  "ß",
  "ss",
  "1",
  "01",
  "1.0",
  "null",
  "' OR '1'='1",
  "x'); DROP TABLE client; --",
  "\ufffd",
];

/**
 * What every {@link RegistrationStore} must do, whatever keeps its clients.
 *
 * @example
 * ```ts
 * import { describe, expect, it } from "vitest";
 * import { registrationStoreContract } from "@oauth-dcr/contract-tests";
 * import { memoryStore } from "@oauth-dcr/core/memory";
 *
 * registrationStoreContract({ describe, expect, it }, { name: "memory", createStore: () => memoryStore() });
 * ```
 * @param runner the test runner's own functions
 */
export function registrationStoreContract(
  runner: Pick<ContractRunner, "describe" | "it" | "expect">,
  options: RegistrationStoreContractOptions,
): void {
  const { describe, it, expect } = runner;
  const newStore = async (): Promise<RegistrationStore> => options.createStore();

  describe(`${options.name}: registration store contract`, () => {
    it("gives back the client that was created, whole", async () => {
      const store = await newStore();
      for (const client of [PUBLIC_CLIENT, EVERYTHING_CLIENT]) {
        expect(await store.createClient(client)).toEqual({ outcome: "created" });
        expect(await store.findClient(client.clientId)).toEqual(client);
      }
      expect(await store.findClient(PUBLIC_CLIENT.clientId)).toEqual(PUBLIC_CLIENT);
    });

    it("lists clients in the order of their identifiers, page by page", async () => {
      const store = await newStore();
      expect(await store.findClients({}, { limit: 10 })).toEqual({ clients: [] });
      const ids = ["b", "B", "a", "ab", "c1", "c"];
      for (const [index, id] of ids.entries()) {
        await store.createClient({ ...numbered(id, index), ...(index === 0 && { expiresAt: 1 }) });
      }
      const listed = async (after: string, limit: number) =>
        (await store.findClients({}, { after, limit })).clients.map(({ clientId }) => clientId);
      expect(await listed("", 10)).toEqual(["B", "a", "ab", "b", "c", "c1"]);
      expect(await listed("", 2)).toEqual(["B", "a"]);
      expect(await listed("a", 2)).toEqual(["ab", "b"]);
      expect(await listed("aa", 1)).toEqual(["ab"]);
      expect(await listed("c1", 2)).toEqual([]);
      expect((await store.findClients({}, { after: "c", limit: 1 })).clients[0]).toEqual(numbered("c1", 4));
    });

    it("adds no member, not even one that is null or undefined", async () => {
      const store = await newStore();
      for (const client of [PUBLIC_CLIENT, EVERYTHING_CLIENT]) {
        await store.createClient(client);
        const found = await store.findClient(client.clientId);
        expect(memberNames(found)).toEqual(memberNames(client));
        expect(memberNames(found?.metadata)).toEqual(memberNames(client.metadata));
      }
    });

    it("knows no client that was not created", async () => {
      const store = await newStore();
      expect(await store.findClient("nobody")).toBe(undefined);
      expect(await store.findClient("")).toBe(undefined);
      await store.createClient(PUBLIC_CLIENT);
      expect(await store.findClient("nobody")).toBe(undefined);
      expect(await store.findClient("")).toBe(undefined);
    });

    it("refuses an identifier that is taken, and leaves its client as it was", async () => {
      const store = await newStore();
      await store.createClient(PUBLIC_CLIENT);
      const other = { ...EVERYTHING_CLIENT, clientId: PUBLIC_CLIENT.clientId };
      for (const client of [other, PUBLIC_CLIENT]) {
        expect(await store.createClient(client)).toEqual({ outcome: "duplicate_client_id" });
        expect(await store.findClient(PUBLIC_CLIENT.clientId)).toEqual(PUBLIC_CLIENT);
      }
    });

    it("compares identifiers exactly", async () => {
      const store = await newStore();
      for (const [index, clientId] of LOOK_ALIKES.entries()) {
        expect(await store.findClient(clientId)).toBe(undefined);
        expect(await store.createClient(numbered(clientId, index))).toEqual({ outcome: "created" });
      }
      for (const [index, clientId] of LOOK_ALIKES.entries()) {
        expect(await store.findClient(clientId)).toEqual(numbered(clientId, index));
      }
      for (const clientId of [
        "CLIENT",
        "client  ",
        "clien",
        "client\n",
        "client\u0000",
        "client\u0000x",
        "É",
        "\ud800",
        "%",
        "1e0",
      ]) {
        expect(await store.findClient(clientId)).toBe(undefined);
      }
    });

    it("keeps what was created when the caller changes its object afterwards", async () => {
      const store = await newStore();
      const given = structuredClone(EVERYTHING_CLIENT);
      const creating = store.createClient(given);
      scribble(given); // Before the answer: what counts is what was given.
      expect(await creating).toEqual({ outcome: "created" });
      expect(await store.findClient(EVERYTHING_CLIENT.clientId)).toEqual(EVERYTHING_CLIENT);
      scribble(given);
      expect(await store.findClient(EVERYTHING_CLIENT.clientId)).toEqual(EVERYTHING_CLIENT);
    });

    it("keeps what was created when a reader changes what it found", async () => {
      const store = await newStore();
      await store.createClient(EVERYTHING_CLIENT);
      scribble(await store.findClient(EVERYTHING_CLIENT.clientId));
      expect(await store.findClient(EVERYTHING_CLIENT.clientId)).toEqual(EVERYTHING_CLIENT);
    });

    it("takes a client that is frozen all through", async () => {
      const store = await newStore();
      await store.createClient(deepFrozen(structuredClone(EVERYTHING_CLIENT)));
      expect(await store.findClient(EVERYTHING_CLIENT.clientId)).toEqual(EVERYTHING_CLIENT);
    });

    it("lets exactly one of 50 win that want the same identifier at once, and keeps that one", async () => {
      const store = await newStore();
      const rivals = Array.from({ length: 50 }, (_, index) => numbered("wanted", index));
      const outcomes = await Promise.all(rivals.map(async (client) => store.createClient(client)));
      const winners = rivals.filter((_, index) => outcomes[index]?.outcome === "created");
      expect(winners.length).toBe(1);
      expect(outcomes.filter(({ outcome }) => outcome === "duplicate_client_id").length).toBe(49);
      expect(await store.findClient("wanted")).toEqual(winners[0]);
    });

    it("creates 200 clients at once, each with its own data", async () => {
      const store = await newStore();
      const clients = Array.from({ length: 200 }, (_, index) => numbered(`client-${index}`, index));
      const outcomes = await Promise.all(clients.map(async (client) => store.createClient(client)));
      expect(outcomes.every(({ outcome }) => outcome === "created")).toBe(true);
      const found = await Promise.all(clients.map(async ({ clientId }) => store.findClient(clientId)));
      expect(found).toEqual(clients);
    });

    clientChangeCases(runner, newStore);
    fingerprintCases(runner, newStore);
    quotaCases(runner, newStore);
    lifecycleCases(runner, newStore);
    expiryCases(runner, newStore);
    initialAccessTokenCases(runner, newStore);
    searchCases(runner, newStore);
    administrationCases(runner, newStore);
    templateTierCases(runner, newStore);

    it("shares nothing with a store beside it", async () => {
      const [one, other] = [await newStore(), await newStore()];
      expect(await one.createClient(numbered("tenant", 1))).toEqual({ outcome: "created" });
      expect(await other.findClient("tenant")).toBe(undefined);
      expect(await other.createClient(numbered("tenant", 2))).toEqual({ outcome: "created" });
      expect(await one.findClient("tenant")).toEqual(numbered("tenant", 1));
      expect(await other.findClient("tenant")).toEqual(numbered("tenant", 2));
    });

    it("shares neither fingerprints nor pools nor counts with a store beside it", async () => {
      const stores = [await newStore(), await newStore()];
      const client = { ...numbered("tenant", 1), fingerprint: "same", quotaKeys: ["total"] };
      for (const store of stores) {
        expect(await store.findClientByFingerprint("same")).toBe(undefined);
        const quotas = [{ key: "total", limit: 1 }];
        expect(await store.createClient(client, { quotas })).toEqual({ outcome: "created" });
      }
      for (const store of stores) {
        expect((await store.countClients(0)).map(({ clients }) => clients)).toEqual([1]);
      }
    });
  });
}
