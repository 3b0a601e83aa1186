import { assessClientMetadata } from "../../src/client-metadata/assess-client-metadata.js";
import type { AssessedClientMetadata, ClientMetadata } from "../../src/client-metadata/client-metadata.js";
import { applyPolicies, type Recheck } from "../../src/policy/apply-policies.js";
import type { RegistrationPolicy } from "../../src/policy/registration-policy.js";
import type { ProposalOrigin } from "../../src/store/records.js";
import { redirectUriPolicy } from "../../src/redirect-uri/redirect-uri-policy.js";
import { mcpRedirects } from "../../src/redirect-uri/redirect-uri-profile.js";
import { err, ok } from "../../src/lib/result.js";
import { GENEROUS, TABLE } from "../client-metadata/assess.js";

/** The metadata rules themselves, as they run before the policies and again behind them. */
export const recheck: Recheck<AssessedClientMetadata> = (metadata) => {
  const { metadata: assessed, findings } = assessClientMetadata(metadata, {
    members: TABLE,
    redirectUris: redirectUriPolicy(mcpRedirects),
    supported: GENEROUS,
    unsupportedMetadata: "narrow",
    wrongApplicationType: "refuse",
    defaultScopes: [],
  });
  return assessed ? ok(assessed) : err(findings);
};

export function assessed(metadata: ClientMetadata): AssessedClientMetadata {
  const outcome = recheck(metadata);
  if (!outcome.ok) throw new Error(outcome.error.map(({ description }) => description).join("; "));
  return outcome.value;
}

export interface Told {
  readonly origin?: ProposalOrigin;
  readonly verified?: readonly string[];
  readonly action?: "register" | "update";
}

/** What becomes of a body that passed the metadata rules. */
export function judge(metadata: ClientMetadata, policies: readonly RegistrationPolicy[], told: Told = {}) {
  return applyPolicies(
    {
      action: told.action ?? "register",
      origin: told.origin ?? { source: "open" },
      metadata: assessed(metadata),
      verifiedMembers: new Set(told.verified),
    },
    policies,
    recheck,
  );
}

/** What one policy says of metadata that the rules may not have let through. */
export function verdictOn(metadata: ClientMetadata, policy: RegistrationPolicy, told: Told = {}) {
  return policy.judge({
    action: told.action ?? "register",
    origin: told.origin ?? { source: "open" },
    metadata,
    verifiedMembers: new Set(told.verified),
  }).verdict;
}

/** `"accepted"`, or the error and the description of the refusal, or that a policy is at fault. */
export function outcome(metadata: ClientMetadata, policy: RegistrationPolicy, told?: Told): string {
  const judged = judge(metadata, [policy], told);
  if (judged.ok) return "accepted";
  const { error } = judged;
  if (error.kind === "defect") return `defect: ${String(error.cause)}`;
  const [finding] = error.findings;
  if (!finding) return "refused without a finding";
  return `${finding.severity === "error" ? finding.error : finding.severity}: ${finding.description}`;
}

/** What a policy makes of the metadata. */
export function registered(
  metadata: ClientMetadata,
  policy: RegistrationPolicy,
  told?: Told,
): ClientMetadata {
  const judged = judge(metadata, [policy], told);
  if (!judged.ok) throw new Error(`refused: ${JSON.stringify(judged.error)}`);
  return judged.value.metadata;
}

export const CALLBACK = { redirect_uris: ["https://app.example/callback"] };
