import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { CALLERS } from "../../src/policy/policy-table.js";
import { limitScopes, type ScopesByCaller } from "../../src/policy/limit-scopes.js";
import type { ProposalOrigin } from "../../src/store/records.js";
import type { RegistrationSource } from "../../src/store/records.js";
import { CALLBACK, judge, outcome, registered } from "./proposal.js";

const limited = limitScopes({
  open: ["read"],
  initialAccessToken: ["read", "write"],
  softwareStatement: ["profile"],
  owners: { alice: ["profile", "write"], bob: [] },
});

describe("who may have which scope", () => {
  test.each<[ProposalOrigin, string, string]>([
    [{ source: "open" }, "read write", "read"],
    [{ source: "open" }, "read", "read"],
    [{ source: "initial_access_token" }, "write read profile", "write read"],
    [{ source: "software_statement" }, "read profile", "profile"],
    [{ source: "initial_access_token", owner: "carol" }, "write profile", "write"],
    [{ source: "initial_access_token", owner: "alice" }, "read write profile", "write profile"],
    [{ source: "initial_access_token", owner: "constructor" }, "write profile", "write"],
  ])("%j asking for %s gets %s", (origin, asked, granted) => {
    expect(registered({ ...CALLBACK, scope: asked }, limited, { origin }).scope).toBe(granted);
  });

  it("refuses who may have nothing of what was asked", () => {
    const text = "invalid_client_metadata: scope has nothing that this client may have (policy.refused)";
    const asking = { ...CALLBACK, scope: "write" };
    expect(outcome(asking, limited)).toBe(text);
    expect(outcome(asking, limited, { origin: { source: "initial_access_token", owner: "bob" } })).toBe(text);
  });

  it("gives nothing to a caller who is not named", () => {
    expect(outcome({ ...CALLBACK, scope: "read" }, limitScopes({ owners: { alice: ["read"] } }))).toMatch(
      /^invalid_/,
    );
  });

  it("gives no scope to a client that has none", () => {
    expect(registered(CALLBACK, limited).scope).toBeUndefined();
  });
});

test("a change never widens, whatever the lists", () => {
  const tokens = fc.subarray(["read", "write", "profile", "admin"]);
  const source = fc.constantFrom<RegistrationSource>("open", "initial_access_token", "software_statement");
  const offered = ["read", "write", "profile"];
  let narrowed = 0;
  fc.assert(
    fc.property(tokens, tokens, tokens, source, fc.boolean(), (asked, byOwner, bySource, from, owned) => {
      const scope = asked.filter((token) => offered.includes(token)).join(" ");
      const policy = limitScopes({ [CALLERS[from]]: bySource, owners: { alice: byOwner } });
      const origin = { source: from, ...(owned && { owner: "alice" }) };
      const judged = judge({ ...CALLBACK, ...(scope && { scope }) }, [policy], { origin });
      if (!judged.ok) {
        expect(judged.error.kind).toBe("refused");
        return;
      }
      const granted = judged.value.metadata.scope?.split(" ") ?? [];
      const allowed = owned ? byOwner : bySource;
      expect(granted).toEqual(scope.split(" ").filter((token) => token && allowed.includes(token)));
      if (granted.length < scope.split(" ").length) narrowed++;
    }),
    { numRuns: 500 },
  );
  expect(narrowed).toBeGreaterThan(20);
});

test.each<[string, unknown]>([
  ["an unknown caller", { opne: ["read"] }],
  ["a text for a list", { open: "read" }],
  ["two tokens in one", { open: ["read write"] }],
  ["a number", { owners: { alice: [7] } }],
])("misuse fails at construction: %s", (_, scopes) => {
  expect(() => limitScopes(scopes as ScopesByCaller)).toThrow(
    expect.objectContaining({ code: "ERR_OPTION" }),
  );
});
