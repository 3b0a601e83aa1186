import type { ClientCount, ClientQuery } from "@oauth-dcr/core/store";
import type { RegisteredClient, RegistrationStore } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";
import { deepFrozen, many, memberNames, NOW, numbered, pending, tally } from "./store-samples.js";

/** The part of the store contract about finding and counting clients. */
export function searchCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  newStore: () => Promise<RegistrationStore>,
): void {
  it("finds the clients that meet every member of a query, and no others", async () => {
    const store = await newStore();
    for (const client of CLIENTS) await store.createClient(deepFrozen(client));
    const found = async (query: ClientQuery) => idsOf(await everyPage(store, query, 2));
    expect(await found({})).toEqual(CLIENTS.map(({ clientId }) => clientId).sort());
    expect(await found({ source: "operator" })).toEqual(["static"]);
    expect(await found({ source: "open" })).toEqual(["held", "plain"]);
    expect(await found({ tier: "first_party" })).toEqual(["static"]);
    expect(await found({ tier: "unknown" })).toEqual(["held", "of token", "plain"]);
    expect(await found({ status: "awaiting_approval" })).toEqual(["held"]);
    expect(await found({ status: "active" })).toEqual([DOCUMENT, "of token", "plain", "static"]);
    expect(await found({ owner: "Blau „Team“" })).toEqual(["of token"]);
    expect(await found({ owner: "rot" })).toEqual([DOCUMENT, "static"]);
    expect(await found({ tag: "env:prod" })).toEqual([DOCUMENT, "static"]);
    expect(await found({ tag: "env" })).toEqual([]);
    expect(await found({ host: "client.example" })).toEqual([DOCUMENT, "of token"]);
    expect(await found({ host: "other.example" })).toEqual(["of token"]);
    expect(await found({ text: "example" })).toEqual(["plain", "static"]);
    expect(await found({ text: "EXAMPLE C" })).toEqual(["static"]);
    expect(await found({ text: "ünï" })).toEqual([DOCUMENT]);
    expect(await found({ text: "xample" })).toEqual([]);
    expect(await found({ text: "%" })).toEqual([]);
    expect(await found({ usedBefore: NOW + 2 })).toEqual(["of token", "static"]);
    expect(await found({ usedBefore: NOW + 1 })).toEqual(["static"]);
    expect(await found({ owner: "rot", tag: "env:prod", tier: "first_party" })).toEqual(["static"]);
    expect(await found({ host: "client.example", status: "active", usedBefore: NOW + 9 })).toEqual([
      "of token",
    ]);
    expect(await found({ text: "example", status: "active", source: "operator" })).toEqual(["static"]);
    for (const nothing of ["nobody", "a\u0000", "\ud800", "' OR 1=1 --"]) {
      expect(await found({ owner: nothing })).toEqual([]);
      expect(await found({ tag: nothing })).toEqual([]);
      expect(await found({ host: nothing })).toEqual([]);
    }
  });

  it("finds each of many clients of one name once, page by page", async () => {
    const store = await newStore();
    const ids = Array.from({ length: 25 }, (_, index) => `client ${10 + ((index * 7) % 25)}`);
    for (const id of ids) await store.createClient(pending(id, { metadata: { client_name: "The same" } }));
    await store.createClient(pending("another", { metadata: { client_name: "The sane" } }));
    for (const query of [{ text: "the same" }, { text: "The S", status: "pending" } as const]) {
      const found = idsOf(await everyPage(store, query, 4));
      expect(found.filter((id) => id !== "another")).toEqual([...ids].sort());
    }
  });

  it("answers an empty page after what no page ended with", async () => {
    const store = await newStore();
    for (const client of CLIENTS) await store.createClient(client);
    for (const query of [{ text: "example" }, { usedBefore: NOW + 9 }]) {
      const page = await store.findClients(query, { limit: 1 });
      const more = await store.findClients(query, { limit: 9, after: page.next ?? "" });
      expect(page.clients.length + more.clients.length).toBe(2);
      for (const after of [
        "\u0000",
        "[",
        "[]",
        "[{}]",
        '["\\u0000","a"]',
        '["a",1]',
        '["a","a"]',
        "null",
        "\ud800",
      ]) {
        const { clients } = await store.findClients(query, { limit: 9, after });
        expect(clients.length < 3, after).toBe(true);
      }
    }
  });

  it("finds a client by what it is now, and not by what it was", async () => {
    const store = await newStore();
    await store.createClient(pending("a", { metadata: { redirect_uris: ["https://one.example/cb"] } }));
    const next = { ...pending("a", { version: 2 }), metadata: { redirect_uris: ["https://two.example/cb"] } };
    await store.replaceClient(next, 1);
    expect(idsOf(await everyPage(store, { host: "one.example" }))).toEqual([]);
    expect(idsOf(await everyPage(store, { host: "two.example" }))).toEqual(["a"]);
    await store.changeClientStatus("a", { from: ["pending"], to: "disabled" });
    expect(idsOf(await everyPage(store, { status: "disabled" }))).toEqual(["a"]);
    await store.deleteClient("a");
    expect(idsOf(await everyPage(store, { host: "two.example" }))).toEqual([]);
    expect(await store.countClients(NOW)).toEqual([]);
  });

  it("counts clients by source, tier, status and owner", async () => {
    const store = await newStore();
    expect(await store.countClients(NOW)).toEqual([]);
    for (const client of CLIENTS) await store.createClient(client);
    await store.createClient(pending("like held", { status: "awaiting_approval" }));
    await store.createClient(pending("over", { expiresAt: NOW }));
    const counts = sortedCounts(await store.countClients(NOW));
    expect(counts).toEqual(
      sortedCounts([
        { source: "open", tier: "unknown", status: "awaiting_approval", clients: 2 },
        { source: "open", tier: "unknown", status: "active", clients: 1 },
        { source: "open", tier: "unknown", status: "expired", clients: 1 },
        { source: "operator", tier: "first_party", status: "active", owner: "rot", clients: 1 },
        { source: "metadata_document", tier: "domain_verified", status: "active", owner: "rot", clients: 1 },
        {
          source: "initial_access_token",
          tier: "unknown",
          status: "active",
          owner: "Blau „Team“",
          clients: 1,
        },
      ]),
    );
    await store.recordClientUse("over", { at: NOW - 1 });
    await store.changeClientStatus("like held", { from: ["awaiting_approval"], to: "pending" });
    await store.deleteExpiredClients(["over"], NOW);
    const later = await store.countClients(NOW);
    expect(later.reduce((sum, { clients }) => sum + clients, 0)).toBe(7);
    expect(later.find(({ status }) => status === "pending")).toEqual({
      source: "open",
      tier: "unknown",
      status: "pending",
      clients: 1,
    });
  });
}

