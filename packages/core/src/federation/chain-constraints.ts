import { isJsonObject, type JsonValue } from "../lib/json.js";
import { isIpv4 } from "../uri/ip-address.js";
import { hostOf } from "./entity-identifier.js";
import type { EntityStatement } from "./entity-statement.js";

const ALWAYS_ALLOWED = "federation_entity";

/** The entity types that a chain leaves to its subject. */
export type AllowsEntityType = (entityType: string) => boolean;

/**
 * Applies the `constraints` of each subordinate statement of a chain. Answers the entity types that they leave, or `undefined`
 * where one of them is broken or malformed. Constraints that the specification does not define are ignored, as it has it.
 *
 * @param subordinates the subordinate statements, the one about the subject of the chain first
 * @see OpenID Federation 1.0 section 6.2 https://openid.net/specs/openid-federation-1_0.html#section-6.2
 */
export function applyConstraints(subordinates: readonly EntityStatement[]): AllowsEntityType | undefined {
  const allowed: (readonly JsonValue[])[] = [];
  const hosts: string[] = [];
  for (const [intermediates, { sub, claims }] of subordinates.entries()) {
    hosts.push(hostOf(sub));
    const { constraints } = claims;
    if (constraints === undefined) continue;
    if (!isJsonObject(constraints)) return undefined;
    const { max_path_length: longest, naming_constraints: names, allowed_entity_types: types } = constraints;
    if (longest !== undefined && !(isCount(longest) && intermediates <= longest)) return undefined;
    if (names !== undefined && !hosts.every((host) => isWithin(host, names))) return undefined;
    if (types !== undefined) {
      if (!isListOfTexts(types)) return undefined;
      allowed.push(types);
    }
  }
  return (entityType) =>
    entityType === ALWAYS_ALLOWED || allowed.every((types) => types.includes(entityType));
}

function isCount(value: JsonValue): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

function isListOfTexts(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/**
 * Whether the subtrees of a constraint let a host through. What cannot be read lets none through. An address is in no subtree,
 * and would pass by what is excluded: no constraint of names lets it through.
 *
 * @see RFC 5280 section 4.2.1.10 https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10
 */
function isWithin(host: string, names: JsonValue): boolean {
  if (!isJsonObject(names) || isAddress(host)) return false;
  const { permitted, excluded = [] } = names;
  if (!isListOfTexts(excluded) || excluded.some((name) => isInSubtree(host, name))) return false;
  return (
    permitted === undefined || (isListOfTexts(permitted) && permitted.some((name) => isInSubtree(host, name)))
  );
}

function isInSubtree(host: string, constraint: string): boolean {
  const name = constraint.toLowerCase();
  return name.startsWith(".") ? host.endsWith(name) : host === name;
}

function isAddress(host: string): boolean {
  return host.startsWith("[") || isIpv4(host);
}
