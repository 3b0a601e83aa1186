import type { RegisteredClient, RegistrationStore } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import { expect, it, describe } from "vitest";
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

const shared = new Map<string, RegisteredClient>();

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
    ["has one room for all tenants", BESIDE, () => storeWith({ clients: shared })],
  ])("catches a store that %s", async (_what, caught, createStore) => {
    expect(await failedCases(createStore)).toContain(caught);
  });
});
