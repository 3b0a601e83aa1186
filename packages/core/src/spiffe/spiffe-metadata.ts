import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type { MethodMetadataRules } from "../client-metadata/method-members.js";
import type { RegisteredClient } from "../store/records.js";
import { matchesSpiffeId, trustDomainOf, trustDomainOfPattern } from "./spiffe-id.js";
import type { SpiffeTrustDomains } from "./trust-domains.js";

/**
 * The rules for `spiffe_id`: required, and of a trust domain of the operator. A client may register any workload, as it can
 * only authenticate with a document that the workload has.
 *
 * @see OAuth SPIFFE Client Authentication (draft 02) section 5.1 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-spiffe-client-auth-02#section-5.1
 */
export function spiffeMetadataRules(trustDomains: SpiffeTrustDomains): Omit<MethodMetadataRules, "name"> {
  return {
    members: [{ name: "spiffe_id", kind: "text" }],
    checkMetadata: ({ spiffe_id: pattern }, findings) => {
      const trustDomain = typeof pattern === "string" ? trustDomainOfPattern(pattern) : undefined;
      if (trustDomain === undefined || !trustDomains.has(trustDomain)) {
        findings.error("spiffe_id", "spiffe_id.invalid");
      }
    },
  };
}

/** Whether a workload is this client: by the registered `spiffe_id`, whatever its `client_id` is. */
export function isWorkloadOf({ metadata }: Pick<RegisteredClient, "metadata">, spiffeId: string): boolean {
  const { spiffe_id: registered }: ClientMetadata = metadata;
  if (typeof registered !== "string" || trustDomainOf(spiffeId) === undefined) return false;
  return trustDomainOfPattern(registered) !== undefined && matchesSpiffeId(registered, spiffeId);
}
