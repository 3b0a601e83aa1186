import { expect, test } from "vitest";
import { consentAfter } from "../../src/consent-ledger/consent-after.js";

const given = { userId: "u", clientId: "c", destination: "app.example", scopes: ["read"], at: 10 };
const first = consentAfter(undefined, given);

test("what is added counts from the older instant, and what covers all from the newer one", () => {
  const added = consentAfter(first, { ...given, scopes: ["write"], at: 20 });
  expect(added.grants).toEqual([{ destination: "app.example", scopes: ["read", "write"], at: 10 }]);
  const early = consentAfter(first, { ...given, scopes: ["write"], at: 5 });
  expect(early.grants[0]).toMatchObject({ at: 5 });
  const covered = consentAfter(added, { ...given, scopes: ["write", "read", "all"], at: 30 });
  expect(covered.grants).toEqual([{ destination: "app.example", scopes: ["all", "read", "write"], at: 30 }]);
});

test("what was added after a change of the client that came late does not count", () => {
  const added = consentAfter(first, { ...given, scopes: ["write"], at: 20 });
  const after = consentAfter(added, { ...given, scopes: ["other"], at: 30, consentSince: 15 });
  expect(after.grants).toEqual([{ destination: "app.example", scopes: ["other"], at: 30 }]);
});

test("what was allowed in the second of a change does not count", () => {
  const other = consentAfter(first, { ...given, destination: "other.example", at: 11, consentSince: 10 });
  expect(other.grants).toEqual([{ destination: "other.example", scopes: ["read"], at: 11 }]);
});

test("scopes that have no room beside the new ones are asked for again", () => {
  const long = { ...given, scopes: ["x".repeat(3990)] };
  const before = consentAfter(undefined, long);
  expect(consentAfter(before, { ...given, scopes: ["y"] }).grants[0]?.scopes).toHaveLength(2);
  expect(consentAfter(before, { ...given, scopes: ["y".repeat(10)] }).grants[0]?.scopes).toEqual([
    "y".repeat(10),
  ]);
});
