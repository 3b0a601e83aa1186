import type { RegistrationStore } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";
import { many, NOW, numbered, pending, scribble, spending, tally, token } from "./store-samples.js";

/** The part of the store contract about clients that several registrations share. */
export function fingerprintCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  newStore: () => Promise<RegistrationStore>,
): void {
  it("answers a registration of a known fingerprint with the client that has it", async () => {
    const store = await newStore();
    const first = pending("first", { fingerprint: "same" });
    const second = { ...numbered("second", 2), fingerprint: "same" };
    expect(await store.createClient(first)).toEqual({ outcome: "created" });
    expect(await store.createClient(second)).toEqual({ outcome: "existing", client: first });
    expect(await store.findClient("second")).toBe(undefined);
    expect(await store.findClient("first")).toEqual(first);
    scribble(await store.createClient(second));
    expect(await store.findClient("first")).toEqual(first);
    for (const fingerprint of ["Same", "same ", "other"]) {
      expect(await store.createClient(pending(fingerprint, { fingerprint }))).toEqual({ outcome: "created" });
    }
    for (const clientId of ["plain", "plain too"]) {
      expect(await store.createClient(pending(clientId))).toEqual({ outcome: "created" });
    }
  });

  it("gives a client that is registered again the later of both expiries, and changes nothing else", async () => {
    const store = await newStore();
    const cases = [
      [NOW + 10, NOW + 20, NOW + 20],
      [NOW + 20, NOW + 10, NOW + 20],
      [NOW + 10, undefined, undefined],
      [undefined, NOW + 10, undefined],
      [undefined, undefined, undefined],
      // One that has expired is there until it is deleted.
      [NOW - 10, NOW + 10, NOW + 10],
    ] as const;
    for (const [index, [before, given, after]] of cases.entries()) {
      const fingerprint = `fingerprint-${index}`;
      const stored = { ...numbered(`stored-${index}`, 1), fingerprint, version: 3, lastUsedAt: NOW - 99 };
      const again = pending(`again-${index}`, { fingerprint, quotaKeys: ["total"] });
      const expected = { ...stored, ...(after !== undefined && { expiresAt: after }) };
      await store.createClient({ ...stored, ...(before !== undefined && { expiresAt: before }) });
      const outcome = await store.createClient({
        ...again,
        ...(given !== undefined && { expiresAt: given }),
      });
      expect(outcome).toEqual({ outcome: "existing", client: expected });
      expect(await store.findClient(stored.clientId)).toEqual(expected);
      expect(await store.findClientByFingerprint(fingerprint)).toEqual(expected);
      expect(await store.findClient(again.clientId)).toBe(undefined);
    }
  });

  it("ends a shared client no earlier for a use, as others have registered it and not used it yet", async () => {
    const store = await newStore();
    const cases = [
      [NOW + 100, NOW + 10, NOW + 100],
      [NOW + 10, NOW + 100, NOW + 100],
      [NOW + 10, undefined, undefined],
      [undefined, NOW + 10, NOW + 10],
    ] as const;
    for (const [index, [before, given, after]] of cases.entries()) {
      const client = pending(`client-${index}`, { fingerprint: `fingerprint-${index}` });
      await store.createClient({ ...client, ...(before !== undefined && { expiresAt: before }) });
      const use = { at: NOW, ...(given !== undefined && { expiresAt: given }) };
      expect(await store.recordClientUse(client.clientId, use)).toEqual({ outcome: "recorded" });
      expect((await store.findClient(client.clientId))?.expiresAt).toBe(after);
    }
  });

  it("makes one client of 100 registrations of one fingerprint at once", async () => {
    const store = await newStore();
    await store.createInitialAccessToken(token("token", 100));
    const rivals = many(100, (index) =>
      pending(`client-${index}`, { fingerprint: "same", quotaKeys: ["total"], expiresAt: NOW + index }),
    );
    const guards = { ...spending("token"), quotas: [{ key: "total", limit: 2 }] };
    const outcomes = await Promise.all(rivals.map(async (client) => store.createClient(client, guards)));
    expect(tally(outcomes)).toEqual({ created: 1, existing: 99 });
    const found = await Promise.all(rivals.map(async ({ clientId }) => store.findClient(clientId)));
    const [client, ...others] = found.filter((one) => one !== undefined);
    expect(others).toEqual([]);
    expect(client?.expiresAt).toBe(NOW + 99);
    for (const [index, outcome] of outcomes.entries()) {
      const clientId = outcome.outcome === "existing" ? outcome.client.clientId : rivals[index]?.clientId;
      expect(clientId).toBe(client?.clientId);
    }
    // The 99 have spent nothing, and count nowhere.
    expect((await store.findInitialAccessToken("token"))?.usesLeft).toBe(99);
    const next = pending("next", { fingerprint: "next", quotaKeys: ["total"] });
    expect(await store.createClient(next, guards)).toEqual({ outcome: "created" });
  });

  it("looks for the fingerprint before the token and the quotas", async () => {
    const store = await newStore();
    const quotas = [{ key: "total", limit: 1 }];
    const first = pending("first", { fingerprint: "same", quotaKeys: ["total"] });
    await store.createClient(first, { quotas });
    const again = { ...first, clientId: "again" };
    expect(await store.createClient(again, { ...spending("unknown"), quotas })).toEqual({
      outcome: "existing",
      client: first,
    });
    expect(await store.createClient(pending("other"), spending("unknown"))).toEqual({
      outcome: "initial_access_token_spent",
    });
  });

  it("frees a fingerprint with its client, and no earlier", async () => {
    const store = await newStore();
    const client = pending("client", { fingerprint: "same", expiresAt: NOW });
    await store.createClient(client);
    await store.recordClientUse("client", { at: NOW - 1, expiresAt: NOW });
    await store.changeClientStatus("client", { from: ["active"], to: "disabled", expiresAt: NOW });
    const disabled = { ...client, status: "disabled", version: 2, lastUsedAt: NOW - 1 };
    expect(await store.findClientByFingerprint("same")).toEqual(disabled);
    expect(await store.createClient({ ...client, clientId: "next" })).toEqual({
      outcome: "existing",
      client: disabled,
    });
    await store.deleteClient("client");
    for (const clientId of ["next", "last"]) {
      expect(await store.findClientByFingerprint("same")).toBe(undefined);
      expect(await store.createClient({ ...client, clientId })).toEqual({ outcome: "created" });
      expect(await store.deleteExpiredClients([clientId], NOW)).toEqual([clientId]);
    }
    for (const fingerprint of ["", "Same", "\u0000", "\ud800"]) {
      expect(await store.findClientByFingerprint(fingerprint), fingerprint).toBe(undefined);
    }
  });
}
