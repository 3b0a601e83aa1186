import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { Findings, type Finding } from "../client-metadata/finding.js";
import { isSameJson } from "../lib/json.js";
import { err, ok, type Result } from "../lib/result.js";
import { frozenCopy } from "./frozen-copy.js";
import { parseVerdict } from "./parse-verdict.js";
import type { PolicyVerdict, RegistrationPolicy, RegistrationProposal } from "./registration-policy.js";
import type { ClientRequirements } from "../store/records.js";
import { REDIRECT_MEMBERS } from "../client-metadata/members.js";

declare const approved: unique symbol;

/** Metadata that the policies let through. Nothing else can make one, so no step can skip them. */
export type ApprovedMetadata<M extends ClientMetadata = ClientMetadata> = M & { readonly [approved]: true };

export interface Approval<M extends ClientMetadata = ClientMetadata> {
  readonly metadata: ApprovedMetadata<M>;
  readonly requirements: ClientRequirements;
  /** Why an operator must approve it first; missing where nobody has to. For the operator, never for the client. */
  readonly hold?: string;
  /** The policies that judged, in their order: they belong on the client's record. */
  readonly policyNames: readonly string[];
}

type PolicyRefusal =
  | { readonly kind: "refused"; readonly policy: string; readonly findings: readonly Finding[] }
  /** The policy itself is at fault. The cause is for the operator alone. */
  | { readonly kind: "defect"; readonly policy: string; readonly cause: unknown };

/** The metadata rules once more. What they do not let through, no policy can put on record. */
export type Recheck<M extends ClientMetadata> = (metadata: ClientMetadata) => Result<M, readonly Finding[]>;

/**
 * Lets the policies judge, each seeing what the ones before it changed. The first that refuses ends it; a policy that
 * throws, answers no verdict or asks for more than the proposal did refuses too.
 *
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function applyPolicies<M extends ClientMetadata>(
  proposal: RegistrationProposal & { readonly metadata: M },
  policies: readonly RegistrationPolicy[],
  recheck: Recheck<M>,
): Result<Approval<M>, PolicyRefusal> {
  if (policies.length === 0) {
    return ok({ metadata: proposal.metadata as ApprovedMetadata<M>, requirements: {}, policyNames: [] });
  }
  const proposed = frozenCopy(proposal.metadata);
  const origin = frozenCopy(proposal.origin);
  let metadata: ClientMetadata = proposed;
  let changedBy: string | undefined;
  let requirements: ClientRequirements = {};
  const holds: string[] = [];

  for (const policy of policies) {
    const verifiedMembers = stillVerified(proposal.verifiedMembers, proposed, metadata);
    const judged = judge(policy, { action: proposal.action, origin, metadata, verifiedMembers });
    if (!judged.ok) return defect(policy.name, judged.error);
    const verdict = judged.value;
    switch (verdict.verdict) {
      case "accept":
        break;
      case "change": {
        const widened = widenedMember(metadata, verdict.metadata);
        if (widened !== undefined) return defect(policy.name, wideningOf(widened));
        metadata = verdict.metadata;
        changedBy = policy.name;
        break;
      }
      case "refuse":
        return err({ kind: "refused", policy: policy.name, findings: findingsOf(verdict) });
      case "hold":
        holds.push(verdict.reason);
        break;
      case "require":
        requirements = { ...requirements, ...verdict.requirements };
    }
  }

  let settled = proposed;
  if (changedBy !== undefined) {
    const rechecked = recheck(metadata);
    if (!rechecked.ok) return defect(changedBy, brokenRules(rechecked.error));
    // Rules have defaults: what a policy took away whole must not come back.
    const widened = widenedMember(metadata, rechecked.value);
    if (widened !== undefined) return defect(changedBy, wideningOf(widened));
    settled = frozenCopy(rechecked.value);
  }
  return ok({
    metadata: settled as ApprovedMetadata<M>,
    requirements,
    ...(holds.length > 0 && { hold: holds.join("; ") }),
    policyNames: policies.map(({ name }) => name),
  });
}

function judge(policy: RegistrationPolicy, proposal: RegistrationProposal): Result<PolicyVerdict, unknown> {
  try {
    const answer: unknown = policy.judge(Object.freeze(proposal));
    // An asynchronous policy is refused, and must not bring down the process by failing later.
    if (answer instanceof Promise) answer.catch(() => undefined);
    return parseVerdict(answer);
  } catch (cause) {
    return err(cause);
  }
}

/** What a policy put in the place of a verified value is not verified. */
function stillVerified(
  verified: ReadonlySet<string>,
  proposed: ClientMetadata,
  metadata: ClientMetadata,
): ReadonlySet<string> {
  return new Set([...verified].filter((name) => isSameJson(metadata[name], proposed[name])));
}

function defect(policy: string, cause: unknown): { readonly ok: false; readonly error: PolicyRefusal } {
  return err({ kind: "defect", policy, cause });
}

function wideningOf(member: string): Error {
  return new Error(`a policy may not add to ${member}`);
}

function brokenRules(findings: readonly Finding[]): Error {
  const descriptions = findings.filter(({ severity }) => severity === "error").map((one) => one.description);
  return new Error(`what the policies made of the metadata breaks its rules: ${descriptions.join("; ")}`);
}

function findingsOf(verdict: Extract<PolicyVerdict, { verdict: "refuse" }>): readonly Finding[] {
  const { member, place, reason, error } = verdict;
  const findings = new Findings();
  findings.error(member, "policy.refused", place, { error, says: reason });
  return findings.all;
}

/** Members of which each further entry is a further power, or a further place to send users to. */
const CEILINGS = [
  ...REDIRECT_MEMBERS,
  "grant_types",
  "response_types",
  "scope",
  "authorization_details_types",
];

/** The member of `after` that has an entry which `before` had not, if there is one. */
function widenedMember(before: ClientMetadata, after: ClientMetadata): string | undefined {
  return CEILINGS.find((member) => {
    const had = entriesOf(before[member]);
    return !entriesOf(after[member]).every((entry) => had.includes(entry));
  });
}

/** The entries of a list or of a scope. A value of a wrong type is one entry: another than any that was there. */
function entriesOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (typeof value === "string") return value.split(" ").filter((token) => token !== "");
  return Array.isArray(value) ? value : [value];
}
