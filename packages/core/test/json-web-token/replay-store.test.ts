import { describe, expect, it } from "vitest";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import { checkReplayStore, spendOnce } from "../../src/json-web-token/replay-store.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { NOW } from "./token-issuer.js";

function storeAt(maxKeys: number) {
  const time = { now: NOW };
  const store = memoryReplayStore({ maxKeys, clock: () => time.now * 1000 });
  const spend = (key: string, { seconds = 60, issuer = "one" } = {}) =>
    store.spend(key, NOW + seconds, issuer) as boolean;
  /** Spends new tokens of an issuer until there is no room for more, and says how many there was room for. */
  const fill = (issuer: string, seconds = 60) => {
    for (let spent = 0; ; spent++) {
      try {
        spend(`${time.now}-${issuer}-${spent}`, { issuer, seconds });
      } catch {
        return spent;
      }
    }
  };
  return { time, spend, fill };
}

describe("the memory replay store", () => {
  it("lets each key be spent once", () => {
    const { spend } = storeAt(1_000);
    for (const key of ["a", "b", "", "__proto__"]) expect([spend(key), spend(key)]).toEqual([true, false]);
  });

  it("is not filled by one client for all others", () => {
    const { fill, spend } = storeAt(100_000);
    expect(fill("flood")).toBe(615);
    expect(fill("honest")).toBeGreaterThan(550);
    expect(() => spend("one more", { issuer: "flood" })).toThrow("no room for this issuer");
  });

  it("has room for another client beside a hundred that flood it", () => {
    const { fill } = storeAt(100_000);
    for (let client = 0; client < 100; client++) fill(`flood-${client}`);
    expect(fill("honest")).toBeGreaterThan(200);
  });

  it("has 8 tokens for another client beside 2,000 that flood it", () => {
    const { fill } = storeAt(100_000);
    for (let client = 0; client < 2_000; client++) fill(`flood-${client}`);
    expect(fill("honest")).toBe(8);
  });

  it("has room for another client beside 6,000 that flood it, and for one that had some", () => {
    const { fill, spend } = storeAt(100_000);
    spend("early", { issuer: "early" });
    for (let client = 0; client < 6_000; client++) fill(`flood-${client}`);
    expect([fill("honest"), fill("early")]).toEqual([1, 1]);
  });

  it("is filled for nobody by 2,000 clients with 20 tokens each", () => {
    const { fill, spend } = storeAt(100_000);
    for (let client = 0; client < 2_000; client++)
      for (let index = 0; index < 20; index++) spend(`${client}-${index}`, { issuer: `small-${client}` });
    expect(fill("honest")).toBeGreaterThan(200);
  });

  it("holds no more than it may, however many clients there are", () => {
    const { fill } = storeAt(1_000);
    let held = 0;
    for (let client = 0; client < 2_000; client++) held += fill(`flood-${client}`);
    expect(held).toBe(1_000);
  });

  it("forgets what has expired when it needs the room, and not earlier", () => {
    const { time, fill, spend } = storeAt(10_000);
    expect(spend("early", { seconds: 10 })).toBe(true);
    expect(spend("late", { seconds: 30 })).toBe(true);
    const filled = 2 + fill("one", 20);
    time.now += 9;
    expect(() => spend("new")).toThrow("no room");
    time.now += 1;
    expect([spend("new"), spend("late")]).toEqual([true, false]);
    expect(() => spend("another")).toThrow("no room");
    time.now += 10;
    // What ends later than the others is still there: "late" and "new".
    expect(fill("one")).toBe(filled - 2);
    expect(spend("late")).toBe(false);
  });

  it("finds the room of another issuer's expired tokens", () => {
    const { time, fill } = storeAt(10_000);
    const alone = fill("first", 10);
    for (let client = 0; client < 50; client++) fill(`flood-${client}`, 10);
    time.now += 10;
    expect(fill("honest")).toBe(alone);
  });

  it("without room does not let a token in again", () => {
    const { fill, spend } = storeAt(1_000);
    spend("a");
    fill("one");
    expect(spend("a")).toBe(false);
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
    const seen: [string, number, string][] = [];
    const store = { spend: (...call: [string, number, string]) => seen.push(call) > 0 };
    const hostile = { iss: `é${"i".repeat(1000)}`, jti: `'; DROP TABLE\n${"x".repeat(1000)}é` };
    for (const jti of [hostile.jti, "other"]) {
      await spendOnce(store, "client_assertion", { ...hostile, jti }, NOW + 0.5);
    }
    const isShort = expect.stringMatching(/^client_assertion:[0-9a-f]{64}$/) as string;
    expect(seen[0]).toEqual([isShort, NOW + 1, isShort]);
    expect([seen[1]?.[0] === seen[0]?.[0], seen[1]?.[2] === seen[0]?.[2]]).toEqual([false, true]);
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
