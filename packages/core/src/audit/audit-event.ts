import type { Finding } from "../client-metadata/finding.js";
import type { Failure } from "../failure.js";
import type { Registration } from "../registration-endpoint/register-client.js";
import type { RequestContext } from "../request-context.js";
import type { Result } from "../result.js";
import type { RegistrationOrigin } from "../store/registration-store.js";

interface AuditedRequest {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly clientAddress?: string;
  /** Errors of a refusal, then warnings of what was put right; at most a hundred. */
  readonly findings: readonly Finding[];
  /** How many more there were, if any. */
  readonly findingsOmitted?: number;
}

export interface ClientRegisteredEvent extends AuditedRequest {
  readonly type: "client_registered";
  readonly clientId: string;
  readonly redirectUris: readonly string[];
  /** By what right, and by which token. */
  readonly origin: RegistrationOrigin;
}

export interface RegistrationRefusedEvent extends AuditedRequest {
  readonly type: "registration_refused";
  readonly reason: Failure["kind"];
  /** Why a token was refused, which its bearer is not told. */
  readonly tokenProblem?: Extract<Failure, { kind: "token_refused" }>["reason"];
  readonly initialAccessTokenId?: string;
}

/** How one request to the registration endpoint ended. Never holds a secret or a token. */
export type AuditEvent = ClientRegisteredEvent | RegistrationRefusedEvent;

/**
 * Gets exactly one event for each request but a preflight. It may be slow or fail without any effect on the answer; a
 * failure is handed to `onError` together with the event.
 */
export type AuditSink = (event: AuditEvent) => void | Promise<void>;

/** A small body can break a rule ten thousand times; a log need not say each. */
const MAX_FINDINGS = 100;

export function auditEvent(
  outcome: Result<Registration, Failure>,
  context: RequestContext,
  now: number,
): AuditEvent {
  const request = {
    at: new Date(now).toISOString(),
    ...(context.clientAddress !== undefined && { clientAddress: context.clientAddress }),
  };
  if (outcome.ok) {
    const { client, findings } = outcome.value;
    const redirectUris = client.metadata.redirect_uris ?? [];
    return {
      type: "client_registered",
      ...request,
      clientId: client.clientId,
      redirectUris,
      origin: client.origin,
      ...audited(findings),
    };
  }
  const { error } = outcome;
  const findings = error.kind === "refused_metadata" ? error.findings : [];
  return {
    type: "registration_refused",
    ...request,
    reason: error.kind,
    ...(error.kind === "token_refused" && { tokenProblem: error.reason }),
    ...(error.kind === "token_refused" &&
      error.tokenId !== undefined && { initialAccessTokenId: error.tokenId }),
    ...audited(findings),
  };
}

function audited(findings: readonly Finding[]): Pick<AuditedRequest, "findings" | "findingsOmitted"> {
  const errors = findings.filter(({ severity }) => severity === "error");
  const warnings = findings.filter(({ severity }) => severity === "warning");
  const findingsOmitted = findings.length - MAX_FINDINGS;
  return {
    findings: [...errors, ...warnings].slice(0, MAX_FINDINGS),
    ...(findingsOmitted > 0 && { findingsOmitted }),
  };
}
