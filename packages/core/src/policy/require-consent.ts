import { definePolicy, type RegistrationPolicy } from "./registration-policy.js";

const policy = definePolicy("require_consent", () => ({
  verdict: "require",
  requirements: { consent: true },
}));

/**
 * Puts on record that the user is asked each time: nobody proved who this client is, so a former approval may have been
 * another's.
 *
 * @example
 * ```ts
 * import { requireConsent } from "@oauth-dcr/core/policy";
 *
 * const policies = { every: [requireConsent()] };
 * ```
 * @see RFC 8252 section 8.6 https://www.rfc-editor.org/rfc/rfc8252#section-8.6
 */
export function requireConsent(): RegistrationPolicy {
  return policy;
}
