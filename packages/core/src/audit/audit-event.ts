import type { Finding } from "../client-metadata/finding.js";
import type { Failure } from "../failure.js";
import type { EndpointOperation } from "../endpoint-operation.js";
import type { Served } from "../registration-endpoint/register-client.js";
import type { RequestContext } from "../request-context.js";
import type { ClientStatus, RegistrationOrigin } from "../store/registration-store.js";

interface AuditedRequest {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly clientAddress?: string;
  /** Errors of a refusal, then warnings of what was put right; at most a hundred. */
  readonly findings: readonly Finding[];
  /** How many more there were, if any. */
  readonly findingsOmitted?: number;
}

/** A client was registered, or its record read, changed or deleted by itself. */
export interface ClientServedEvent extends AuditedRequest {
  readonly type: "client_registered" | "client_read" | "client_updated" | "client_deleted";
  readonly clientId: string;
  readonly redirectUris: readonly string[];
  readonly status: ClientStatus;
  /** What a policy said that holds the client until it is approved. */
  readonly heldBecause?: string;
  /** By what right it was registered, and by which token. */
  readonly origin: RegistrationOrigin;
}

export interface RequestRefusedEvent extends AuditedRequest {
  readonly type: "registration_refused" | "client_management_refused";
  readonly reason: Failure["kind"];
  /** The client of the URL, which there may not be. */
  readonly clientId?: string;
  /** Why a token was refused, which its bearer is not told. */
  readonly tokenProblem?: Extract<Failure, { kind: "token_refused" }>["reason"];
  readonly initialAccessTokenId?: string;
}

/** How one request to an endpoint ended. Never holds a secret or a token. */
export type AuditEvent = ClientServedEvent | RequestRefusedEvent;

/**
 * Gets exactly one event for each request but a preflight. It may be slow or fail without any effect on the answer; a
 * failure is handed to `onError` together with the event.
 */
export type AuditSink = (event: AuditEvent) => void | Promise<void>;

const SERVED = {
  register: "client_registered",
  read: "client_read",
  update: "client_updated",
  delete: "client_deleted",
} as const;

/** A small body can break a rule ten thousand times; a log need not say each. */
const MAX_FINDINGS = 100;

interface AuditedAt {
  readonly context: RequestContext;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function servedEvent(name: EndpointOperation["name"], served: Served, at: AuditedAt): AuditEvent {
  const { client, findings, heldBecause } = served;
  return {
    type: SERVED[name],
    ...requestOf(at),
    clientId: client.clientId,
    redirectUris: client.metadata.redirect_uris ?? [],
    status: client.status,
    ...(heldBecause !== undefined && { heldBecause }),
    origin: client.origin,
    ...audited(findings),
  };
}

/** @param clientId of the URL, for a request to a client's own endpoint */
export function refusedEvent(failure: Failure, clientId: string | undefined, at: AuditedAt): AuditEvent {
  return {
    type: clientId === undefined ? "registration_refused" : "client_management_refused",
    ...requestOf(at),
    reason: failure.kind,
    ...(clientId !== undefined && { clientId }),
    ...(failure.kind === "token_refused" && { tokenProblem: failure.reason }),
    ...(failure.kind === "token_refused" &&
      failure.tokenId !== undefined && { initialAccessTokenId: failure.tokenId }),
    ...audited(failure.kind === "refused_metadata" ? failure.findings : []),
  };
}

function requestOf({ context, now }: AuditedAt): Pick<AuditedRequest, "at" | "clientAddress"> {
  return {
    at: new Date(now).toISOString(),
    ...(context.clientAddress !== undefined && { clientAddress: context.clientAddress }),
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
