import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.js";
import { applyParameterPolicy, mayStandTogether, OPERATORS, type ParameterPolicy } from "./operators.js";

/** The policies of parameters, by the name of the parameter. */
export type EntityTypePolicy = ReadonlyMap<string, ParameterPolicy>;

/** The policies of entity types, by the identifier of the type. */
export type MetadataPolicy = ReadonlyMap<string, EntityTypePolicy>;

/**
 * The policy of a chain, out of the `metadata_policy` claims of its subordinate statements, the trust anchor's first.
 * `undefined` where one of them is malformed, or two contradict each other: the chain is then invalid.
 *
 * Operators that are not standard are ignored, as the specification has it; a chain that calls one critical is refused before.
 *
 * @see OpenID Federation 1.0 section 6.1.4.1 https://openid.net/specs/openid-federation-1_0.html#section-6.1.4.1
 */
export function mergeMetadataPolicies(
  claims: readonly (JsonValue | undefined)[],
): MetadataPolicy | undefined {
  const merged = new Map<string, Map<string, ParameterPolicy>>();
  for (const claim of claims) {
    if (claim === undefined) continue;
    if (!isJsonObject(claim)) return undefined;
    for (const [entityType, parameters] of Object.entries(claim)) {
      if (!isJsonObject(parameters)) return undefined;
      const current = merged.get(entityType) ?? new Map<string, ParameterPolicy>();
      merged.set(entityType, current);
      for (const [name, operators] of Object.entries(parameters)) {
        const policy = readParameterPolicy(name, operators);
        const both = policy && mergeParameterPolicies(current.get(name) ?? {}, policy);
        if (!both) return undefined;
        current.set(name, both);
      }
    }
  }
  return merged;
}

/**
 * Applies the policy of an entity type to its metadata. `undefined` where the metadata breaks it.
 *
 * @see OpenID Federation 1.0 section 6.1.4.2 https://openid.net/specs/openid-federation-1_0.html#section-6.1.4.2
 */
export function applyMetadataPolicy(
  metadata: JsonObject,
  policy: EntityTypePolicy = new Map(),
): JsonObject | undefined {
  const resolved = new Map(Object.entries(metadata));
  for (const [name, operators] of policy) {
    const applied = applyParameterPolicy(toPolicyValue(name, resolved.get(name)), operators);
    if (!applied.ok) return undefined;
    if (applied.value === undefined) resolved.delete(name);
    else resolved.set(name, fromPolicyValue(name, applied.value));
  }
  return Object.fromEntries(resolved);
}

function readParameterPolicy(name: string, operators: JsonValue | undefined): ParameterPolicy | undefined {
  if (!isJsonObject(operators)) return undefined;
  const policy: [string, JsonValue][] = [];
  for (const [operator, { takes }] of Object.entries(OPERATORS)) {
    const given = operators[operator];
    if (given === undefined) continue;
    const value = toPolicyValue(name, given) ?? null;
    if (!takes(value)) return undefined;
    policy.push([operator, value]);
  }
  const read: ParameterPolicy = Object.fromEntries(policy);
  return mayStandTogether(read) ? read : undefined;
}

function mergeParameterPolicies(
  superior: ParameterPolicy,
  subordinate: ParameterPolicy,
): ParameterPolicy | undefined {
  const merged: Record<string, JsonValue> = { ...superior };
  for (const [operator, { merge }] of Object.entries(OPERATORS)) {
    const value = subordinate[operator as keyof ParameterPolicy];
    if (value === undefined) continue;
    const before = merged[operator];
    const both = before === undefined ? value : merge(before, value);
    if (both === undefined) return undefined;
    merged[operator] = both;
  }
  return mayStandTogether(merged) ? merged : undefined;
}

/** Scopes are one text on the wire, and a list to a policy. */
function toPolicyValue(name: string, value: JsonValue | undefined): JsonValue | undefined {
  return name === "scope" && typeof value === "string" ? value.split(" ").filter(Boolean) : value;
}

function fromPolicyValue(name: string, value: JsonValue): JsonValue {
  return name === "scope" && Array.isArray(value) ? value.join(" ") : value;
}
