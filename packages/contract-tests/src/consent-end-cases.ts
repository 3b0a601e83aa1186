import type { GivenConsent, StoreWithConsents } from "@oauth-dcr/core/consent";
import type { ContractRunner } from "./contract-runner.js";
import { NOW, numbered } from "./store-samples.js";

/** A yes to `read` at `app.example`. */
export function given(userId: string, clientId: string, more: Partial<GivenConsent> = {}): GivenConsent {
  return { userId, clientId, destination: "app.example", scopes: ["read"], at: NOW, ...more };
}

/** How a consent ends, and what happens at once. */
export function consentEndCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  storeWith: (...clientIds: readonly string[]) => Promise<StoreWithConsents>,
): void {
  it("ends a consent that is withdrawn, and no other", async () => {
    const { consents } = await storeWith("a", "b");
    for (const [user, id] of [
      ["u", "a"],
      ["u", "b"],
      ["v", "a"],
    ] as const) {
      await consents.recordConsent(given(user, id));
    }
    expect(await consents.withdrawConsent("u", "a")).toEqual({ outcome: "withdrawn" });
    expect(await consents.withdrawConsent("u", "a")).toEqual({ outcome: "not_found" });
    expect(await consents.findConsent("u", "a")).toBe(undefined);
    expect((await consents.findConsent("u", "b"))?.userId).toBe("u");
    expect((await consents.findConsent("v", "a"))?.userId).toBe("v");
    await consents.recordConsent(given("u", "a", { scopes: ["write"] }));
    expect((await consents.findConsent("u", "a"))?.grants[0]?.scopes).toEqual(["write"]);
  });

  it("forgets a user with all that they allowed, and nobody else", async () => {
    const { consents } = await storeWith("a", "b", "c");
    for (const id of ["a", "b"]) await consents.recordConsent(given("u", id));
    await consents.recordConsent(given("v", "a"));
    expect(await consents.forgetUser("u")).toBe(2);
    expect(await consents.forgetUser("u")).toBe(0);
    expect(await consents.findConsentsOfUser("u", { limit: 9 })).toEqual({ consents: [] });
    expect((await consents.findConsentsForClient("a", { limit: 9 })).consents.length).toBe(1);
  });

  it("ends the consents for a client that is deleted, so that a later one of its identifier has none", async () => {
    const store = await storeWith("a", "b");
    for (const id of ["a", "b"]) await store.consents.recordConsent(given("u", id));
    await store.deleteClient("a");
    expect(await store.consents.findConsent("u", "a")).toBe(undefined);
    await store.createClient(numbered("a", 9));
    expect(await store.consents.findConsent("u", "a")).toBe(undefined);
    expect((await store.consents.findConsentsOfUser("u", { limit: 9 })).consents.length).toBe(1);
    expect(await store.consents.findConsentsForClient("a", { limit: 9 })).toEqual({ consents: [] });
  });

  it("ends the consents for clients that have expired and are deleted, and for no other", async () => {
    const store = await storeWith("a");
    await store.createClient({ ...numbered("over", 1), expiresAt: NOW });
    await store.createClient({ ...numbered("later", 1), expiresAt: NOW + 1 });
    for (const id of ["a", "over", "later"]) await store.consents.recordConsent(given("u", id));
    await store.deleteExpiredClients(["a", "over", "later"], NOW);
    await store.createClient(numbered("over", 9));
    const left = await store.consents.findConsentsOfUser("u", { limit: 9 });
    expect(left.consents.map(({ clientId }) => clientId)).toEqual(["a", "later"]);
  });

  it("keeps consents while a client is used, changed, disabled and enabled", async () => {
    const store = await storeWith("a");
    await store.consents.recordConsent(given("u", "a"));
    await store.recordClientUse("a", { at: NOW + 1 });
    await store.replaceClient({ ...numbered("a", 3), version: 2 }, 1);
    await store.changeClientStatus("a", { from: ["active"], to: "disabled" });
    await store.changeClientStatus("a", { from: ["disabled"], to: "active" });
    await store.changeClientAdministration("a", { administration: { tier: "approved" } });
    expect((await store.consents.findConsent("u", "a"))?.grants.length).toBe(1);
  });

  it("loses none of 20 consents that one user gives to one client at once", async () => {
    const { consents } = await storeWith("a");
    const scopes = Array.from({ length: 20 }, (_, index) => `s${String(index).padStart(2, "0")}`);
    const outcomes = await Promise.all(
      scopes.map(async (scope) => consents.recordConsent(given("u", "a", { scopes: [scope] }))),
    );
    expect(outcomes.every(({ outcome }) => outcome === "recorded")).toBe(true);
    expect((await consents.findConsent("u", "a"))?.grants).toEqual([
      { destination: "app.example", scopes, at: NOW },
    ]);
  });

  it("leaves no consent for a client that is deleted while users give theirs", async () => {
    const store = await storeWith("a");
    const users = Array.from({ length: 20 }, (_, index) => `u${index}`);
    const giving = users.map(async (user) => store.consents.recordConsent(given(user, "a")));
    const [, ...outcomes] = await Promise.all([store.deleteClient("a"), ...giving]);
    for (const { outcome } of outcomes) expect(outcome).toMatch(/^(?:recorded|not_found)$/);
    await store.createClient(numbered("a", 9));
    expect(await store.consents.findConsentsForClient("a", { limit: 99 })).toEqual({ consents: [] });
  });

  it("withdraws once what 20 withdraw at once, and leaves nothing of what was there before", async () => {
    const { consents } = await storeWith("a");
    await consents.recordConsent(given("u", "a", { scopes: ["before"] }));
    const withdrawals = Array.from({ length: 20 }, async () => consents.withdrawConsent("u", "a"));
    const outcomes = await Promise.all(withdrawals);
    expect(outcomes.filter(({ outcome }) => outcome === "withdrawn").length).toBe(1);
    const again = consents.recordConsent(given("u", "a", { scopes: ["after"] }));
    const [{ outcome }] = await Promise.all([consents.withdrawConsent("u", "a"), again]);
    expect(outcome).toMatch(/^(?:withdrawn|not_found)$/);
    const left = (await consents.findConsent("u", "a"))?.grants ?? [];
    expect(left.every(({ scopes }) => scopes.join() === "after")).toBe(true);
  });
}
