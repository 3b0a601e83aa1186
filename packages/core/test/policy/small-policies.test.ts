import { describe, expect, it, test } from "vitest";
import { allowSoftwareIds } from "../../src/policy/allow-software-ids.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { policyTable } from "../../src/policy/policy-table.js";
import { requireConsent } from "../../src/policy/require-consent.js";
import { requirePkce } from "../../src/policy/require-pkce.js";
import { CALLBACK, judge, outcome } from "./proposal.js";

describe("allowSoftwareIds", () => {
  const policy = allowSoftwareIds(["good"]);
  const verified = { verified: ["software_id"] };
  const NOT_LISTED = "software_id is not one that this server registers (policy.refused)";
  const NOT_VERIFIED =
    "software_id must come from a software statement that this server trusts (policy.refused)";

  it("R7591-30 counts only what a trusted software statement says", () => {
    expect(outcome({ ...CALLBACK, software_id: "good" }, policy, verified)).toBe("accepted");
    expect(outcome({ ...CALLBACK, software_id: "good" }, policy)).toBe(
      `invalid_client_metadata: ${NOT_VERIFIED}`,
    );
    expect(outcome(CALLBACK, policy)).toBe(`invalid_client_metadata: ${NOT_VERIFIED}`);
  });

  it("R7591-28 a genuine statement for other software is not approved", () => {
    const body = { ...CALLBACK, software_id: "Good" };
    expect(outcome(body, policy, verified)).toBe(`unapproved_software_statement: ${NOT_LISTED}`);
  });

  it("counts the client's own word only if told to", () => {
    const trusting = allowSoftwareIds(["good"], { selfAsserted: true });
    expect(outcome({ ...CALLBACK, software_id: "good" }, trusting)).toBe("accepted");
    expect(outcome({ ...CALLBACK, software_id: "bad" }, trusting)).toBe(
      `invalid_client_metadata: ${NOT_LISTED}`,
    );
    expect(outcome(CALLBACK, trusting)).toBe(`invalid_client_metadata: ${NOT_LISTED}`);
  });

  test.each([[[]], [[""]], ["good"], [undefined]])("misuse fails at construction: %j", (ids) => {
    expect(() => allowSoftwareIds(ids as string[])).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
  });
});

describe("requireConsent and requirePkce", () => {
  it("put their flags on record", () => {
    expect(judge(CALLBACK, [requireConsent()])).toMatchObject({ value: { requirements: { consent: true } } });
    expect(judge(CALLBACK, [requirePkce()])).toMatchObject({ value: { requirements: { pkce: true } } });
  });

  it("may be asked for in several lists of one table", () => {
    const lists = {
      every: [requirePkce()],
      open: [requireConsent(), requirePkce()],
      named: [requireConsent()],
    };
    expect(policyTable(lists).forRegistration("open", [])).toMatchObject({ value: [{}, {}] });
  });
});

describe("holdForApproval", () => {
  it("holds all, without more", () => {
    expect(judge(CALLBACK, [holdForApproval()])).toMatchObject({ value: { hold: "held by policy" } });
  });

  it("holds whom it is told to, with its own reason", () => {
    const policy = holdForApproval({
      when: ({ metadata }) => metadata.scope?.includes("write") ?? false,
      reason: "wants to write",
      name: "hold_writers",
    });
    expect(judge({ ...CALLBACK, scope: "write" }, [policy])).toMatchObject({
      value: { hold: "wants to write", policyNames: ["hold_writers"] },
    });
    const read = judge({ ...CALLBACK, scope: "read" }, [policy]);
    expect(read.ok && read.value.hold).toBeUndefined();
  });

  test.each<[string, () => unknown]>([
    ["a promise", () => Promise.resolve(false)],
    ["nothing", () => undefined],
    ["a throw", () => JSON.parse("{") as unknown],
  ])("a condition that answers %s admits nobody", (_, when) => {
    expect(outcome(CALLBACK, holdForApproval({ when: when as () => boolean }))).toMatch(/^defect/);
  });

  it("misuse fails at construction", () => {
    expect(() => holdForApproval({ when: true as never })).toThrow(/when must be a function/);
    expect(() => holdForApproval({ reason: " " })).toThrow(/reason must be a text/);
  });
});
