import type { RegisteredClient, RegistrationStore } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import { expect, it, describe } from "vitest";
import { STATUSES } from "../src/store-samples.js";
import { registrationStoreContract } from "../src/registration-store-contract.js";

/** The names of the cases that a store fails. */
async function failedCases(createStore: () => RegistrationStore): Promise<readonly string[]> {
  const cases: [name: string, body: () => Promise<void>][] = [];
  const runner = {
    describe: (_name: string, body: () => void) => body(),
    it: (name: string, body: () => Promise<void>) => void cases.push([name, body]),
    expect,
  };
  registrationStoreContract(runner, { name: "a store", createStore });
  const failed: string[] = [];
  for (const [name, body] of cases) {
    await body().catch(() => failed.push(name));
  }
  return failed;
}

const WHOLE = "gives back the client that was created, whole";
const NO_MEMBER = "adds no member, not even one that is null or undefined";
const TAKEN = "refuses an identifier that is taken, and leaves its client as it was";
const EXACT = "compares identifiers exactly";
const CALLER = "keeps what was created when the caller changes its object afterwards";
const READER = "keeps what was created when a reader changes what it found";
const FROZEN = "takes a client that is frozen all through";
const RIVALS = "lets exactly one of 50 win that want the same identifier at once, and keeps that one";
const BESIDE = "shares nothing with a store beside it";

const CREATED = { outcome: "created" } as const;
const DUPLICATE = { outcome: "duplicate_client_id" } as const;

/** A right store on a map, with one thing done otherwise. */
function storeWith(
  change: Partial<{
    clients: Map<string, RegisteredClient>;
    key: (clientId: string) => string;
    write: (client: RegisteredClient) => RegisteredClient;
    read: (client: RegisteredClient) => RegisteredClient;
    overwrites: boolean;
    looksFirst: boolean;
  }>,
): RegistrationStore {
  const { clients, key, write, read } = {
    clients: new Map<string, RegisteredClient>(),
    key: (clientId: string) => clientId,
    write: copied,
    read: copied,
    ...change,
  };
  return {
    ...memoryStore(),
    async createClient(client) {
      const id = key(client.clientId);
      const copy = write(client);
      const taken = clients.has(id);
      if (change.looksFirst) await Promise.resolve();
      if (taken && !change.overwrites) return DUPLICATE;
      clients.set(id, copy);
      return taken ? DUPLICATE : CREATED;
    },
    findClient(clientId) {
      const client = clients.get(key(clientId));
      return client && read(client);
    },
  };
}

function copied(client: RegisteredClient): RegisteredClient {
  return structuredClone(client);
}

function nameless(client: RegisteredClient): RegisteredClient {
  const { client_name: _, ...metadata } = client.metadata;
  return { ...client, metadata };
}

function throughAsciiText(client: RegisteredClient): RegisteredClient {
  return JSON.parse(JSON.stringify(client).replace(/\P{ASCII}/gu, "?")) as RegisteredClient;
}

/** A memory store, with methods of another make in the place of its own. */
function memoryWith(change: (store: RegistrationStore) => Partial<RegistrationStore>): RegistrationStore {
  const store = memoryStore();
  return { ...store, ...change(store) };
}

/** A replacement that is two calls, and so may write what a replacement must not. */
function overwriting(
  merge: (client: RegisteredClient, current: RegisteredClient) => RegisteredClient,
): () => RegistrationStore {
  return () =>
    memoryWith((store) => ({
      async replaceClient(client, expected) {
        const current = await store.findClient(client.clientId);
        if (!current) return { outcome: "not_found" };
        if (current.version !== expected) return { outcome: "conflict" };
        await store.deleteClient(client.clientId);
        await store.createClient(merge(client, current));
        return { outcome: "replaced" };
      },
    }));
}

/** A use that is two calls, and so may write what a use must not. */
function using(
  merge: (used: RegisteredClient, before: RegisteredClient, at: number) => RegisteredClient,
): () => RegistrationStore {
  return () =>
    memoryWith((store) => ({
      async recordClientUse(clientId, use) {
        const before = await store.findClient(clientId);
        const recorded = await store.recordClientUse(clientId, use);
        const used = await store.findClient(clientId);
        if (recorded.outcome !== "recorded" || !before || !used) return recorded;
        await store.deleteClient(clientId);
        await store.createClient(merge(used, before, use.at));
        return recorded;
      },
    }));
}

