import { definePolicy, type RegistrationPolicy } from "./registration-policy.js";

const policy = definePolicy("require_pkce", () => ({ verdict: "require", requirements: { pkce: true } }));

/**
 * Puts on record that an authorization request of this client needs a code challenge.
 * @example
 * ```ts
 * import { requirePkce } from "@oauth-dcr/core/policy";
 *
 * const policies = { every: [requirePkce()] };
 * ```
 * @see RFC 7636 section 4.4.1 https://www.rfc-editor.org/rfc/rfc7636#section-4.4.1
 */
export function requirePkce(): RegistrationPolicy {
  return policy;
}
