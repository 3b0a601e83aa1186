import { canonicalJson } from "../../lib/canonical-json.js";
import type { JsonValue } from "../../lib/json.js";

/** A list whose order says nothing. */
export type JsonList = readonly JsonValue[];

/** Whether two values are written alike, whatever the order of members. */
export function isEqualJson(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonicalJson(one) === canonicalJson(other);
}

/** The values of both, each once. */
export function union(one: JsonList, other: JsonList): JsonList {
  return [...new Map([...one, ...other].map((value) => [canonicalJson(value), value])).values()];
}

/** The values of the first list that the second has too. */
export function intersection(one: JsonList, other: JsonList): JsonList {
  const kept = new Set(other.map(canonicalJson));
  return one.filter((value) => kept.has(canonicalJson(value)));
}

/** Whether the second list has every value of the first. */
export function isSubset(one: JsonList, other: JsonList): boolean {
  return intersection(one, other).length === one.length;
}
