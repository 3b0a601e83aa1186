import type { JsonValue } from "../../lib/json.js";
import { intersection, isEqualJson, isSubset, union, type JsonList } from "./json-set.js";

/** The operators of one metadata parameter, each with a value of its type. */
export interface ParameterPolicy {
  readonly value?: JsonValue;
  readonly add?: JsonList;
  readonly default?: JsonValue;
  readonly one_of?: JsonList;
  readonly subset_of?: JsonList;
  readonly superset_of?: JsonList;
  readonly essential?: boolean;
}

type OperatorName = keyof ParameterPolicy;

/** What one operator is. */
interface Operator {
  /** Whether a statement may give it this value. */
  readonly takes: (value: JsonValue) => boolean;
  /** The value of both, at least as strict as each; `undefined` where they contradict each other. */
  readonly merge: (superior: JsonValue, subordinate: JsonValue) => JsonValue | undefined;
}

const isList = (value: JsonValue): value is JsonList => Array.isArray(value) && !value.includes(null);
const onlyEqual = (one: JsonValue, other: JsonValue) => (isEqualJson(one, other) ? one : undefined);
const ofLists = (merge: (one: JsonList, other: JsonList) => JsonList) => (one: JsonValue, other: JsonValue) =>
  merge(one as JsonList, other as JsonList);

/**
 * The standard operators, in the order in which they are applied.
 * @see OpenID Federation 1.0 section 6.1.3.1 https://openid.net/specs/openid-federation-1_0.html#section-6.1.3.1
 */
export const OPERATORS: Readonly<Record<OperatorName, Operator>> = {
  value: { takes: () => true, merge: onlyEqual },
  add: { takes: isList, merge: ofLists(union) },
  default: { takes: (value) => value !== null, merge: onlyEqual },
  one_of: {
    takes: isList,
    merge(one, other) {
      const both = intersection(one as JsonList, other as JsonList);
      return both.length > 0 ? both : undefined;
    },
  },
  subset_of: { takes: isList, merge: ofLists(intersection) },
  superset_of: { takes: isList, merge: ofLists(union) },
  essential: {
    takes: (value) => typeof value === "boolean",
    merge: (one, other) => one === true || other === true,
  },
};

/** Whether these operators may stand together, with these values. */
export function mayStandTogether(policy: ParameterPolicy): boolean {
  const { value, add, one_of: oneOf, subset_of: subset, superset_of: superset } = policy;
  if (oneOf && (add ?? subset ?? superset)) return false;
  if (add && subset && !isSubset(add, subset)) return false;
  if (subset && superset && !isSubset(superset, subset)) return false;
  if (value === undefined) return true;
  if (value === null) {
    return (
      [add, policy.default, oneOf, subset, superset].every((other) => other === undefined) &&
      policy.essential !== true
    );
  }
  if (oneOf && !oneOf.some((one) => isEqualJson(one, value))) return false;
  if (!(add ?? subset ?? superset)) return true;
  return (
    isList(value) &&
    (!add || isSubset(add, value)) &&
    (!subset || isSubset(value, subset)) &&
    (!superset || isSubset(superset, value))
  );
}

/** A parameter after its policy; an absent one is `undefined`. `ok` is false where the policy forbids it. */
type Applied = { readonly ok: true; readonly value: JsonValue | undefined } | { readonly ok: false };

const REFUSED: Applied = { ok: false };

/**
 * Applies the policy of one parameter to its value.
 * @see OpenID Federation 1.0 section 6.1.4.2 https://openid.net/specs/openid-federation-1_0.html#section-6.1.4.2
 */
export function applyParameterPolicy(given: JsonValue | undefined, policy: ParameterPolicy): Applied {
  let value = given;
  if (policy.value !== undefined) value = policy.value ?? undefined;
  if (policy.add) {
    if (value !== undefined && !isList(value)) return REFUSED;
    value = union(value ?? [], policy.add);
  }
  value ??= policy.default;
  if (value !== undefined) {
    const present = value;
    if (policy.one_of && !policy.one_of.some((one) => isEqualJson(one, present))) return REFUSED;
    if (policy.subset_of) {
      if (!isList(value)) return REFUSED;
      value = intersection(value, policy.subset_of);
    }
    if (policy.superset_of && !(isList(value) && isSubset(policy.superset_of, value))) return REFUSED;
  }
  return policy.essential && value === undefined ? REFUSED : { ok: true, value };
}
