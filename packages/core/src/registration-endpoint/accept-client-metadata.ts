import {
  assessClientMetadata,
  type Assessment,
  type ClientMetadataRules,
} from "../client-metadata/assess-client-metadata.js";
import type { AssessedClientMetadata, ClientMetadata } from "../client-metadata/client-metadata.js";
import type { Finding } from "../client-metadata/finding.js";
import type { Failure } from "../failure.js";
import { constrainRules, constraintFindings } from "../initial-access-token/constrain-registration.js";
import type { InitialAccessTokenConstraints } from "../store/records.js";
import { isSameJson, type JsonObject } from "../lib/json.js";
import { isEnabled } from "../store/standing.js";
import { applyPolicies, type Approval, type ApprovedMetadata } from "../policy/apply-policies.js";
import type { PolicyTable } from "../policy/policy-table.js";
import type { RegistrationProposal } from "../policy/registration-policy.js";
import type { Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import { acceptSoftwareStatement } from "../software-statement/accept-software-statement.js";
import type { ClientRequirements, RegisteredClient, ProposalOrigin } from "../store/records.js";
import { nowSeconds, type Clock } from "../lib/clock.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import type { SoftwareStatementVerifier } from "../software-statement/software-statement.js";
import { verifySectorIdentifier } from "./verify-sector-identifier.js";

/** What judges the metadata of a client. */
export interface AcceptanceConfig {
  readonly rules: ClientMetadataRules;
  readonly policies: PolicyTable;
  /** Missing where software statements are ignored. */
  readonly softwareStatements?: SoftwareStatementVerifier;
  /** Missing where this server sends no requests. */
  readonly guardedFetch?: GuardedFetch;
  readonly clock: Clock;
}

/** Metadata that somebody would like to have on record, and by what right. */
interface ProposedClient {
  readonly submitted: JsonObject;
  readonly origin: ProposalOrigin;
  /** The client that would change; missing for a new one. */
  readonly current?: RegisteredClient;
}

/** A record whose metadata went through every rule and policy. Only such a one can be stored. */
export type AcceptedRecord = RegisteredClient & { readonly metadata: ApprovedMetadata };

/** The part of a record that the proposal decided, and what was put right on the way. */
export interface AcceptedClient {
  readonly record: Pick<
    AcceptedRecord,
    "metadata" | "origin" | "status" | "requirements" | "softwareStatement"
  >;
  readonly findings: readonly Finding[];
  /** Why it awaits approval, for the operator; there exactly when it does. */
  readonly heldBecause?: string;
}

/**
 * All that stands between a body and a record, for a new client and for every change to it.
 *
 * @see RFC 7591 section 3.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.1
 */
export function* acceptClientMetadata(
  { submitted, origin: admittedAs, current }: ProposedClient,
  config: AcceptanceConfig,
): Steps<Result<AcceptedClient, Failure>> {
  const stated = yield* acceptSoftwareStatement(
    submitted,
    { origin: admittedAs, isNew: !current },
    config.softwareStatements,
    nowSeconds(config.clock),
  );
  if (!stated.ok) return stated;
  const { origin, verifiedMembers, softwareStatement } = stated.value;

  const assess = (members: JsonObject, rules: ClientMetadataRules) =>
    origin.constraints
      ? assessUnderConstraints(members, origin.constraints, rules)
      : assessClientMetadata(members, rules);
  const { metadata, findings } = assess(stated.value.metadata, config.rules);
  if (!metadata) return err({ kind: "refused_metadata", findings });

  const action = current ? "update" : "register";
  // A scope that a policy took away must not come back as the default.
  const reassess = (members: JsonObject) => assess(members, { ...config.rules, defaultScopes: [] });
  const judged = judge({ action, origin, metadata, verifiedMembers }, current, reassess, config.policies);
  if (!judged.ok) return judged;
  const approval = judged.value;

  const unverified = yield* verifySectorIdentifier(approval.metadata, config.guardedFetch);
  if (unverified.length > 0) {
    return err({ kind: "refused_metadata", findings: [...findings, ...unverified] });
  }
  const heldBecause = isUnchanged(approval.metadata, origin, current) ? undefined : approval.hold;
  return ok({
    ...(heldBecause !== undefined && { heldBecause }),
    record: {
      metadata: approval.metadata,
      origin: { ...origin, policies: approval.policyNames },
      status: heldBecause === undefined ? (current?.status ?? "pending") : "awaiting_approval",
      requirements: { ...requirementsOf(approval.metadata), ...approval.requirements },
      ...(softwareStatement !== undefined && { softwareStatement }),
    },
    findings,
  });
}

/** The metadata rules, narrowed to what the token allows, and the token's own on top. */
function assessUnderConstraints(
  submitted: JsonObject,
  constraints: InitialAccessTokenConstraints,
  rules: ClientMetadataRules,
): Assessment {
  const assessment = assessClientMetadata(submitted, constrainRules(rules, constraints));
  const against = assessment.metadata ? constraintFindings(assessment.metadata, constraints) : [];
  return against.length > 0 ? { findings: [...assessment.findings, ...against] } : assessment;
}

/** A new client is judged by the policies for its kind, a change by those that the client was admitted by. */
function judge(
  proposal: RegistrationProposal & { readonly metadata: AssessedClientMetadata },
  current: RegisteredClient | undefined,
  assess: (metadata: JsonObject) => Assessment,
  table: PolicyTable,
): Result<Approval<AssessedClientMetadata>, Failure> {
  const { origin } = proposal;
  const policies = current
    ? table.forNames(current.origin.policies)
    : table.forRegistration(origin.source, origin.constraints?.policies ?? []);
  if (!policies.ok) {
    const policy = policies.error.unknownName;
    return err({ kind: "unknown_policy", policy, cause: new Error(`there is no policy named ${policy}`) });
  }
  const approval = applyPolicies(proposal, policies.value, (changed) => {
    const { metadata, findings } = assess(changed);
    return metadata ? ok(metadata) : err(findings);
  });
  if (approval.ok) return approval;
  const { error } = approval;
  return error.kind === "refused"
    ? err({ kind: "refused_metadata", findings: error.findings })
    : err({ kind: "defect", cause: new Error(`the policy ${error.policy} failed`, { cause: error.cause }) });
}

/** Approval is asked for what is new: a client that only renews its token stays what it is. */
function isUnchanged(
  metadata: ClientMetadata,
  { softwareStatementIssuer }: ProposalOrigin,
  current: RegisteredClient | undefined,
): boolean {
  return (
    current !== undefined &&
    isEnabled(current) &&
    current.origin.softwareStatementIssuer === softwareStatementIssuer &&
    isSameMetadata(metadata, current.metadata)
  );
}

function isSameMetadata(one: ClientMetadata, other: ClientMetadata): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSameJson(one[name], other[name]));
}

/** PKCE for whoever cannot keep a secret (RFC 9700 section 2.1.1), on record so that nobody has to work it out again. */
function requirementsOf({
  token_endpoint_auth_method,
  grant_types = [],
}: ClientMetadata): ClientRequirements {
  const isPublic = token_endpoint_auth_method === "none";
  return isPublic && grant_types.includes("authorization_code") ? { pkce: true } : {};
}
