import { Findings } from "../client-metadata/finding.js";
import { isOmitted } from "../client-metadata/plain-value.js";
import type { Failure } from "../failure.js";
import type { JsonObject, JsonValue } from "../lib/json.js";
import { wait, type Steps } from "../lib/steps.js";
import { nowSeconds, type Clock } from "../lib/clock.js";
import { err, ok, type Result } from "../lib/result.js";
import type { ProposalOrigin } from "../store/records.js";
import { applySoftwareStatement, type StatedMetadata } from "./apply-software-statement.js";
import type { SignedRequestProblem, SoftwareStatementVerifier } from "./software-statement.js";

/** Metadata with the claims of its statement in it, if there is one. */
interface StatedClient extends StatedMetadata {
  readonly origin: ProposalOrigin;
  /** As it was sent. */
  readonly softwareStatement?: string;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Verifies the software statement of a body and lets its claims win. Whoever was admitted because of a statement has to
 * bring one for every change, or the first could be followed by anything.
 *
 * @see RFC 7591 section 3.1.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.1.1
 */
export function* acceptSoftwareStatement(
  submitted: JsonObject,
  { origin, isNew }: { readonly origin: ProposalOrigin; readonly isNew: boolean },
  verifier: SoftwareStatementVerifier | undefined,
  at: number,
): Steps<Result<StatedClient, Failure>> {
  const statement = submitted["software_statement"];
  // A server without a verifier ignores them (RFC 7591 section 2.3); the metadata rules say so to the operator.
  if (isOmitted(statement) || !verifier) {
    if (origin.requiresSoftwareStatement) return refused("software_statement.required");
    return ok({
      metadata: submitted,
      verifiedMembers: NONE,
      bindsRedirectUris: false,
      origin: unvouched(origin),
    });
  }
  if (typeof statement !== "string") return refused("software_statement.type");
  const verified = yield* wait(verifier.verify(statement, at));
  if (!verified.ok) return err(failureOf(verified.error));
  const stated = applySoftwareStatement(submitted, verified.value);
  const outside = indexOutside(stated.metadata["redirect_uris"], verified.value.redirectUris);
  if (outside >= 0) {
    const findings = new Findings();
    findings.error("redirect_uris", "software_statement.redirect_uri_missing", `redirect_uris[${outside}]`);
    return err({ kind: "refused_metadata", findings: findings.all });
  }
  // A statement is no secret. Whoever sends a copy that leaves the redirect URIs to its sender is a stranger like any other.
  const isBound = stated.bindsRedirectUris;
  if (origin.source === "software_statement" && !isBound) return refused("software_statement.redirect_uris");
  return ok({
    ...stated,
    softwareStatement: statement,
    origin: {
      ...unvouched(origin),
      ...(isNew &&
        isBound &&
        origin.source === "open" && { source: "software_statement", requiresSoftwareStatement: true }),
      softwareStatementIssuer: verified.value.issuer,
      ...(verified.value.isSelfSigned && { hasSelfSignedStatement: true }),
    },
  });
}

/** Whoever vouched for the client before does not for what it says now. */
function unvouched({
  softwareStatementIssuer: _issuer,
  hasSelfSignedStatement: _signer,
  ...origin
}: ProposalOrigin): ProposalOrigin {
  return origin;
}

/** The first of a client's redirect URIs that its statement does not list, or -1. */
function indexOutside(uris: JsonValue | undefined, listed: readonly string[] | undefined): number {
  if (!listed || !Array.isArray(uris)) return -1;
  return uris.findIndex((uri: JsonValue) => !listed.includes(uri as string));
}

function refused(
  rule: `software_statement.${"required" | "type" | "redirect_uris"}`,
): Result<never, Failure> {
  const findings = new Findings();
  findings.error("software_statement", rule);
  return err({ kind: "refused_metadata", findings: findings.all });
}

/** Reads signed bodies by what the server's verifier says of them. */
export function signedMetadataReader(
  read: NonNullable<SoftwareStatementVerifier["readSignedRequest"]>,
  clock: Clock,
): (request: string) => Promise<Result<JsonObject, Failure>> {
  return async (request) => {
    const metadata = await read(request, nowSeconds(clock));
    return metadata.ok ? metadata : err(failureOf(metadata.error));
  };
}

function failureOf(problem: SignedRequestProblem): Failure {
  if (problem.error === "unavailable") {
    return { kind: "verifier_unavailable", cause: problem.cause ?? problem.reason };
  }
  const { error, says } = problem;
  const findings = new Findings();
  if (error === "invalid_client_metadata") findings.error(BODY, "signed_request.invalid", BODY, { says });
  else findings.error("software_statement", STATEMENT_RULES[error], "software_statement", { error, says });
  return { kind: "refused_metadata", findings: findings.all };
}

/** The name of the body as a whole in findings. */
const BODY = "(body)";
const STATEMENT_RULES = {
  invalid_software_statement: "software_statement.invalid",
  unapproved_software_statement: "software_statement.unapproved",
} as const;
