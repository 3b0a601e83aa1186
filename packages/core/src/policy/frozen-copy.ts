import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { isJsonObject } from "../lib/json.js";

/** Deeper than the metadata rules let any member be. */
const MAX_DEPTH = 12;

/**
 * A frozen copy of plain JSON, less the members without a value. What a policy keeps a hand on can so not change any
 * more.
 *
 * @throws TypeError for what JSON cannot write
 */
export function frozenCopy<T extends object>(value: T): T;
export function frozenCopy(value: unknown): ClientMetadata;
export function frozenCopy(value: unknown): unknown {
  if (!isJsonObject(value)) throw new TypeError("must be an object");
  return copyOf(value, MAX_DEPTH);
}

function copyOf(value: unknown, depth: number): unknown {
  if (typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return value;
  if (depth > 0 && Array.isArray(value)) {
    return Object.freeze(Array.from(value, (entry: unknown) => copyOf(entry, depth - 1)));
  }
  if (depth > 0 && isJsonObject(value)) {
    const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
    // Defines each member as its own, `__proto__` too.
    return Object.freeze(
      Object.fromEntries(members.map(([name, inner]) => [name, copyOf(inner, depth - 1)])),
    );
  }
  throw new TypeError("must be plain JSON without null, and not nested too deeply");
}
