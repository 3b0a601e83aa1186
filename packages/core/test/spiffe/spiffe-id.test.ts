import { expect, test } from "vitest";
import { matchesSpiffeId, trustDomainOf, trustDomainOfPattern } from "../../src/spiffe/spiffe-id.js";

test.each([
  ["spiffe://example.org/a", "example.org"],
  ["spiffe://example.org/ns/a-b_c.d/sa/E9", "example.org"],
  ["spiffe://a_b-c.1/...", "a_b-c.1"],
  ["spiffe://example.org", undefined],
  ["spiffe://example.org/", undefined],
  ["spiffe://example.org/a/", undefined],
  ["spiffe://example.org//a", undefined],
  ["spiffe://example.org/a/../b", undefined],
  ["spiffe://example.org/.", undefined],
  ["spiffe://example.org/..", undefined],
  ["spiffe://example.org/%2e%2e/b", undefined],
  ["spiffe://example.org/a?b", undefined],
  ["spiffe://example.org/a#b", undefined],
  ["spiffe://example.org/a\n", undefined],
  ["spiffe://example.org/*", undefined],
  ["spiffe://example.org:80/a", undefined],
  ["spiffe://user@example.org/a", undefined],
  ["spiffe://EXAMPLE.org/a", undefined],
  ["SPIFFE://example.org/a", undefined],
  ["https://example.org/a", undefined],
  ["spiffe:///a", undefined],
  [`spiffe://${"a".repeat(256)}/a`, undefined],
  [`spiffe://example.org/${"a".repeat(2048)}`, undefined],
])("%s is a workload of %s", (text, trustDomain) => {
  expect(trustDomainOf(text)).toBe(trustDomain);
});

test.each([
  ["spiffe://example.org/a/*", "example.org"],
  ["spiffe://example.org/*", "example.org"],
  ["spiffe://example.org/a", "example.org"],
  ["spiffe://example.org", undefined],
  ["spiffe://*", undefined],
  ["spiffe://*/a", undefined],
  ["spiffe://*/*", undefined],
  ["spiffe:///*", undefined],
  ["/*", undefined],
  ["*", undefined],
  ["spiffe://example.org/a*", undefined],
  ["spiffe://example.org/*/b", undefined],
  ["spiffe://example.org/*/*", undefined],
  ["spiffe://example.org/a/**", undefined],
  ["spiffe://example.org/a//*", undefined],
  ["spiffe://example.org/a/../*", undefined],
  ["spiffe://*.example.org/a", undefined],
])("%s names workloads of %s", (pattern, trustDomain) => {
  expect(trustDomainOfPattern(pattern)).toBe(trustDomain);
});

test("a pattern matches whole segments, as the draft's example says", () => {
  const pattern = "spiffe://example.org/client/*";
  expect(matchesSpiffeId(pattern, "spiffe://example.org/client/123")).toBe(true);
  expect(matchesSpiffeId(pattern, "spiffe://example.org/client/1/2")).toBe(true);
  expect(matchesSpiffeId(pattern, "spiffe://example.org/client123")).toBe(false);
  expect(matchesSpiffeId(pattern, "spiffe://example.org/client")).toBe(false);
  expect(matchesSpiffeId(pattern, "spiffe://example.org.evil.example/client/1")).toBe(false);
  expect(matchesSpiffeId("spiffe://example.org/*", "spiffe://example.orgs/1")).toBe(false);
  expect(matchesSpiffeId("spiffe://example.org/a", "spiffe://example.org/a/b")).toBe(false);
});
