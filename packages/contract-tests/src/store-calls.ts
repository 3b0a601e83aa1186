import type { ClientStatus } from "@oauth-dcr/core/store";
import type { RegisteredClient, RegistrationStore } from "@oauth-dcr/core";
import type fc from "fast-check";
import { everyPage } from "./search-cases.js";
import { NOW, numbered, provenAt, STATUSES, token } from "./store-samples.js";

export type FastCheck = typeof fc;

/** One call of a method, with its arguments in words. What it answers tells nothing that the contract leaves open. */
export interface StoreCall {
  readonly text: string;
  answer(store: RegistrationStore): Promise<unknown>;
}

/** So few of each that histories meet the same one again and again. */
export const CLIENT_IDS: readonly string[] = ["a", "b", "c", "d", "e"];
export const FINGERPRINTS: readonly string[] = ["same", "Same"];
export const QUOTA_KEYS: readonly string[] = ["address", "token", "total"];
const TOKEN_IDS = ["t", "u"];
export const LAST = NOW + 20;

/** Any call of any method. */
export function storeCalls(fastCheck: FastCheck): fc.Arbitrary<StoreCall> {
  const maybe = <T>(some: fc.Arbitrary<T>) => fastCheck.option(some, { nil: undefined });
  const clientId = fastCheck.constantFrom(...CLIENT_IDS);
  const tokenId = fastCheck.constantFrom(...TOKEN_IDS);
  const instant = fastCheck.integer({ min: NOW, max: LAST });
  const status = fastCheck.constantFrom<ClientStatus>(...STATUSES);
  const client = fastCheck
    .record({
      clientId,
      number: fastCheck.nat(1000),
      isManaged: fastCheck.boolean(),
      status: fastCheck.constantFrom<ClientStatus>("pending", "pending", "awaiting_approval"),
      expiresAt: maybe(instant),
      fingerprint: maybe(fastCheck.constantFrom(...FINGERPRINTS)),
      quotaKeys: maybe(fastCheck.subarray([...QUOTA_KEYS], { minLength: 1 })),
    })
    .map(({ number, isManaged, ...members }): RegisteredClient => ({
      ...numbered(members.clientId, number),
      ...present(members),
      ...(isManaged && { registrationAccessTokenHash: hashOf(members.clientId) }),
    }));

  return fastCheck.oneof(
    {
      weight: 5,
      arbitrary: fastCheck
        .record({
          client,
          limit: maybe(fastCheck.integer({ min: 1, max: 2 })),
          tokenId: maybe(tokenId),
          at: instant,
        })
        .map(({ client: given, limit, tokenId: id, at }) =>
          call("createClient", [given, { limit, tokenId: id, at }], async (store) => {
            // Which of two reasons to refuse a taken identifier comes first is left open.
            if (await store.findClient(given.clientId)) return store.createClient(uncontested(given));
            return store.createClient(given, {
              ...(id !== undefined && { spendInitialAccessToken: { id, at } }),
              ...(limit !== undefined && { quotas: (given.quotaKeys ?? []).map((key) => ({ key, limit })) }),
            });
          }),
        ),
    },
    fastCheck.record({ client, status, isStale: fastCheck.boolean() }).map((given) =>
      call("replaceClient", [given], async (store) => {
        const version = (await store.findClient(given.client.clientId))?.version ?? 1;
        const next = { ...given.client, lastUsedAt: LAST, status: given.status, version: version + 1 };
        return store.replaceClient(next, given.isStale ? version + 1 : version);
      }),
    ),
    clientId.map((id) => call("deleteClient", [id], async (store) => store.deleteClient(id))),
    {
      weight: 3,
      arbitrary: fastCheck.tuple(clientId, instant, maybe(fastCheck.nat(10))).map(([id, at, ttl]) =>
        call("recordClientUse", [id, at, ttl], async (store) => {
          const found = await store.findClient(id);
          // Whether a use before the last one activates a client that is pending once more is left open.
          if (found?.status === "pending" && (found.lastUsedAt ?? at) > at) return "left open";
          return store.recordClientUse(id, { at, ...present({ expiresAt: ttl && at + ttl }) });
        }),
      ),
    },
    {
      weight: 3,
      arbitrary: fastCheck
        .record({
          id: clientId,
          from: fastCheck.subarray([...STATUSES]),
          expectedVersion: maybe(fastCheck.integer({ min: 1, max: 3 })),
          to: status,
          expiresAt: maybe(instant),
        })
        .map(({ id, from, expectedVersion, to, expiresAt }) =>
          call("changeClientStatus", [id, from, expectedVersion, to, expiresAt], async (store) =>
            store.changeClientStatus(id, { from, to, ...present({ expectedVersion, expiresAt }) }),
          ),
        ),
    },
    fastCheck
      .record({
        id: clientId,
        expectedVersion: maybe(fastCheck.integer({ min: 1, max: 3 })),
        administration: fastCheck
          .record({
            tier: maybe(fastCheck.constantFrom("unknown" as const, "approved" as const)),
            owner: maybe(fastCheck.constantFrom("rot", "blau")),
            tags: maybe(fastCheck.subarray(["a", "b"])),
            domains: maybe(
              fastCheck.array(instant, { minLength: 1, maxLength: 2 }).map((checks) => checks.map(provenAt)),
            ),
          })
          .map((said) => present(said)),
        expiresAt: maybe(fastCheck.oneof(instant, fastCheck.constant("never" as const))),
      })
      .map(({ id, ...given }) =>
        call("changeClientAdministration", [id, given], async (store) =>
          store.changeClientAdministration(id, {
            administration: given.administration,
            ...present({ expectedVersion: given.expectedVersion, expiresAt: given.expiresAt }),
          }),
        ),
      ),
    fastCheck
      .record({
        query: fastCheck
          .record({
            tier: maybe(fastCheck.constantFrom("unknown" as const, "approved" as const)),
            status: maybe(status),
            owner: maybe(fastCheck.constantFrom("rot", "blau")),
            tag: maybe(fastCheck.constantFrom("a", "b")),
            text: maybe(fastCheck.constantFrom("client number 1", "c")),
            usedBefore: maybe(instant),
            domainsCheckedBefore: maybe(instant),
          })
          .map((query) => present(query)),
        limit: fastCheck.integer({ min: 1, max: 3 }),
      })
      .map(({ query, limit }) =>
        call("findClients", [query, limit], async (store) =>
          (await everyPage(store, query, limit)).map(({ clientId: id }) => id).sort(),
        ),
      ),
    fastCheck.tuple(instant, fastCheck.integer({ min: 1, max: 5 })).map(([now, limit]) =>
      call("findExpiredClients", [now, limit], async (store) =>
        // Which of two that expire together comes first is left open.
        (await store.findExpiredClients(now, limit)).map(({ expiresAt }) => expiresAt),
      ),
    ),
    fastCheck
      .tuple(fastCheck.subarray([...CLIENT_IDS, "", "nobody"]), instant)
      .map(([ids, now]) =>
        call("deleteExpiredClients", [ids, now], async (store) =>
          [...(await store.deleteExpiredClients(ids, now))].sort(),
        ),
      ),
    fastCheck
      .record({ id: tokenId, usesLeft: fastCheck.integer({ min: 1, max: 3 }), expiresAt: instant })
      .map(({ id, usesLeft, expiresAt }) =>
        call("createInitialAccessToken", [id, usesLeft, expiresAt], async (store) => {
          if (await store.findInitialAccessToken(id)) return "taken";
          return store.createInitialAccessToken({ ...token(id, usesLeft), expiresAt });
        }),
      ),
    fastCheck
      .tuple(tokenId, instant)
      .map(([id, at]) =>
        call("revokeInitialAccessToken", [id, at], async (store) => store.revokeInitialAccessToken(id, at)),
      ),
  );
}

export function hashOf(clientId: string): string {
  return `hash of ${clientId}`;
}

function call(method: string, given: readonly unknown[], answer: StoreCall["answer"]): StoreCall {
  return { text: `${method}(${given.map((value) => JSON.stringify(value)).join(", ")})`, answer };
}

function uncontested(client: RegisteredClient): RegisteredClient {
  const { fingerprint: _, ...others } = client;
  return others;
}

/** The members that are there. */
function present<T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