const shared = new Map<string, RegisteredClient>();

const everybodys = memoryStore();

describe("registrationStoreContract", () => {
  it("passes a store that keeps the contract", async () => {
    expect(await failedCases(() => memoryStore())).toEqual([]);
    const named = [WHOLE, NO_MEMBER, TAKEN, EXACT, CALLER, READER, FROZEN, RIVALS, BESIDE];
    const failed = await failedCases(() => storeWith({}));
    expect(failed.filter((name) => named.includes(name))).toEqual([]);
  });

  it.each<[what: string, caught: string, createStore: () => RegistrationStore]>([
    ["loses a member", WHOLE, () => storeWith({ write: (client) => nameless(copied(client)) })],
    ["loses text that is not ASCII", WHOLE, () => storeWith({ write: throughAsciiText })],
    [
      "answers null for what is absent",
      NO_MEMBER,
      () =>
        storeWith({
          read: (client) => ({ clientSecretHash: undefined, ...copied(client) }) as never,
        }),
    ],
    ["overwrites", TAKEN, () => storeWith({ overwrites: true })],
    ["ignores case", EXACT, () => storeWith({ key: (id) => id.toLowerCase() })],
    ["ignores trailing space", EXACT, () => storeWith({ key: (id) => id.trimEnd() })],
    ["composes accents", EXACT, () => storeWith({ key: (id) => id.normalize("NFC") })],
    [
      "compares as numbers",
      EXACT,
      () => storeWith({ key: (id) => (/^[\d.]+$/.test(id) ? String(Number(id)) : id) }),
    ],
    ["replaces lone surrogates", EXACT, () => storeWith({ key: (id) => Buffer.from(id).toString() })],
    ["ends text at NUL", EXACT, () => storeWith({ key: (id) => id.replace(/\0.*$/s, "") })],
    ["keeps the caller's object", CALLER, () => storeWith({ write: (client) => client })],
    ["gives out its own object", READER, () => storeWith({ read: (client) => client })],
    [
      "writes on what it is given",
      FROZEN,
      () => storeWith({ write: (client) => structuredClone(Object.assign(client, { seen: true })) }),
    ],
    ["looks before it writes", RIVALS, () => storeWith({ looksFirst: true })],
    [
      "replaces whatever the version",
      "replaces a client whole, and only at the version that was expected",
      () =>
        memoryWith((store) => ({
          replaceClient: async (client) =>
            store.replaceClient(client, (await store.findClient(client.clientId))?.version ?? 0),
        })),
    ],
    [
      "looks at the version before it replaces",
      "lets exactly one of 50 replacements of the same version win",
      () =>
        memoryWith((store) => ({
          async replaceClient(client, expected) {
            const current = await store.findClient(client.clientId);
            if (current?.version !== expected) return { outcome: "conflict" };
            await Promise.resolve();
            await store.deleteClient(client.clientId);
            await store.createClient(client);
            return { outcome: "replaced" };
          },
        })),
    ],
    [
      "looks at the token before it spends it",
      "makes exactly one client of 200 at once with a token for one",
      () =>
        memoryWith((store) => ({
          async createClient(client, guards) {
            const id = guards?.spendInitialAccessToken?.id;
            const token = id === undefined ? undefined : await store.findInitialAccessToken(id);
            if (id !== undefined && !token?.usesLeft) return { outcome: "initial_access_token_spent" };
            return store.createClient(client);
          },
        })),
    ],
    [
      "spends the token and then meets a taken identifier",
      "spends nothing on an identifier that is taken",
      () =>
        memoryWith((store) => ({
          async createClient(client, guards) {
            if (
              (await store.createClient({ ...client, clientId: `${client.clientId}'` }, guards)).outcome !==
              "created"
            )
              return { outcome: "initial_access_token_spent" };
            return store.createClient(client);
          },
        })),
    ],
    [
      "takes a revoked token",
      "takes no token that is revoked, expired or unknown",
      () => memoryWith((store) => ({ createClient: (client) => store.createClient(client) })),
    ],
    [
      "forgets the quotas",
      "lets exactly as many of 100 at once into a pool as it has room for",
      () =>
        memoryWith((store) => ({
          createClient: (client, { quotas: _, ...guards } = {}) => store.createClient(client, guards),
        })),
    ],
    [
      "counts before it creates",
      "lets exactly as many of 100 at once into a pool as it has room for",
      () =>
        memoryWith((store) => ({
          async createClient(client, { quotas = [], ...guards } = {}) {
            const counts = await store.countClients(0);
            const pending = counts.find(({ status }) => status === "pending")?.clients ?? 0;
            const full = quotas.find(({ limit }) => pending >= limit);
            return full ? { outcome: "quota_exceeded", key: full.key } : store.createClient(client, guards);
          },
        })),
    ],
    [
      "looks at the quotas from behind",
      "names the first quota, in the order given, that has no room",
      () =>
        memoryWith((store) => ({
          createClient: (client, { quotas = [], ...guards } = {}) =>
            store.createClient(client, { ...guards, quotas: [...quotas].reverse() }),
        })),
    ],
    [
      "spends the token before it looks at the quotas",
      "writes, spends and counts nothing when a quota has no room",
      () =>
        memoryWith((store) => ({
          async createClient(client, guards) {
            const created = await store.createClient(client, guards);
            if (created.outcome !== "quota_exceeded" || !guards?.spendInitialAccessToken) return created;
            const { fingerprint: _, quotaKeys: __, ...other } = client;
            const { spendInitialAccessToken } = guards;
            await store.createClient(
              { ...other, clientId: `${client.clientId}'` },
              { spendInitialAccessToken },
            );
            return created;
          },
        })),
    ],
    [
      "does not renew what is registered again",
      "gives a client that is registered again the later of both expiries, and changes nothing else",
      () =>
        memoryWith((store) => ({
          async createClient(client, guards) {
            const existing = await store.findClientByFingerprint(client.fingerprint ?? "");
            return existing ? { outcome: "existing", client: existing } : store.createClient(client, guards);
          },
        })),
    ],
    [
      "knows no fingerprint",
      "makes one client of 100 registrations of one fingerprint at once",
      () =>
        memoryWith((store) => ({
          createClient: ({ fingerprint: _, ...client }, guards) => store.createClient(client, guards),
        })),
    ],
    [
      "takes expiry and keys from a replacement",
      "leaves expiry, last use, fingerprint and quota keys to the other methods when it replaces",
      overwriting((client) => client),
    ],
    [
      "takes the status from a replacement",
      "leaves the status to the other methods when it replaces, unless the new client is held",
      overwriting((client) => client),
    ],
    [
      "keeps the status from a replacement that is held",
      "leaves the status to the other methods when it replaces, unless the new client is held",
      overwriting((client, { status }) => ({ ...client, status })),
    ],
    [
      "keeps the last use that it was told of",
      "keeps the latest of several uses",
      using((used, _, at) => ({ ...used, lastUsedAt: at })),
    ],
    [
      "counts a use as a change",
      "makes a client that is used an active one, and changes nothing else",
      using((used) => ({ ...used, version: used.version + 1 })),
    ],
    [
      "counts a client in its pools for ever",
      "frees the pools of a client with its use",
      using((used, { quotaKeys }) => ({ ...used, ...(quotaKeys && { quotaKeys }) })),
    ],
    [
      "records the use of any client",
      "records no use of a client that is held, disabled, expired or unknown",
      () =>
        memoryWith((store) => ({
          async recordClientUse(clientId, use) {
            await store.changeClientStatus(clientId, { from: STATUSES, to: "active" });
            return store.recordClientUse(clientId, use);
          },
        })),
    ],
    [
      "lets a use win over a stop",
      "lets no use undo that a client was disabled at the same moment",
      () =>
        memoryWith((store) => ({
          async recordClientUse(clientId, use) {
            const client = await store.findClient(clientId);
            await Promise.resolve();
            if (client) await store.deleteClient(clientId);
            if (client) await store.createClient({ ...client, status: "active", lastUsedAt: use.at });
            return { outcome: client ? "recorded" : "not_found" };
          },
        })),
    ],
    [
      "changes any status",
      "changes a status from those that were named, and version and expiry with it",
      () =>
        memoryWith((store) => ({
          changeClientStatus: (id, change) => store.changeClientStatus(id, { ...change, from: STATUSES }),
        })),
    ],
    [
      "looks at the status before it changes it",
      "lets one of 50 changes from the same status win, and none of the replacements that meant the old one",
      () =>
        memoryWith((store) => ({
          async changeClientStatus(id, change) {
            const client = await store.findClient(id);
            if (client && !change.from.includes(client.status)) return { outcome: "conflict" };
            return store.changeClientStatus(id, { ...change, from: STATUSES });
          },
        })),
    ],
    [
      "lists the client that a page ended with again",
      "lists clients in the order of their identifiers, page by page",
      () =>
        memoryWith((store) => ({
          async findClients(query, { after = "", limit }) {
            const { clients } = await store.findClients(query, { limit: 1000 });
            const found = clients.filter(({ clientId }) => clientId >= after).slice(0, limit);
            // A next page of what was the last would never end.
            return { clients: found };
          },
        })),
    ],
    [
      "lists clients in the order of the alphabet",
      "lists clients in the order of their identifiers, page by page",
      () =>
        memoryWith((store) => ({
          async findClients(query, { limit, ...page }) {
            const { clients } = await store.findClients(query, { ...page, limit: 1000 });
            const sorted = [...clients].sort((one, other) => one.clientId.localeCompare(other.clientId));
            return { clients: sorted.slice(0, limit) };
          },
        })),
    ],
    [
      "takes the last second for life",
      "finds the clients that have expired by an instant, the longest expired first",
      () =>
        memoryWith((store) => ({
          findExpiredClients: (now, limit) => store.findExpiredClients(now - 1, limit),
        })),
    ],
    [
      "finds the last that expired first",
      "finds the clients that have expired by an instant, the longest expired first",
      () =>
        memoryWith((store) => ({
          findExpiredClients: async (now, limit) =>
            [...(await store.findExpiredClients(now, 1000))].reverse().slice(0, limit),
        })),
    ],
    [
      "deletes whom it is given",
      "spares clients that were renewed after they were found",
      () =>
        memoryWith((store) => ({
          deleteExpiredClients: (ids) => store.deleteExpiredClients(ids, Number.MAX_SAFE_INTEGER),
          recordClientUse: (id, use) => store.recordClientUse(id, { ...use, expiresAt: use.at + 1 }),
        })),
    ],
    [
      "says that it deleted whom it was given",
      "deletes those of the clients it is given that have expired, and says which",
      () =>
        memoryWith((store) => ({
          async deleteExpiredClients(ids, now) {
            await store.deleteExpiredClients(ids, now);
            return ids;
          },
        })),
    ],
    [
      "looks at the expiry before it deletes",
      "deletes no client whose use at the same moment was recorded, and deletes each once",
      () =>
        memoryWith((store) => ({
          async deleteExpiredClients(ids, now) {
            const expired = (await store.findExpiredClients(now, 1000)).map(({ clientId }) => clientId);
            const deleted = ids.filter((id) => expired.includes(id));
            for (const id of deleted) await store.deleteClient(id);
            return deleted;
          },
        })),
    ],
    [
      "counts the expired as the others",
      "counts clients by status, and those that have expired apart",
      () => memoryWith((store) => ({ countClients: () => store.countClients(0) })),
    ],
    [
      "has one set of fingerprints for all tenants",
      "shares neither fingerprints nor pools nor counts with a store beside it",
      () => everybodys,
    ],
    ["has one room for all tenants", BESIDE, () => storeWith({ clients: shared })],
  ])("catches a store that %s", async (_what, caught, createStore) => {
    expect(await failedCases(createStore)).toContain(caught);
  });
});
