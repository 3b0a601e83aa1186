import { requirePolicyName } from "./policy-name.js";
import type { RegistrationPolicy } from "./registration-policy.js";

/** A frozen policy under a checked name. */
export function definePolicy(name: string, judge: RegistrationPolicy["judge"]): RegistrationPolicy {
  requirePolicyName(name);
  return Object.freeze({ name, judge });
}
