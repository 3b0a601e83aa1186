import type { Finding } from "../client-metadata/finding.js";
import type { Failure } from "../failure.js";
import type { EndpointOperation } from "../endpoint-operation.js";
import type { Served } from "../registration-endpoint/register-client.js";
import type { RequestContext } from "../request-context.js";
import type { ClientStatus, RegisteredClient, RegistrationOrigin } from "../store/registration-store.js";

interface AuditedRequest {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly clientAddress?: string;
  /** Errors of a refusal, then warnings of what was put right; at most a hundred. */
  readonly findings: readonly Finding[];
  /** How many more there were, if any. */
  readonly findingsOmitted?: number;
}

/**
 * A client was registered, led to by a registration that says the same as an earlier one, or its record read, changed or
 * deleted by itself.
 */
export interface ClientServedEvent extends AuditedRequest {
  readonly type: "client_registered" | "client_reused" | "client_read" | "client_updated" | "client_deleted";
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
  /** Whose rate limit was exceeded. */
  readonly rateLimit?: Extract<Failure, { kind: "rate_limited" }>["scope"];
  /** The pool that had no room for another unused client. */
  readonly quotaKey?: string;
}

/** An operator changed what a client may do, or its time ran out and a sweep deleted it. */
export interface ClientLifecycleEvent {
  readonly type: "client_approved" | "client_disabled" | "client_enabled" | "client_expired";
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly actor: "operator" | "system";
  readonly clientId: string;
}

/** An initial access token was issued or revoked by an operator, or a use of it was spent on a client. */
export interface InitialAccessTokenEvent {
  readonly type:
    "initial_access_token_issued" | "initial_access_token_revoked" | "initial_access_token_spent";
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly actor: "operator" | "client";
  readonly initialAccessTokenId: string;
  /** The client that was registered with it. */
  readonly clientId?: string;
}

/** How one request to an endpoint ended, or what else happened to a client or token. Never holds a secret or a token. */
export type AuditEvent =
  ClientServedEvent | RequestRefusedEvent | ClientLifecycleEvent | InitialAccessTokenEvent;

/**
 * Gets exactly one event for each request but a preflight, one for a use of an initial access token beside it, and one for
 * each thing that an operator or a sweep does. It may be slow or fail without any effect on the answer; a
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
  const { client, findings, heldBecause, isReused } = served;
  return {
    type: isReused ? "client_reused" : SERVED[name],
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
    ...(failure.kind === "rate_limited" && { rateLimit: failure.scope }),
    ...(failure.kind === "quota_exceeded" && { quotaKey: failure.key }),
    ...audited(failure.kind === "refused_metadata" ? failure.findings : []),
  };
}

/** The event of a use that a new client took from a token in the store; `undefined` when there was none. */
export function tokenSpentEvent({ client, isReused }: Served, { now }: AuditedAt): AuditEvent | undefined {
  const { initialAccessTokenId } = client.origin;
  if (initialAccessTokenId === undefined || isReused) return undefined;
  return {
    type: "initial_access_token_spent",
    at: new Date(now).toISOString(),
    actor: "client",
    initialAccessTokenId,
    clientId: client.clientId,
  };
}

export function lifecycleEvent(
  type: ClientLifecycleEvent["type"],
  { clientId }: Pick<RegisteredClient, "clientId">,
  now: number,
): AuditEvent {
  const actor = type === "client_expired" ? "system" : "operator";
  return { type, at: new Date(now).toISOString(), actor, clientId };
}

/** The event of what an operator did with a token. */
export function tokenEvent(
  type: "initial_access_token_issued" | "initial_access_token_revoked",
  initialAccessTokenId: string,
  now: number,
): AuditEvent {
  return { type, at: new Date(now).toISOString(), actor: "operator", initialAccessTokenId };
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
