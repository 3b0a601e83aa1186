import type { Awaitable, RegistrationStore } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";
import { roomIn } from "./room-in-pool.js";
import { many, NOW, pending, spending, tally, token } from "./store-samples.js";

/** The part of the store contract about pools of clients that nobody has used yet. */
export function quotaCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  newStore: () => Promise<RegistrationStore>,
): void {
  it("lets exactly as many of 100 at once into a pool as it has room for", async () => {
    const store = await newStore();
    await store.createInitialAccessToken(token("token", 100));
    await store.createClient(pending("before", { quotaKeys: ["total"] }));
    const rivals = many(100, (index) => pending(`client-${index}`, { quotaKeys: ["total"] }));
    const guards = { ...spending("token"), quotas: [{ key: "total", limit: 10 }] };
    const outcomes = await Promise.all(rivals.map(async (client) => store.createClient(client, guards)));
    expect(tally(outcomes)).toEqual({ created: 9, quota_exceeded: 91 });
    const found = await Promise.all(rivals.map(async ({ clientId }) => store.findClient(clientId)));
    expect(found.filter((client) => client !== undefined).length).toBe(9);
    for (const [index, { outcome }] of outcomes.entries()) {
      expect(found[index]).toEqual(outcome === "created" ? rivals[index] : undefined);
    }
    expect((await store.findInitialAccessToken("token"))?.usesLeft).toBe(91);
  });

  it("names the first quota, in the order given, that has no room", async () => {
    const store = await newStore();
    const keys = ["b", "a", "A"];
    const limited = (...names: readonly string[]) => ({
      quotas: names.map((key) => ({ key, limit: 1 })),
    });
    const client = pending("client", { quotaKeys: keys });
    await store.createClient(pending("b", { quotaKeys: ["b"] }), limited("b"));
    expect(await store.createClient(client, limited("A", "a", "b"))).toEqual(exceeded("b"));
    await store.createClient(pending("a", { quotaKeys: ["a"] }), limited("a"));
    for (const [order, first] of [
      [["a", "b", "A"], "a"],
      [["b", "a"], "b"],
      [["A", "b", "a"], "b"],
      [["A", "a", "b"], "a"],
    ] as const) {
      expect(await store.createClient(client, limited(...order))).toEqual(exceeded(first));
    }
    // What nobody limits here counts all the same.
    expect(await store.createClient(client, limited("A"))).toEqual({ outcome: "created" });
    const next = pending("next", { quotaKeys: ["a"] });
    const upTo = (limit: number) => ({ quotas: [{ key: "a", limit }] });
    expect(await store.createClient(next, upTo(2))).toEqual(exceeded("a"));
    expect(await store.createClient(next, upTo(3))).toEqual({ outcome: "created" });
  });

  it("counts a client that names a pool twice in it once", async () => {
    const store = await newStore();
    const upTo = (limit: number) => ({ quotas: [{ key: "total", limit }] });
    const twice = pending("twice", { quotaKeys: ["total", "total"] });
    expect(await store.createClient(twice, upTo(1))).toEqual({ outcome: "created" });
    const once = pending("once", { quotaKeys: ["total"] });
    expect(await store.createClient(once, upTo(2))).toEqual({ outcome: "created" });
    await store.deleteClient("twice");
    expect(await roomIn(store, "total", 3)).toBe(2);
  });

  it("writes, spends and counts nothing when a quota has no room", async () => {
    const store = await newStore();
    await store.createInitialAccessToken(token("once", 1));
    await store.createClient(pending("full", { quotaKeys: ["full"] }));
    const quotas = ["free", "full"].map((key) => ({ key, limit: 1 }));
    const refused = pending("refused", { quotaKeys: ["free", "full"], fingerprint: "refused" });
    expect(await store.createClient(refused, { ...spending("once"), quotas })).toEqual(exceeded("full"));
    expect(await store.findClient("refused")).toBe(undefined);
    expect(await store.findClientByFingerprint("refused")).toBe(undefined);
    expect((await store.findInitialAccessToken("once"))?.usesLeft).toBe(1);
    const free = { ...refused, quotaKeys: ["free"] };
    expect(await store.createClient(free, { ...spending("once"), quotas: quotas.slice(0, 1) })).toEqual({
      outcome: "created",
    });
  });

  it("looks at the token before the quotas, and counts nothing for a token that is not good", async () => {
    const store = await newStore();
    const quotas = [{ key: "total", limit: 1 }];
    const client = pending("client", { quotaKeys: ["total"] });
    for (const _ of [1, 2]) {
      expect(await store.createClient(client, { ...spending("unknown"), quotas })).toEqual({
        outcome: "initial_access_token_spent",
      });
    }
    expect(await store.createClient(client, { quotas })).toEqual({ outcome: "created" });
    expect(await store.createClient({ ...client, clientId: "next" }, { quotas })).toEqual(exceeded("total"));
    expect(
      await store.createClient({ ...client, clientId: "next" }, { ...spending("unknown"), quotas }),
    ).toEqual({ outcome: "initial_access_token_spent" });
  });

  it("counts nothing for an identifier that is taken", async () => {
    const store = await newStore();
    const quotas = [{ key: "total", limit: 1 }];
    await store.createClient(pending("client"));
    const client = pending("client", { quotaKeys: ["total"] });
    expect(await store.createClient(client, { quotas })).toEqual({ outcome: "duplicate_client_id" });
    expect(await store.createClient({ ...client, clientId: "next" }, { quotas })).toEqual({
      outcome: "created",
    });
  });

  /** Whether a client still counts in its pools after something was done to it. */
  const endings: readonly [
    what: string,
    counts: boolean,
    (store: RegistrationStore) => Awaitable<unknown>,
  ][] = [
    ["its use", false, (store) => store.recordClientUse("client", { at: NOW })],
    ["its deletion", false, (store) => store.deleteClient("client")],
    ["its sweep", false, (store) => store.deleteExpiredClients(["client"], NOW + 1)],
    ["its stop", false, changing("disabled")],
    ["its activation", false, changing("active")],
    ["its hold", true, changing("awaiting_approval")],
    [
      "its approval",
      true,
      async (store) => {
        await changing("awaiting_approval")(store);
        return changing("pending")(store);
      },
    ],
    ["its expiry", true, (store) => store.findExpiredClients(NOW + 1, 1)],
    ["its replacement", true, (store) => store.replaceClient(pending("client", { version: 2 }), 1)],
    ["the record of a use too late", true, (store) => store.recordClientUse("client", { at: NOW + 1 })],
  ];
  for (const [what, counts, end] of endings) {
    it(`${counts ? "counts a client in its pools after" : "frees the pools of a client with"} ${what}`, async () => {
      const store = await newStore();
      const quotas = ["address", "total"].map((key) => ({ key, limit: 1 }));
      const client = pending("client", { quotaKeys: ["address", "total"], expiresAt: NOW + 1 });
      expect(await store.createClient(client, { quotas })).toEqual({ outcome: "created" });
      await end(store);
      const found = await store.findClient("client");
      expect(found?.quotaKeys).toEqual(counts ? client.quotaKeys : undefined);
      expect(Object.keys(found ?? {}).includes("quotaKeys")).toBe(counts);
      for (const [index, key] of ["total", "address"].entries()) {
        const probe = pending(`probe-${index}`, { quotaKeys: [key] });
        const only = quotas.filter((quota) => quota.key === key);
        expect(await store.createClient(probe, { quotas: only }), key).toEqual(
          counts ? exceeded(key) : { outcome: "created" },
        );
        // A key is given back once, and not again with the client that has lost it.
        if (!counts) await store.deleteClient("client");
        const next = { ...probe, clientId: `${probe.clientId}-next` };
        expect(await store.createClient(next, { quotas: only }), key).toEqual(exceeded(key));
      }
    });
  }
}

function exceeded(key: string) {
  return { outcome: "quota_exceeded", key } as const;
}

function changing(to: "active" | "awaiting_approval" | "disabled" | "pending") {
  return (store: RegistrationStore) =>
    store.changeClientStatus("client", { from: ["pending", "awaiting_approval"], to });
}
