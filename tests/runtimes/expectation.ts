import type { ContractExpectation } from "@oauth-dcr/contract-tests";

/** `expect`, as far as a contract needs one. */
export function expectation(actual: unknown, message = ""): ContractExpectation {
  function hold(holds: boolean, must: string, expected: unknown): void {
    if (!holds) throw new Error(`${message}: ${shown(actual)} must ${must} ${shown(expected)}`);
  }
  return {
    toBe: (expected) => hold(Object.is(actual, expected), "be", expected),
    toEqual: (expected) => hold(isEqual(actual, expected), "equal", expected),
    toMatch: (expected) =>
      hold(typeof actual === "string" && new RegExp(expected).test(actual), "match", expected),
  };
}

/** Of plain values: primitives, lists and records. A member that is undefined counts as one that is not there. */
function isEqual(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return Object.is(one, other);
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  if (Array.isArray(one) && one.length !== (other as unknown[]).length) return false;
  const [left, right] = [one, other] as Record<string, unknown>[] as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((name) =>
    isEqual(left[name], right[name]),
  );
}

function shown(value: unknown): string {
  return value instanceof RegExp || value === undefined ? String(value) : JSON.stringify(value);
}
