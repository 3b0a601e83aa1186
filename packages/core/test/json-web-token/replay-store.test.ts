import { describe, expect, it } from "vitest";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import { checkReplayStore, spendOnce } from "../../src/json-web-token/replay-store.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { NOW } from "./token-issuer.js";

function storeAt(maxKeys: number) {
  const time = { now: NOW };
  const store = memoryReplayStore({ maxKeys, clock: () => time.now * 1000 });
  return { time, spend: (key: string, seconds = 60) => store.spend(key, NOW + seconds) as boolean };
}

describe("the memory replay store", () => {
  it("lets each key be spent once", () => {
    const { spend } = storeAt(10);
    for (const key of ["a", "b", "", "__proto__"]) expect([spend(key), spend(key)]).toEqual([true, false]);
  });

  it("forgets what has expired when it needs the room", () => {
    const { time, spend } = storeAt(2);
    expect([spend("a", 10), spend("b", 20)]).toEqual([true, true]);
    time.now += 10;
    expect([spend("c", 30), spend("b")]).toEqual([true, false]);
    time.now += 20;
    expect([spend("d", 60), spend("e", 60)]).toEqual([true, true]);
  });

  it("finds room also where a later key expires earlier", () => {
    const { time, spend } = storeAt(2);
    expect([spend("a", 10), spend("b", 100)]).toEqual([true, true]);
    time.now += 10;
    expect(spend("c", 10)).toBe(true);
    time.now += 10;
    expect(spend("d", 10)).toBe(true);
  });

  it("when full throws, and does not let a token in again", () => {
    const { time, spend } = storeAt(2);
    spend("a", 10);
    spend("b", 20);
    for (let i = 0; i < 3; i++) expect(() => spend(`new-${i}`)).toThrow("full");
    expect([spend("a"), spend("b")]).toEqual([false, false]);
    time.now += 9;
    expect(() => spend("c")).toThrow("full");
    time.now += 1;
    expect(spend("c")).toBe(true);
    expect(() => spend("d")).toThrow("full");
  });

  it("holds at least one key", () => {
    for (const maxKeys of [0, -1, 1.5, Number.NaN])
      expect(() => memoryReplayStore({ maxKeys })).toThrow(MisuseError);
  });
});

describe("a token that is used up", () => {
  const spent = { iss: "https://a.example", jti: "1" };

  it("is told from every other by its sort, issuer and identifier", async () => {
    const store = memoryReplayStore();
    const spend = async (kind: "client_assertion" | "initial_access_token", token: typeof spent) =>
      (await spendOnce(store, kind, token, NOW)).ok;
    expect(await spend("client_assertion", spent)).toBe(true);
    expect(await spend("initial_access_token", spent)).toBe(true);
    expect(await spend("client_assertion", { ...spent, jti: "2" })).toBe(true);
    expect(await spend("client_assertion", { iss: 'https://a.example","1', jti: "" })).toBe(true);
    expect(await spend("client_assertion", { ...spent, iss: "https://b.example" })).toBe(true);
    expect(await spend("client_assertion", spent)).toBe(false);
  });

  it("goes to the store under a short ASCII key, with its last instant in whole seconds", async () => {
    const seen: [string, number][] = [];
    const store = { spend: (key: string, expiresAt: number) => seen.push([key, expiresAt]) > 0 };
    const hostile = { iss: "i", jti: `'; DROP TABLE\n${"x".repeat(1000)}é` };
    await spendOnce(store, "client_assertion", hostile, NOW + 0.5);
    expect(seen[0]?.[0]).toMatch(/^client_assertion:[0-9a-f]{64}$/);
    expect(seen[0]?.[1]).toBe(NOW + 1);
  });

  it("is refused by a store that fails or does not say yes", async () => {
    const cause = new Error("down");
    const failing = [() => Promise.reject(cause), () => { throw cause; }]; // prettier-ignore
    for (const spend of failing) {
      expect(await spendOnce({ spend }, "client_assertion", spent, NOW)).toEqual({
        ok: false,
        error: { reason: "replay_store_unavailable", cause },
      });
    }
    for (const answer of [undefined, 1, "OK", null, {}]) {
      const store = { spend: () => answer as boolean };
      expect((await spendOnce(store, "client_assertion", spent, NOW)).ok).toBe(false);
    }
  });

  it("needs a store that can", () => {
    for (const store of [undefined, null, {}, { spend: true }]) {
      expect(() => checkReplayStore(store as never)).toThrow(MisuseError);
    }
  });
});
