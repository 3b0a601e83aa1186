import type { Finding } from "../client-metadata/finding.js";
import { RULES } from "../client-metadata/rules.js";
import type { PolicyVerdict } from "./registration-policy.js";

/**
 * A refusal by a policy, in the form of a metadata finding.
 * @see RFC 7591 section 3.2.2 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.2
 */
export function policyFinding({
  member,
  place = member,
  reason,
  error = member === "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata",
}: Extract<PolicyVerdict, { verdict: "refuse" }>): Finding {
  return {
    severity: "error",
    error,
    member,
    place,
    rule: "policy.refused",
    description: `${place} ${reason} (policy.refused)`,
    specification: RULES["policy.refused"].specification,
  };
}
