import type { AuditEvent, Awaitable, RegisteredClient, RegistrationStore } from "@oauth-dcr/core";
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

/** What `registrationStoreRaces` needs of a store. */
export interface RegistrationStoreRacesOptions extends RegistrationStoreModelOptions {
  /** Opens the data of a store a second time, as another process does. Every other call goes there. Default: there is one process. */
  readonly openAgain?: (store: RegistrationStore) => Awaitable<RegistrationStore>;
  /** The audit events that a store has committed with its changes. Default: the store has no audit log, and none are looked for. */
  readonly committedEvents?: (store: RegistrationStore) => Awaitable<readonly AuditEvent[]>;
}

/** What one call did. Left out is what it did not do. */
interface Done {
  readonly created?: string;
  /** Whether a use of the token became the client. */
  readonly hasSpent?: boolean;
  /** The client whose version it increased. */
  readonly changed?: string;
  readonly deleted?: readonly string[];
  /** The events that belong to it. */
  readonly events?: readonly AuditEvent[];
}

/** One call of a race. Clients and events that it makes have a name of its own. */
type Racer = (store: RegistrationStore, ownName: string) => Promise<Done>;

/**
 * Random calls, of which the first half begins at the same time, and the second when that is over. Nobody can say in which
 * order they will have happened. So only that is compared which holds after every order:
 *
 * - pools count just the clients that are there and never exceed their limit
 * - a token has lost exactly the uses that clients were made of
 * - no two clients share a fingerprint
 * - the clients that are there are those that were created and not deleted, each deleted once
 * - a version counts the changes that succeeded
 * - each change that succeeded has its audit event once, and no other has one
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
  options: RegistrationStoreRacesOptions,
): void {
  const { describe, it, expect } = runner;
  const { name, runs = 100 } = options;

  describe(`${name}: registration store races`, () => {
    it("keeps pools, uses of a token, fingerprints, versions and events exact, whatever happens at once", async () => {
      const races = fastCheck.array(racers(fastCheck), { minLength: 10, maxLength: CLIENT_IDS.length });
      await fastCheck.assert(
        fastCheck.asyncProperty(races, async (race) => {
          const store = await options.createStore();
          const other = (await options.openAgain?.(store)) ?? store;
          await store.createInitialAccessToken(token("t", USES));
          const done: Done[] = [];
          const half = Math.ceil(race.length / 2);
          const calls = race.map(
            (racer, index) => async () => racer(index % 2 ? other : store, CLIENT_IDS[index] ?? ""),
          );
          for (const wave of [calls.slice(0, half), calls.slice(half)]) {
            done.push(...(await Promise.all(wave.map(async (call) => call()))));
          }
          const spent = done.filter(({ hasSpent }) => hasSpent).length;
          expect((await store.findInitialAccessToken("t"))?.usesLeft).toBe(USES - spent);

          const clients = await clientsIn(store);
          const prints = clients.flatMap(({ fingerprint }) => fingerprint ?? []);
          expect(new Set(prints).size, "clients share a fingerprint").toBe(prints.length);
          for (const key of QUOTA_KEYS) {
            const counted = clients.filter(({ quotaKeys }) => quotaKeys?.includes(key)).length;
            expect(counted <= LIMIT, `${key} has ${counted} clients`).toBe(true);
            expect(await roomIn(store, key, LIMIT), `room in ${key}`).toBe(LIMIT - counted);
          }

          const deleted = done.flatMap((one) => one.deleted ?? []);
          const left = done.flatMap(({ created = [] }) => created).filter((id) => !deleted.includes(id));
          expect(clients.map(({ clientId }) => clientId).sort()).toEqual(left.sort());
          expect(new Set(deleted).size, "deleted once").toBe(deleted.length);
          for (const { clientId, version } of clients) {
            const changes = done.filter(({ changed }) => changed === clientId).length;
            expect(version, `version of ${clientId}`).toBe(1 + changes);
          }
          if (options.committedEvents) {
            const committed = (await options.committedEvents(store)).map((event) => JSON.stringify(event));
            const expected = done.flatMap(({ events = [] }) => events.map((event) => JSON.stringify(event)));
            expect(committed.sort()).toEqual(expected.sort());
          }
        }),
        { numRuns: runs },
      );
    });
  });
}

function racers(fastCheck: FastCheck): fc.Arbitrary<Racer> {
  // Few, so that calls meet at one client.
  const clientId = fastCheck.constantFrom(...CLIENT_IDS.slice(0, 8));
  return fastCheck.oneof(
    {
      weight: 4,
      arbitrary: fastCheck
        .record({
          quotaKeys: fastCheck.shuffledSubarray([...QUOTA_KEYS]),
          fingerprint: fastCheck.option(fastCheck.constantFrom(...FINGERPRINTS), { nil: undefined }),
          isByToken: fastCheck.boolean(),
        })
        .map(({ quotaKeys, fingerprint, isByToken }): Racer => async (store, ownName) => {
          const client = pending(ownName, {
            quotaKeys,
            expiresAt: LAST,
            ...(fingerprint !== undefined && { fingerprint }),
          });
          const events = [eventOf(ownName)];
          const { outcome } = await store.createClient(client, {
            quotas: QUOTAS.filter(({ key }) => quotaKeys.includes(key)),
            ...(isByToken && { spendInitialAccessToken: { id: "t", at: NOW } }),
            auditEvents: events,
          });
          return outcome === "created" ? { created: ownName, hasSpent: isByToken, events } : {};
        }),
    },
    clientId.map((id): Racer => async (store, ownName) => {
      const events = [eventOf(ownName)];
      const { outcome } = await store.deleteClient(id, events);
      return outcome === "deleted" ? { deleted: [id], events } : {};
    }),
    clientId.map((id): Racer => async (store) => {
      await store.recordClientUse(id, { at: NOW, expiresAt: LAST });
      return {};
    }),
    fastCheck
      .record({ id: clientId, to: fastCheck.constantFrom("disabled", "active", "awaiting_approval") })
      .map(({ id, to }): Racer => async (store, ownName) => {
        const change = { from: ["pending", "active", "disabled"], to, expiresAt: LAST } as const;
        const events = [eventOf(ownName)];
        const { outcome } = await store.changeClientStatus(id, change, events);
        return outcome === "changed" ? { changed: id, events } : {};
      }),
    fastCheck
      .record({ id: clientId, version: fastCheck.integer({ min: 1, max: 3 }) })
      .map(({ id, version }): Racer => async (store, ownName) => {
        const events = [eventOf(ownName)];
        const { outcome } = await store.replaceClient(pending(id, { version: version + 1 }), version, events);
        return outcome === "replaced" ? { changed: id, events } : {};
      }),
    fastCheck.shuffledSubarray(CLIENT_IDS, { minLength: 1 }).map((ids): Racer => async (store, ownName) => {
      const events = ids.map((id) => eventOf(`${ownName}: ${id}`));
      const deleted = await store.deleteExpiredClients(ids, LAST, events);
      return { deleted, events: events.filter((_, index) => deleted.includes(ids[index] ?? "")) };
    }),
  );
}

const eventOf = (name: string): AuditEvent => ({
  type: "client_disabled",
  at: "2026-09-21T14:13:20.000Z",
  actor: "operator",
  clientId: name,
});

async function clientsIn(store: RegistrationStore): Promise<readonly RegisteredClient[]> {
  const found: RegisteredClient[] = [];
  for (const id of CLIENT_IDS) {
    const client = await store.findClient(id);
    if (client) found.push(client);
  }
  return found;
}
