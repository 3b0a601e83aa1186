import type { RegisteredClient, RegistrationStore } from "@oauth-dcr/core";
import type fc from "fast-check";
import type { ContractRunner } from "./contract-runner.js";
import type { RegistrationStoreModelOptions } from "./registration-store-model.js";
import { roomIn } from "./room-in-pool.js";
import { FINGERPRINTS, LAST, QUOTA_KEYS, type FastCheck } from "./store-calls.js";
import { NOW, pending, token } from "./store-samples.js";

/** For each pool, in each race. */
const LIMIT = 4;
const USES = 3;
const QUOTAS = QUOTA_KEYS.map((key) => ({ key, limit: LIMIT }));
/** One for each call that makes a client: identifiers are random, and no two registrations meet in one. */
const CLIENT_IDS = Array.from({ length: 40 }, (_, index) => `client ${index}`);

/** One call of a race, and how many uses of the token became a client with it. */
type Racer = (store: RegistrationStore, ownId: string) => Promise<{ readonly spent: number }>;

/**
 * Random calls, of which the first half begins at the same time, and the second when that is over. Nobody can say in which order they will have happened, so that only that is
 * compared which holds after every order: pools count just the clients that are there and never exceed their limit, a
 * token has lost exactly the uses that clients were made of, and no two clients share a fingerprint.
 *
 * @example
 * ```ts
 * import fc from "fast-check";
 * import { describe, expect, it } from "vitest";
 * import { registrationStoreRaces } from "@oauth-dcr/contract-tests";
 * import { memoryStore } from "@oauth-dcr/core/memory";
 *
 * registrationStoreRaces({ describe, expect, it }, fc, { name: "memory", createStore: () => memoryStore() });
 * ```
 * @param runner the test runner's own functions
 * @param fastCheck the default export of `fast-check`
 */
export function registrationStoreRaces(
  runner: Pick<ContractRunner, "describe" | "it" | "expect">,
  fastCheck: FastCheck,
  options: RegistrationStoreModelOptions,
): void {
  const { describe, it, expect } = runner;
  const { name, runs = 100 } = options;

  describe(`${name}: registration store races`, () => {
    it("keeps pools, uses of a token and fingerprints exact, whatever happens at once", async () => {
      const races = fastCheck.array(racers(fastCheck), { minLength: 10, maxLength: CLIENT_IDS.length });
      await fastCheck.assert(
        fastCheck.asyncProperty(races, async (race) => {
          const store = await options.createStore();
          await store.createInitialAccessToken(token("t", USES));
          let spent = 0;
          const half = Math.ceil(race.length / 2);
          for (const wave of [race.slice(0, half), race.slice(half)]) {
            const begun = wave.map(async (racer) => racer(store, CLIENT_IDS[race.indexOf(racer)] ?? ""));
            for (const result of await Promise.all(begun)) spent += result.spent;
          }
          expect((await store.findInitialAccessToken("t"))?.usesLeft).toBe(USES - spent);

          const clients = await clientsIn(store);
          const prints = clients.flatMap(({ fingerprint }) => fingerprint ?? []);
          expect(new Set(prints).size, "clients share a fingerprint").toBe(prints.length);
          for (const key of QUOTA_KEYS) {
            const counted = clients.filter(({ quotaKeys }) => quotaKeys?.includes(key)).length;
            expect(counted <= LIMIT, `${key} has ${counted} clients`).toBe(true);
            expect(await roomIn(store, key, LIMIT), `room in ${key}`).toBe(LIMIT - counted);
          }
        }),
        { numRuns: runs },
      );
    });
  });
}

function racers(fastCheck: FastCheck): fc.Arbitrary<Racer> {
  const clientId = fastCheck.constantFrom(...CLIENT_IDS);
  const nothing = { spent: 0 };
  return fastCheck.oneof(
    {
      weight: 4,
      arbitrary: fastCheck
        .record({
          quotaKeys: fastCheck.shuffledSubarray([...QUOTA_KEYS]),
          fingerprint: fastCheck.option(fastCheck.constantFrom(...FINGERPRINTS), { nil: undefined }),
          isByToken: fastCheck.boolean(),
        })
        .map(({ quotaKeys, fingerprint, isByToken }): Racer => async (store, ownId) => {
          const client = pending(ownId, {
            quotaKeys,
            expiresAt: LAST,
            ...(fingerprint !== undefined && { fingerprint }),
          });
          const { outcome } = await store.createClient(client, {
            quotas: QUOTAS.filter(({ key }) => quotaKeys.includes(key)),
            ...(isByToken && { spendInitialAccessToken: { id: "t", at: NOW } }),
          });
          return { spent: isByToken && outcome === "created" ? 1 : 0 };
        }),
    },
    clientId.map((id): Racer => async (store) => {
      await store.deleteClient(id);
      return nothing;
    }),
    clientId.map((id): Racer => async (store) => {
      await store.recordClientUse(id, { at: NOW, expiresAt: LAST });
      return nothing;
    }),
    fastCheck
      .record({ id: clientId, to: fastCheck.constantFrom("disabled", "active", "awaiting_approval") })
      .map(({ id, to }): Racer => async (store) => {
        await store.changeClientStatus(id, { from: ["pending", "active", "disabled"], to, expiresAt: LAST });
        return nothing;
      }),
    fastCheck.shuffledSubarray(CLIENT_IDS, { minLength: 1 }).map((ids): Racer => async (store) => {
      await store.deleteExpiredClients(ids, LAST);
      return nothing;
    }),
  );
}

async function clientsIn(store: RegistrationStore): Promise<readonly RegisteredClient[]> {
  const found: RegisteredClient[] = [];
  for (const id of CLIENT_IDS) {
    const client = await store.findClient(id);
    if (client) found.push(client);
  }
  return found;
}
