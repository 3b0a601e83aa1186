import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type { JsonValue } from "../lib/json.js";
import { requireThat } from "../lib/misuse.js";
import {
  ACCEPT,
  definePolicy,
  type PolicyVerdict,
  type RegistrationPolicy,
} from "../policy/registration-policy.js";

/** The scopes that a role of the directory permits. */
export type ScopesByRole = Readonly<Record<string, readonly string[]>>;

/** The claim with the roles. The preset registers it as a member, so that policies and the operator see it. */
export const ROLES = "software_roles";

/**
 * What the profile demands beyond the discovery document: the members without which another algorithm would be taken by
 * default, and no scope that none of the roles in the statement permits.
 *
 * @throws MisuseError for scopes that are no lists
 */
export function openBankingPolicy(scopesByRole: ScopesByRole): RegistrationPolicy {
  const roles = new Map(Object.entries(scopesByRole));
  requireThat(
    [...roles.values()].every((scopes) => Array.isArray(scopes)),
    "ERR_OPTION",
    "openBankingPreset: scopesByRole must have a list of scopes for each role",
  );
  const governed = new Set([...roles.values()].flat());

  return definePolicy("open_banking", ({ metadata, verifiedMembers }) => {
    const missing = requiredMembers(metadata).find((member) => metadata[member] === undefined);
    if (missing !== undefined) return refused(missing, "is required by the profile of this server");
    if (metadata[ROLES] !== undefined && !verifiedMembers.has(ROLES)) {
      return refused(ROLES, "is for the software statement to say");
    }
    const held = textsOf(metadata[ROLES]);
    const permitted = new Set(held.flatMap((role) => roles.get(role) ?? []));
    const asked = metadata.scope?.split(" ") ?? [];
    return asked.every((scope) => permitted.has(scope) || !governed.has(scope))
      ? ACCEPT
      : refused("scope", `has a scope that the ${ROLES} of the software statement do not permit`);
  });
}

function requiredMembers({ token_endpoint_auth_method: method }: ClientMetadata): readonly string[] {
  return [
    "id_token_signed_response_alg",
    "request_object_signing_alg",
    ...(method === "private_key_jwt" ? ["token_endpoint_auth_signing_alg"] : []),
  ];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one: JsonValue) => typeof one === "string") : [];
}

function refused(member: string, reason: string): PolicyVerdict {
  return { verdict: "refuse", member, reason };
}
