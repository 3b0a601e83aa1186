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
import type { ClientRequirements, RegisteredClient, ProposalOrigin, TrustTier } from "../store/records.js";
import { nowSeconds, type Clock } from "../lib/clock.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import type { SoftwareStatementVerifier } from "../software-statement/software-statement.js";
import type { TrustRules } from "../trust/trust-rules.js";
import { verifySectorIdentifier } from "./verify-sector-identifier.js";

/** What decides about the metadata of a client. */
export interface AcceptanceConfig {
  readonly rules: ClientMetadataRules;
  readonly policies: PolicyTable;
  /** Missing: tiers decide nothing. */
  readonly trust?: TrustRules;
  /** Missing: software statements are ignored. */
  readonly softwareStatements?: SoftwareStatementVerifier;
  /** Missing: the server fetches nothing. */
  readonly guardedFetch?: GuardedFetch;
  readonly clock: Clock;
}

/** The metadata of a registration or an update, and what permits it. */
interface ProposedClient {
  readonly submitted: JsonObject;
  readonly origin: ProposalOrigin;
  /** The client to update. Missing: a new client. */
  readonly current?: RegisteredClient;
  /** What the operator says of a client that is not `current`. */
  readonly tier?: TrustTier | undefined;
  /** The host of its metadata document. */
  readonly documentHost?: string;
}

/** A record whose metadata passed every rule and policy. Only such a record can be stored. */
export type AcceptedRecord = RegisteredClient & { readonly metadata: ApprovedMetadata };

/** The part of a record that follows from the metadata, and the corrections that were made to it. */
export interface AcceptedClient {
  readonly record: Pick<
    AcceptedRecord,
    "metadata" | "origin" | "status" | "requirements" | "softwareStatement"
  >;
  readonly findings: readonly Finding[];
  /** Why the client awaits approval, for the operator only. Present if and only if it does. */
  readonly heldBecause?: string;
}

/**
 * Applies every rule to submitted metadata: software statement, metadata rules, policies, sector identifier. The same for a
 * new client and for an update.
 *
 * @see RFC 7591 section 3.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.1
 */
export function* acceptClientMetadata(
  {
    submitted,
    origin: admittedAs,
    current,
    tier = current?.administration?.tier,
    documentHost,
  }: ProposedClient,
  config: AcceptanceConfig,
): Steps<Result<AcceptedClient, Failure>> {
  const stated = yield* acceptSoftwareStatement(
    submitted,
    { origin: admittedAs, isNew: !current },
    config.softwareStatements,
    nowSeconds(config.clock),
  );
  if (!stated.ok) return stated;
  const { origin: vouched, verifiedMembers, softwareStatement } = stated.value;

  const assess = (members: JsonObject, rules: ClientMetadataRules) =>
    vouched.constraints
      ? assessUnderConstraints(members, vouched.constraints, rules)
      : assessClientMetadata(members, rules);
  // A scope that a statement names is all that its issuer vouches for.
  const rules = verifiedMembers.has("scope") ? { ...config.rules, baselineScopes: [] } : config.rules;
  const { metadata, findings } = assess(stated.value.metadata, rules);
  if (!metadata) return err({ kind: "refused_metadata", findings });

  const trusted = config.trust?.decide(
    { origin: vouched, metadata, verifiedMembers, documentHost, tier },
    current,
  );
  const origin = trusted?.origin ?? vouched;
  const action = current ? "update" : "register";
  // Without default and baseline scopes: a scope that a policy removed must not come back by them.
  const reassess = (members: JsonObject) =>
    assess(members, { ...config.rules, defaultScopes: [], baselineScopes: [] });
  const proposal = { action, origin, metadata, verifiedMembers } as const;
  const names = trusted?.policies ?? current?.origin.policies ?? origin.constraints?.policies ?? [];
  const judged = judge(proposal, names, reassess, config.policies);
  if (!judged.ok) return judged;
  const approval = judged.value;

  const bounded = trusted?.findings(approval.metadata) ?? [];
  const isOutside = bounded.some(({ severity }) => severity === "error");
  const unverified = isOutside
    ? []
    : yield* verifySectorIdentifier(approval.metadata, config.guardedFetch, current);
  if (isOutside || unverified.length > 0) {
    return err({ kind: "refused_metadata", findings: [...findings, ...bounded, ...unverified] });
  }
  const heldBecause = isUnchanged(approval.metadata, origin, current)
    ? undefined
    : (approval.hold ?? (current?.status === "awaiting_approval" ? STILL_HELD : undefined));
  return ok({
    ...(heldBecause !== undefined && { heldBecause }),
    record: {
      metadata: approval.metadata,
      origin: { ...origin, policies: approval.policyNames },
      status: heldBecause === undefined ? (current?.status ?? "pending") : "awaiting_approval",
      requirements: { ...requirementsOf(approval.metadata), ...approval.requirements },
      ...(softwareStatement !== undefined && { softwareStatement }),
    },
    findings: [...findings, ...bounded],
  });
}

/** Why a client stays held that no policy would hold as it is now: nobody has approved what it was. */
const STILL_HELD = "still awaits approval";

/** Applies the metadata rules, narrowed to what the token allows, and then the token's own constraints. */
function assessUnderConstraints(
  submitted: JsonObject,
  constraints: InitialAccessTokenConstraints,
  rules: ClientMetadataRules,
): Assessment {
  const assessment = assessClientMetadata(submitted, constrainRules(rules, constraints));
  const against = assessment.metadata ? constraintFindings(assessment.metadata, constraints) : [];
  return against.length > 0 ? { findings: [...assessment.findings, ...against] } : assessment;
}

/**
 * A new client is judged by the policies for its source, and then by those of these names; an update by these alone, which are
 * those of its registration.
 */
function judge(
  proposal: RegistrationProposal & { readonly metadata: AssessedClientMetadata },
  names: readonly string[],
  assess: (metadata: JsonObject) => Assessment,
  table: PolicyTable,
): Result<Approval<AssessedClientMetadata>, Failure> {
  const { action, origin } = proposal;
  const policies = action === "update" ? table.forNames(names) : table.forRegistration(origin.source, names);
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

/** An update that changes nothing needs no new approval, such as one that only renews the token. */
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

/** A public client must use PKCE (RFC 9700 section 2.1.1). The record says so, for the authorization endpoint. */
function requirementsOf({
  token_endpoint_auth_method,
  grant_types = [],
}: ClientMetadata): ClientRequirements {
  const isPublic = token_endpoint_auth_method === "none";
  return isPublic && grant_types.includes("authorization_code") ? { pkce: true } : {};
}
