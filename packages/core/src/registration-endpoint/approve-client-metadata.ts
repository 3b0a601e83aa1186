import {
  assessClientMetadata,
  type Assessment,
  type ClientMetadataRules,
} from "../client-metadata/assess-client-metadata.js";
import type { Finding } from "../client-metadata/finding.js";
import type { Failure } from "../failure.js";
import { constrainRules, constraintFindings } from "../initial-access-token/constrain-registration.js";
import type { InitialAccessTokenConstraints } from "../initial-access-token/initial-access-token.js";
import type { JsonObject } from "../json.js";
import { err, ok, type Result } from "../result.js";
import type { RegisteredClient, RegistrationOrigin } from "../store/registration-store.js";

/** Metadata that somebody would like to have on record, and by what right. */
export interface ProposedClient {
  readonly submitted: JsonObject;
  readonly origin: Omit<RegistrationOrigin, "policies">;
}

/** The part of a record that the proposal decided, and what was put right on the way. */
export interface ApprovedClient {
  readonly record: Pick<
    RegisteredClient,
    "metadata" | "origin" | "status" | "requirements" | "softwareStatement"
  >;
  readonly findings: readonly Finding[];
}

/**
 * All that stands between a body and a record, for a new client and for every change to it.
 *
 * @see RFC 7591 section 3.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.1
 */
export function approveClientMetadata(
  { submitted, origin }: ProposedClient,
  rules: ClientMetadataRules,
): Result<ApprovedClient, Failure> {
  const { metadata, findings } = assessUnderConstraints(submitted, origin.constraints ?? {}, rules);
  if (!metadata) return err({ kind: "refused_metadata", findings });
  return ok({
    record: { metadata, origin: { ...origin, policies: [] }, status: "active", requirements: {} },
    findings,
  });
}

/** The metadata rules, narrowed to what the token allows, and the token's own on top. */
export function assessUnderConstraints(
  submitted: JsonObject,
  constraints: InitialAccessTokenConstraints,
  rules: ClientMetadataRules,
): Assessment {
  const assessment = assessClientMetadata(submitted, constrainRules(rules, constraints));
  const against = assessment.metadata ? constraintFindings(assessment.metadata, constraints) : [];
  return against.length > 0 ? { findings: [...assessment.findings, ...against] } : assessment;
}
