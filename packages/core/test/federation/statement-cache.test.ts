import { describe, expect, test } from "vitest";
import type { EntityStatement } from "../../src/federation/entity-statement.js";
import { statementCache } from "../../src/federation/statement-cache.js";
import { NOW } from "./test-federation.js";

/** A statement of so many characters, of which nothing but its size and its end counts here. */
function statement(characters: number, exp = NOW + 86_400): EntityStatement {
  return { token: "a".repeat(characters), iss: "", sub: "", exp, keys: [], claims: { iss: "" } };
}

const url = (host: string, name = "") => `https://${host}/fetch?sub=${name}`;

describe("the cache of statements", () => {
  test.each([
    ["300 seconds", NOW + 86_400, 300],
    ["the end of a statement that ends before", NOW + 40, 40],
  ])("keeps until %s, and no longer when it is kept again", (_, exp, seconds) => {
    const cache = statementCache();
    const one = statement(10, exp);
    cache.keep(url("a.example"), one, NOW);
    cache.keep(url("a.example"), one, NOW + seconds - 1);
    expect(cache.get(url("a.example"), NOW + seconds - 1)).toBe(one);
    expect(cache.get(url("a.example"), NOW + seconds)).toBeUndefined();
    expect(cache.get(url("a.example"), NOW)).toBeUndefined();
  });

  test("keeps nothing alive with a clock that was put back", () => {
    const cache = statementCache();
    cache.keep(url("a.example"), statement(10), NOW);
    expect(cache.get(url("a.example"), NOW - 1)).toBeUndefined();
  });

  test("takes the place of what is behind the same URL, and counts it once", () => {
    const cache = statementCache(100);
    for (let i = 0; i < 50; i++) cache.keep(url("a.example"), statement(90), NOW + i);
    cache.keep(url("b.example"), statement(10), NOW);
    expect(cache.get(url("a.example"), NOW + 49)).toBeDefined();
    expect(cache.get(url("b.example"), NOW + 49)).toBeDefined();
  });

  test("lets the site that takes the most give up what was unused the longest", () => {
    const cache = statementCache(100);
    cache.keep(url("good.example"), statement(30), NOW);
    for (let i = 0; i < 5; i++) cache.keep(url(`h${i}.evil.example.net`, "x"), statement(14), NOW);
    cache.get(url("h0.evil.example.net", "x"), NOW);
    for (let i = 5; i < 7; i++) cache.keep(url(`h${i}.evil.example.net`, "x"), statement(14), NOW);
    const left = [0, 1, 2, 3, 4, 5, 6].filter((i) => cache.get(url(`h${i}.evil.example.net`, "x"), NOW));
    expect(left).toEqual([0, 3, 4, 5, 6]);
    expect(cache.get(url("good.example"), NOW)).toBeDefined();
  });

  test("keeps no statement that is larger than all of it", () => {
    const cache = statementCache(100);
    cache.keep(url("good.example"), statement(90), NOW);
    cache.keep(url("evil.example"), statement(101), NOW);
    expect(cache.get(url("evil.example"), NOW)).toBeUndefined();
    expect(cache.get(url("good.example"), NOW)).toBeDefined();
  });
});
