import type { InitialAccessToken } from "@oauth-dcr/core/store";
import type { RegistrationStore } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";
import { deepFrozen, memberNames, NOW, numbered, scribble, spending, token } from "./store-samples.js";

/** The part of the store contract about initial access tokens. */
export function initialAccessTokenCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  newStore: () => Promise<RegistrationStore>,
): void {
  it("gives back an initial access token whole", async () => {
    const store = await newStore();
    const whole: InitialAccessToken = {
      ...token("whole", 3),
      revokedAt: NOW - 1,
      label: "Ünïcode 👩‍👩‍👧‍👦 ' --",
      owner: "payments",
      constraints: { scopes: ["a"], redirectHosts: ["app.example"], softwareIds: ["s"], grantTypes: ["g"] },
    };
    for (const given of [whole, token("plain", 1)]) {
      await store.createInitialAccessToken(deepFrozen(structuredClone(given)));
      const found = await store.findInitialAccessToken(given.id);
      expect(found).toEqual(given);
      expect(memberNames(found)).toEqual(memberNames(given));
      scribble(found);
      expect(await store.findInitialAccessToken(given.id)).toEqual(given);
    }
    for (const id of ["", "nobody", "WHOLE", "whol%", "whole\u0000", "\ud800"]) {
      expect(await store.findInitialAccessToken(id)).toBe(undefined);
    }
  });

  it("never puts a token in the place of another", async () => {
    const store = await newStore();
    await store.createInitialAccessToken(token("one", 1));
    const second = (async () => store.createInitialAccessToken(token("one", 9)))();
    expect(await second.then(() => "taken over").catch(() => "refused")).toBe("refused");
    expect(await store.findInitialAccessToken("one")).toEqual(token("one", 1));
  });

  it("lists tokens page by page in the order of their identifiers", async () => {
    const store = await newStore();
    for (const id of ["d", "b", "a", "c", "e"]) await store.createInitialAccessToken(token(id, 1));
    const ids = async (after: string, limit: number): Promise<readonly string[]> =>
      (await store.listInitialAccessTokens(after, limit)).map(({ id }) => id);
    expect(await ids("", 2)).toEqual(["a", "b"]);
    expect(await ids("b", 2)).toEqual(["c", "d"]);
    expect(await ids("d", 2)).toEqual(["e"]);
    expect(await ids("e", 2)).toEqual([]);
  });

  it("revokes a token for good, and keeps when that was first", async () => {
    const store = await newStore();
    await store.createInitialAccessToken(token("one", 1));
    expect(await store.revokeInitialAccessToken("one", NOW)).toEqual({ outcome: "revoked" });
    expect(await store.revokeInitialAccessToken("one", NOW + 5)).toEqual({ outcome: "revoked" });
    expect(await store.findInitialAccessToken("one")).toEqual({ ...token("one", 1), revokedAt: NOW });
    expect(await store.revokeInitialAccessToken("nobody", NOW)).toEqual({ outcome: "not_found" });
  });

  it("spends a use with a client, and no more uses than there are", async () => {
    const store = await newStore();
    await store.createInitialAccessToken(token("twice", 2));
    const register = async (number: number) =>
      store.createClient(numbered(`client-${number}`, number), spending("twice"));
    expect(await register(1)).toEqual({ outcome: "created" });
    expect((await store.findInitialAccessToken("twice"))?.usesLeft).toBe(1);
    expect(await register(2)).toEqual({ outcome: "created" });
    expect(await register(3)).toEqual({ outcome: "initial_access_token_spent" });
    expect(await store.findClient("client-3")).toBe(undefined);
    expect((await store.findInitialAccessToken("twice"))?.usesLeft).toBe(0);
  });

  it("spends nothing on an identifier that is taken", async () => {
    const store = await newStore();
    await store.createInitialAccessToken(token("once", 1));
    await store.createClient(numbered("client", 1));
    expect(await store.createClient(numbered("client", 2), spending("once"))).toEqual({
      outcome: "duplicate_client_id",
    });
    expect((await store.findInitialAccessToken("once"))?.usesLeft).toBe(1);
    expect(await store.findClient("client")).toEqual(numbered("client", 1));
  });

  it("takes no token that is revoked, expired or unknown", async () => {
    const store = await newStore();
    await store.createInitialAccessToken({ ...token("revoked", 1), revokedAt: NOW - 1 });
    await store.createInitialAccessToken({ ...token("expired", 1), expiresAt: NOW });
    for (const id of ["revoked", "expired", "unknown"]) {
      expect(await store.createClient(numbered("client", 1), spending(id))).toEqual({
        outcome: "initial_access_token_spent",
      });
    }
    expect(await store.findClient("client")).toBe(undefined);
    expect((await store.findInitialAccessToken("revoked"))?.usesLeft).toBe(1);
  });

  it("makes exactly one client of 200 at once with a token for one", async () => {
    const store = await newStore();
    await store.createInitialAccessToken(token("once", 1));
    const rivals = Array.from({ length: 200 }, (_, index) => numbered(`client-${index}`, index));
    const outcomes = await Promise.all(
      rivals.map(async (client) => store.createClient(client, spending("once"))),
    );
    expect(outcomes.filter(({ outcome }) => outcome === "created").length).toBe(1);
    expect(outcomes.filter(({ outcome }) => outcome === "initial_access_token_spent").length).toBe(199);
    const found = await Promise.all(rivals.map(async ({ clientId }) => store.findClient(clientId)));
    expect(found.filter((client) => client !== undefined).length).toBe(1);
    expect((await store.findInitialAccessToken("once"))?.usesLeft).toBe(0);
  });
}
