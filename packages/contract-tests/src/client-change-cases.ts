import type { RegisteredClient, RegistrationStore } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";
import { EVERYTHING_CLIENT, memberNames, NOW, numbered, pending, STATUSES } from "./store-samples.js";

/** The part of the store contract about clients that change. */
export function clientChangeCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  newStore: () => Promise<RegistrationStore>,
): void {
  it("replaces a client whole, and only at the version that was expected", async () => {
    const store = await newStore();
    await store.createClient(numbered("client", 1));
    const next = { ...whatChanges(EVERYTHING_CLIENT), clientId: "client", version: 2 };
    expect(await store.replaceClient(next, 2)).toEqual({ outcome: "conflict" });
    expect(await store.findClient("client")).toEqual(numbered("client", 1));
    expect(await store.replaceClient(next, 1)).toEqual({ outcome: "replaced" });
    expect(await store.findClient("client")).toEqual(next);
    const back = { ...numbered("client", 3), version: 3, status: next.status };
    expect(await store.replaceClient(back, 2)).toEqual({ outcome: "replaced" });
    expect(await store.findClient("client")).toEqual(back);
    expect(await store.replaceClient({ ...next, clientId: "nobody" }, 1)).toEqual({
      outcome: "not_found",
    });
    expect(await store.findClient("nobody")).toBe(undefined);
  });

  it("leaves expiry, last use, fingerprint and quota keys to the other methods when it replaces", async () => {
    const kept = {
      expiresAt: NOW + 100,
      lastUsedAt: NOW - 5,
      fingerprint: "its own",
      quotaKeys: ["address:a", "total"],
    };
    const given = { expiresAt: 1, lastUsedAt: 2, fingerprint: "another", quotaKeys: ["address:b"] };
    const store = await newStore();
    for (const [index, members] of [kept, {}].entries()) {
      const clientId = `client-${index}`;
      await store.createClient(pending(clientId, members));
      for (const [version, others] of [
        [2, given],
        [3, {}],
      ] as const) {
        const next = { ...numbered(clientId, 1), version, status: "pending" } as const;
        expect(await store.replaceClient({ ...next, ...others }, version - 1)).toEqual({
          outcome: "replaced",
        });
        const found = await store.findClient(clientId);
        expect(found).toEqual({ ...next, ...members });
        expect(memberNames(found)).toEqual(memberNames({ ...next, ...members }));
      }
    }
    expect((await store.findClientByFingerprint("its own"))?.clientId).toBe("client-0");
    expect(await store.findClientByFingerprint("another")).toBe(undefined);
  });

  it("leaves the status to the other methods when it replaces, unless the new client is held", async () => {
    const store = await newStore();
    for (const status of STATUSES) {
      await store.createClient({ ...numbered(status, 0), status });
      let version = 1;
      for (const given of ["pending", "active", "disabled", "awaiting_approval", "active"] as const) {
        version += 1;
        await store.replaceClient({ ...numbered(status, 0), version, status: given }, version - 1);
        const isHeld = given === "awaiting_approval" || version === 6;
        expect((await store.findClient(status))?.status).toBe(isHeld ? "awaiting_approval" : status);
      }
    }
  });

  it("lets exactly one of 50 replacements of the same version win", async () => {
    const store = await newStore();
    await store.createClient(numbered("client", 0));
    const rivals = Array.from({ length: 50 }, (_, index) => ({ ...numbered("client", index), version: 2 }));
    const outcomes = await Promise.all(rivals.map(async (client) => store.replaceClient(client, 1)));
    const winners = rivals.filter((_, index) => outcomes[index]?.outcome === "replaced");
    expect(winners.length).toBe(1);
    expect(outcomes.filter(({ outcome }) => outcome === "conflict").length).toBe(49);
    expect(await store.findClient("client")).toEqual(winners[0]);
  });

  it("deletes a client once, and no other", async () => {
    const store = await newStore();
    await store.createClient(numbered("one", 1));
    await store.createClient(numbered("two", 2));
    const outcomes = await Promise.all(Array.from({ length: 10 }, async () => store.deleteClient("one")));
    expect(outcomes.filter(({ outcome }) => outcome === "deleted").length).toBe(1);
    expect(await store.findClient("one")).toBe(undefined);
    expect(await store.findClient("two")).toEqual(numbered("two", 2));
    expect(await store.replaceClient({ ...numbered("one", 1), version: 2 }, 1)).toEqual({
      outcome: "not_found",
    });
  });

  it("finds a client by the hash of its registration access token, and only as long as it has that", async () => {
    const store = await newStore();
    const managed = (clientId: string, hash: string, version = 1) => ({
      ...numbered(clientId, 1),
      version,
      registrationAccessTokenHash: hash,
    });
    await store.createClient(managed("one", "hash-1"));
    await store.createClient(managed("two", "hash-2"));
    await store.createClient(numbered("three", 3));
    expect(await store.findClientByRegistrationAccessToken("hash-1")).toEqual(managed("one", "hash-1"));
    expect(await store.findClientByRegistrationAccessToken("hash-2")).toEqual(managed("two", "hash-2"));
    await store.replaceClient(managed("one", "hash-3", 2), 1);
    expect(await store.findClientByRegistrationAccessToken("hash-1")).toBe(undefined);
    expect(await store.findClientByRegistrationAccessToken("hash-3")).toEqual(managed("one", "hash-3", 2));
    // A replacement that lost leaves the token as it was.
    await store.replaceClient(managed("one", "hash-4", 2), 1);
    expect(await store.findClientByRegistrationAccessToken("hash-4")).toBe(undefined);
    await store.replaceClient({ ...numbered("one", 1), version: 3 }, 2);
    await store.deleteClient("two");
    for (const hash of ["hash-2", "hash-3", "", "one", "HASH-2"]) {
      expect(await store.findClientByRegistrationAccessToken(hash), hash).toBe(undefined);
    }
  });
}

/** A client without what a replacement leaves alone. */
function whatChanges(client: RegisteredClient): RegisteredClient {
  const {
    expiresAt: _,
    lastUsedAt: __,
    fingerprint: ___,
    quotaKeys: ____,
    administration: _____,
    ...others
  } = client;
  return others;
}
