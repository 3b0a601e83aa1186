import type { RegistrationStore } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";
import { many, memberNames, NOW, numbered, pending, STATUSES, tally } from "./store-samples.js";

/** The part of the store contract about use and status. */
export function lifecycleCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  newStore: () => Promise<RegistrationStore>,
): void {
  it("makes a client that is used an active one, and changes nothing else", async () => {
    const store = await newStore();
    const before = { version: 4, expiresAt: NOW + 1, fingerprint: "f", quotaKeys: ["total"] };
    await store.createClient(pending("client", before));
    await store.createClient(pending("beside", { expiresAt: NOW + 1 }));
    const used = { ...numbered("client", 0), status: "active", version: 4, fingerprint: "f" } as const;
    expect(await store.recordClientUse("client", { at: NOW, expiresAt: NOW + 50 })).toEqual(RECORDED);
    expect(await store.findClient("client")).toEqual({ ...used, lastUsedAt: NOW, expiresAt: NOW + 50 });
    expect(await store.recordClientUse("client", { at: NOW + 49 })).toEqual(RECORDED);
    const found = await store.findClient("client");
    expect(found).toEqual({ ...used, lastUsedAt: NOW + 49 });
    expect(memberNames(found)).toEqual(memberNames({ ...used, lastUsedAt: NOW + 49 }));
    expect(await store.findClient("beside")).toEqual(pending("beside", { expiresAt: NOW + 1 }));
  });

  it("keeps the latest of several uses", async () => {
    const store = await newStore();
    await store.createClient(pending("client"));
    const uses = many(50, (index) => NOW + ((index * 7) % 50));
    const outcomes = await Promise.all(
      uses.map(async (at) => store.recordClientUse("client", { at, expiresAt: at + 100 })),
    );
    expect(tally(outcomes)).toEqual({ recorded: 50 });
    const latest = { ...numbered("client", 0), lastUsedAt: NOW + 49, expiresAt: NOW + 149 };
    expect(await store.findClient("client")).toEqual(latest);
    expect(await store.recordClientUse("client", { at: NOW + 48 })).toEqual(RECORDED);
    expect(await store.findClient("client")).toEqual(latest);
  });

  it("records no use of a client that is held, disabled, expired or unknown", async () => {
    const store = await newStore();
    const clients = [
      pending("held", { status: "awaiting_approval", quotaKeys: ["total"] }),
      pending("disabled", { status: "disabled" }),
      pending("expired", { expiresAt: NOW, quotaKeys: ["total"] }),
      pending("expired after use", { status: "active", lastUsedAt: NOW - 9, expiresAt: NOW - 1 }),
    ];
    for (const client of clients) {
      await store.createClient(client);
      const outcome = await store.recordClientUse(client.clientId, { at: NOW, expiresAt: NOW + 9 });
      expect(outcome, client.clientId).toEqual({ outcome: "unusable" });
      expect(await store.findClient(client.clientId)).toEqual(client);
    }
    for (const clientId of ["nobody", "", "EXPIRED", "expired\u0000", "\ud800"]) {
      expect(await store.recordClientUse(clientId, { at: NOW })).toEqual({ outcome: "not_found" });
    }
    expect(await store.recordClientUse("expired", { at: NOW - 1 })).toEqual(RECORDED);
    expect((await store.findClient("expired"))?.lastUsedAt).toBe(NOW - 1);
  });

  it("changes a status from those that were named, and version and expiry with it", async () => {
    const store = await newStore();
    for (const from of STATUSES) {
      for (const to of STATUSES) {
        const clientId = `${from} ${to}`;
        const client = { ...numbered(clientId, 0), status: from, version: 3, expiresAt: NOW, lastUsedAt: 5 };
        await store.createClient(client);
        const change = { from: STATUSES.filter((status) => status !== from), to };
        expect(await store.changeClientStatus(clientId, change)).toEqual({ outcome: "conflict" });
        expect(await store.changeClientStatus(clientId, { from: [], to })).toEqual({ outcome: "conflict" });
        for (const expectedVersion of [0, 2, 4]) {
          const changed = await store.changeClientStatus(clientId, { from: [from], expectedVersion, to });
          expect(changed).toEqual({ outcome: "conflict" });
        }
        expect(await store.findClient(clientId)).toEqual(client);

        const { expiresAt: _, ...staying } = { ...client, status: to, version: 4 };
        expect(await store.changeClientStatus(clientId, { from: [from], to })).toEqual(CHANGED);
        expect(await store.findClient(clientId)).toEqual(staying);
        expect(memberNames(await store.findClient(clientId))).toEqual(memberNames(staying));
        const ending = { from: STATUSES, expectedVersion: 4, to: from, expiresAt: NOW + 7 };
        expect(await store.changeClientStatus(clientId, ending)).toEqual(CHANGED);
        expect(await store.findClient(clientId)).toEqual({ ...client, version: 5, expiresAt: NOW + 7 });
      }
    }
    for (const clientId of ["nobody", "", "pending", "pending pending\u0000", "\ud800"]) {
      const outcome = await store.changeClientStatus(clientId, { from: STATUSES, to: "active" });
      expect(outcome).toEqual({ outcome: "not_found" });
    }
  });

  it("lets one of 50 changes from the same status win, and none of the replacements that meant the old one", async () => {
    const store = await newStore();
    await store.createClient(pending("client", { status: "awaiting_approval" }));
    const change = { from: ["awaiting_approval"], to: "pending" } as const;
    const outcomes = await Promise.all(
      many(50, async (index) => store.changeClientStatus("client", { ...change, expiresAt: NOW + index })),
    );
    expect(tally(outcomes)).toEqual({ changed: 1, conflict: 49 });
    const winner = outcomes.findIndex(({ outcome }) => outcome === "changed");
    const changed = pending("client", { version: 2, expiresAt: NOW + winner });
    expect(await store.findClient("client")).toEqual(changed);
    expect(await store.replaceClient({ ...changed, clientIdIssuedAt: 1 }, 1)).toEqual({
      outcome: "conflict",
    });
  });

  it("lets no use undo that a client was disabled at the same moment", async () => {
    const store = await newStore();
    const names = many(50, (index) => `client-${index}`);
    for (const name of names) await store.createClient(pending(name, { quotaKeys: ["total"] }));
    const races = await Promise.all(
      names.map(async (name, index) => {
        const use = async () => store.recordClientUse(name, { at: NOW, expiresAt: NOW + 9 });
        const stop = async () =>
          store.changeClientStatus(name, { from: ["pending", "active"], to: "disabled" });
        const [first, second] = await Promise.all(index % 2 === 0 ? [use(), stop()] : [stop(), use()]);
        return index % 2 === 0 ? { use: first, stop: second } : { use: second, stop: first };
      }),
    );
    for (const [index, name] of names.entries()) {
      const { use, stop } = races[index] ?? {};
      expect(stop).toEqual(CHANGED);
      const wasUsed = use?.outcome === "recorded";
      if (!wasUsed) expect(use).toEqual({ outcome: "unusable" });
      const disabled = pending(name, { status: "disabled", version: 2 });
      expect(await store.findClient(name)).toEqual({ ...disabled, ...(wasUsed && { lastUsedAt: NOW }) });
    }
  });
}

const RECORDED = { outcome: "recorded" } as const;
const CHANGED = { outcome: "changed" } as const;
