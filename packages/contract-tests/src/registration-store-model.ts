import type { RegistrationStore } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";
import { referenceStore } from "./reference-store.js";
import { roomIn } from "./room-in-pool.js";
import type { RegistrationStoreContractOptions } from "./registration-store-contract.js";
import {
  CLIENT_IDS,
  FINGERPRINTS,
  hashOf,
  LAST,
  QUOTA_KEYS,
  storeCalls,
  type FastCheck,
  type StoreCall,
} from "./store-calls.js";
import { sortedCounts } from "./search-cases.js";
import { NOW } from "./store-samples.js";

/** What `registrationStoreModel` needs of a store. */
export interface RegistrationStoreModelOptions extends RegistrationStoreContractOptions {
  /** How many histories, each on two new stores. Default 100. */
  readonly runs?: number;
}

type Tenants = readonly [RegistrationStore, RegistrationStore];

/**
 * Random histories of calls on two stores side by side, compared call by call and in the end whole with what the contract
 * says. A history that goes wrong is reported in its shortest form, with the seed to repeat it.
 *
 * @example
 * ```ts
 * import fc from "fast-check";
 * import { describe, expect, it } from "vitest";
 * import { registrationStoreModel } from "@oauth-dcr/contract-tests";
 * import { memoryStore } from "@oauth-dcr/core/memory";
 *
 * registrationStoreModel({ describe, expect, it }, fc, { name: "memory", createStore: () => memoryStore() });
 * ```
 * @param runner the test runner's own functions
 * @param fastCheck the default export of `fast-check`
 */
export function registrationStoreModel(
  runner: Pick<ContractRunner, "describe" | "it" | "expect">,
  fastCheck: FastCheck,
  options: RegistrationStoreModelOptions,
): void {
  const { describe, it, expect } = runner;
  const { name, runs = 100 } = options;

  class TenantCall {
    constructor(
      readonly tenant: 0 | 1,
      readonly call: StoreCall,
    ) {}
    check(): boolean {
      return true;
    }
    async run(model: Tenants, real: Tenants): Promise<void> {
      const expected = await this.call.answer(model[this.tenant]);
      expect(await this.call.answer(real[this.tenant]), this.toString()).toEqual(expected);
    }
    toString(): string {
      return `tenant ${this.tenant}: ${this.call.text}`;
    }
  }

  describe(`${name}: registration store model`, () => {
    it("goes through any history as the contract says, with two tenants side by side", async () => {
      const calls = fastCheck
        .tuple(fastCheck.constantFrom(0 as const, 1 as const), storeCalls(fastCheck))
        .map(([tenant, call]) => new TenantCall(tenant, call));
      const histories = fastCheck.commands([calls], { maxCommands: 60, size: "max" });
      await fastCheck.assert(
        fastCheck.asyncProperty(histories, async (history) => {
          const model: Tenants = [referenceStore(), referenceStore()];
          const real: Tenants = [await options.createStore(), await options.createStore()];
          await fastCheck.asyncModelRun(() => ({ model, real }), history);
          for (const tenant of [0, 1] as const) {
            expect(await stateOf(real[tenant])).toEqual(await stateOf(model[tenant]));
          }
        }),
        { numRuns: runs },
      );
    });
  });
}

/** Everything that can be learnt of a store. Fills its pools, so that it is for the end. */
async function stateOf(store: RegistrationStore): Promise<object> {
  const expired = await store.findExpiredClients(LAST, 100);
  return {
    clients: await each(CLIENT_IDS, async (id) => store.findClient(id)),
    listed: (await store.findClients({}, { limit: 100 })).clients,
    managed: await each(CLIENT_IDS, async (id) => store.findClientByRegistrationAccessToken(hashOf(id))),
    shared: await each(FINGERPRINTS, async (fingerprint) => store.findClientByFingerprint(fingerprint)),
    expiries: expired.map(({ expiresAt }) => expiresAt),
    expired: [...expired].sort((one, other) => (one.clientId < other.clientId ? -1 : 1)),
    counts: await each([NOW, NOW + 10, LAST], async (now) => sortedCounts(await store.countClients(now))),
    tokens: await store.listInitialAccessTokens("", 100),
    // With a limit that no history reaches.
    room: await each(QUOTA_KEYS, async (key) => roomIn(store, key, CLIENT_IDS.length + 1)),
  };
}

async function each<T, U>(values: readonly T[], answer: (value: T) => Promise<U>): Promise<readonly U[]> {
  const answers: U[] = [];
  for (const value of values) answers.push(await answer(value));
  return answers;
}