/** The part of the store contract about what the operator says of clients. */
export function administrationCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  newStore: () => Promise<RegistrationStore>,
): void {
  it("changes what the operator says, and version and expiry with it, and nothing else", async () => {
    const store = await newStore();
    const before = pending("client", { expiresAt: NOW + 9, fingerprint: "f", quotaKeys: ["total"] });
    await store.createClient(before);
    const said = { tier: "approved", owner: "rot", tags: ["a"], notes: "n" } as const;
    const change = { administration: said, expectedVersion: 1 };
    expect(await store.changeClientAdministration("client", change)).toEqual(CHANGED);
    expect(await store.changeClientAdministration("client", change)).toEqual({ outcome: "conflict" });
    expect(await store.findClient("client")).toEqual({ ...before, version: 2, administration: said });
    await store.changeClientStatus("client", {
      from: ["pending"],
      to: "disabled",
      expiresAt: NOW + 9,
      reason: "why",
    });
    await store.changeClientAdministration("client", { administration: { notes: "m" }, expiresAt: "never" });
    const { expiresAt: _, quotaKeys: __, ...staying } = before;
    const disabled = { ...staying, status: "disabled", version: 4 } as const;
    expect(await store.findClient("client")).toEqual({
      ...disabled,
      administration: { notes: "m", statusReason: "why" },
    });
    await store.changeClientStatus("client", { from: ["disabled"], to: "pending" });
    await store.changeClientAdministration("client", { administration: {}, expiresAt: NOW });
    const plain = { ...staying, status: "pending", version: 6, expiresAt: NOW };
    expect(await store.findClient("client")).toEqual(plain);
    expect(memberNames(await store.findClient("client"))).toEqual(memberNames(plain));
    for (const clientId of ["nobody", "", "client\u0000", "\ud800"]) {
      expect(await store.changeClientAdministration(clientId, change)).toEqual({ outcome: "not_found" });
    }
  });

  it("lets no update change what the operator says", async () => {
    const store = await newStore();
    const administration = { tier: "approved" } as const;
    await store.createClient(pending("client", { administration }));
    const mine = { tier: "first_party" } as const;
    await store.replaceClient(pending("client", { version: 2, administration: mine }), 1);
    expect((await store.findClient("client"))?.administration).toEqual(administration);
  });

  it("lets one of 20 changes of the same version win", async () => {
    const store = await newStore();
    await store.createClient(pending("client"));
    const outcomes = await Promise.all(
      many(20, async (index) =>
        store.changeClientAdministration("client", {
          administration: { notes: String(index) },
          expectedVersion: 1,
        }),
      ),
    );
    expect(tally(outcomes)).toEqual({ changed: 1, conflict: 19 });
  });
}

const CHANGED = { outcome: "changed" } as const;
const DOCUMENT = "https://client.example/client.json";

const CLIENTS: readonly RegisteredClient[] = [
  { ...numbered("plain", 1), metadata: { client_name: "Example" } },
  pending("held", { status: "awaiting_approval" }),
  {
    ...numbered("of token", 2),
    lastUsedAt: NOW + 1,
    origin: { source: "initial_access_token", owner: "Blau „Team“", policies: [] },
    metadata: {
      redirect_uris: ["https://client.example:8443/cb", "https://OTHER.example/cb", "http://127.0.0.1/cb"],
    },
  },
  {
    ...numbered("static", 3),
    lastUsedAt: NOW,
    origin: { source: "operator", policies: [] },
    administration: { tier: "first_party", owner: "rot", tags: ["env:prod", "b"] },
    metadata: { client_name: "example client" },
  },
  {
    ...numbered(DOCUMENT, 4),
    lastUsedAt: NOW + 50,
    origin: { source: "metadata_document", policies: [] },
    administration: { tier: "domain_verified", owner: "rot", tags: ["env:prod"] },
    metadata: { client_name: "Ünïcode" },
  },
];

/** All pages of a query, one after the other. */
export async function everyPage(
  store: RegistrationStore,
  query: ClientQuery,
  limit = 100,
): Promise<readonly RegisteredClient[]> {
  const found: RegisteredClient[] = [];
  for (let after: string | undefined; ;) {
    const page = await store.findClients(query, { limit, ...(after !== undefined && { after }) });
    found.push(...page.clients);
    if (page.next === undefined) return found;
    after = page.next;
  }
}

/** Counts in an order of their own: a store answers them in any. */
export function sortedCounts(counts: readonly ClientCount[]): readonly string[] {
  return counts
    .map(({ source, tier, status, owner, clients }) => JSON.stringify([source, tier, status, owner, clients]))
    .sort();
}

function idsOf(clients: readonly RegisteredClient[]): readonly string[] {
  return clients.map(({ clientId }) => clientId).sort();
}
