import type { JsonValue } from "./json.js";

/** A copy of plain JSON that shares no object with its source. Costs a fraction of `structuredClone`. */
export function copyJson<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  return copyObject(value) as T;
}

function copyObject(value: object): unknown {
  if (Array.isArray(value)) return value.map((entry: JsonValue) => copyJson(entry));
  const source = value as Readonly<Record<string, unknown>>;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(source)) {
    const inner = source[name];
    const copied = typeof inner === "object" && inner !== null ? copyObject(inner) : inner;
    // An assignment to this name would set the prototype instead of a member.
    if (name === "__proto__") Object.defineProperty(copy, name, { value: copied, enumerable: true });
    else copy[name] = copied;
  }
  return copy;
}
