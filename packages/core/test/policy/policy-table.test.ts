import { describe, expect, it, test } from "vitest";
import { definePolicy, type RegistrationPolicy } from "../../src/policy/registration-policy.js";
import { policyTable, type PolicyLists } from "../../src/policy/policy-table.js";
import { err } from "../../src/lib/result.js";

const judge = () => ({ verdict: "accept" }) as const;
const named = (name: string): RegistrationPolicy => definePolicy(name, judge);
const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map(named) as [
  RegistrationPolicy,
  RegistrationPolicy,
  RegistrationPolicy,
  RegistrationPolicy,
  RegistrationPolicy,
];

const table = policyTable({
  every: [b, a],
  open: [c],
  initialAccessToken: [d, a],
  softwareStatement: [],
  named: [e],
});
const names = (answer: ReturnType<typeof table.forNames>) =>
  answer.ok ? answer.value.map(({ name }) => name).join(" ") : `unknown ${answer.error.unknownName}`;

describe("who is judged by what", () => {
  test.each([
    ["open", [], "b a c"],
    ["initial_access_token", [], "b a d"],
    ["software_statement", [], "b a"],
    ["initial_access_token", ["e"], "b a d e"],
    ["initial_access_token", ["e", "c", "e", "a"], "b a d e c"],
    ["initial_access_token", ["e", "gone"], "unknown gone"],
    ["initial_access_token", ["constructor"], "unknown constructor"],
  ] as const)("%s with %j", (source, extra, expected) => {
    expect(names(table.forRegistration(source, extra))).toBe(expected);
  });

  it("an update is judged by the names on the record, in their order and by no others", () => {
    expect(names(table.forNames(["e", "b"]))).toBe("e b");
    expect(names(table.forNames([]))).toBe("");
  });

  it("a name that is gone from the table is an error, and not one policy less", () => {
    expect(table.forNames(["b", "gone"])).toEqual(err({ unknownName: "gone" }));
  });

  it("without options nobody is judged", () => {
    expect(names(policyTable().forRegistration("open", []))).toBe("");
  });

  it("cannot be changed from outside", () => {
    const open = [a];
    const own = policyTable({ open });
    open.pop();
    expect(names(own.forRegistration("open", []))).toBe("a");
    expect(Object.isFrozen(own)).toBe(true);
  });
});

describe("misuse fails at construction", () => {
  test.each<[string, unknown, string]>([
    ["an unknown list", { opne: [a] }, "ERR_OPTION"],
    ["a list that is none", { open: a }, "ERR_OPTION"],
    ["an object without judge", { open: [{ name: "x" }] }, "ERR_POLICY"],
    ["a function", { open: [() => ({ verdict: "accept" })] }, "ERR_POLICY"],
    ["undefined", { open: [undefined] }, "ERR_POLICY"],
    ["null", { named: [null] }, "ERR_POLICY"],
    ["no name", { open: [{ judge }] }, "ERR_POLICY_NAME"],
    ["two policies of one name", { open: [a], named: [named("a")] }, "ERR_POLICY_NAME"],
    ["two policies of one name in one list", { open: [a, named("a")] }, "ERR_POLICY_NAME"],
    ...["", "A", "_a", "-a", ".a", "a b", "\u00e4", "a\n", "a".repeat(65)].map(
      (name): [string, unknown, string] => [
        `the name ${JSON.stringify(name)}`,
        { open: [{ name, judge }] },
        "ERR_POLICY_NAME",
      ],
    ),
  ])("%s", (_, options, code) => {
    expect(() => policyTable(options as PolicyLists)).toThrow(expect.objectContaining({ code }));
  });

  test.each(["a", "0", "a.b-c_d", "a".repeat(64)])("the name %j is one", (name) => {
    expect(names(policyTable({ open: [named(name)] }).forRegistration("open", []))).toBe(name);
  });

  it("the same policy may stand in several lists", () => {
    expect(names(policyTable({ every: [a], open: [a], named: [a] }).forRegistration("open", ["a"]))).toBe(
      "a",
    );
  });
});
