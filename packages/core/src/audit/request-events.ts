import type { Finding } from "../client-metadata/finding.js";
import type { Refusal } from "../failure.js";
import {
  ENDPOINT_OPERATIONS,
  type EndpointOperation,
} from "../client-configuration-endpoint/endpoint-operation.js";
import type { ProposalOrigin, RegisteredClient } from "../store/records.js";
import { tierChange, type trustTier } from "../store/trust-tier.js";
import type { Served } from "../registration-endpoint/register-client.js";
import type { AuditActor, AuditEvent, ClientServedEvent, RequestRefusedEvent } from "./audit-event.js";
import { metadataChanges, withoutQuery } from "./metadata-changes.js";

/** What is known of a request that ended. */
export interface EndedRequest {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly requestId: string;
  readonly clientAddress?: string;
  /** The client of the URL; missing at the registration endpoint. */
  readonly clientId?: string;
}

/** What `randomIdentifier` makes. Anything else in the URL is the caller's word, and may be a token. */
const IDENTIFIER = /^[a-z2-7]{26}$/;

export function servedEvent(
  name: EndpointOperation["name"],
  { client, findings, heldBecause, isReused, replaced }: Served,
  request: EndedRequest,
  tierOf: typeof trustTier,
): ClientServedEvent {
  return {
    // An entity of a federation renews its registration where it made it.
    type: isReused ? "client_reused" : ENDPOINT_OPERATIONS[replaced ? "update" : name].event,
    ...audited(request, client.origin, findings),
    clientId: client.clientId,
    redirectUris: (client.metadata.redirect_uris ?? []).map(withoutQuery),
    status: client.status,
    ...(heldBecause !== undefined && { heldBecause }),
    origin: client.origin,
    ...(replaced && { changes: metadataChanges(replaced.metadata, client.metadata) }),
    ...(replaced && changedTier(replaced, client, tierOf)),
  };
}

/** An update may lead to a host that does not vouch for the client. The operator's word stays with the record. */
function changedTier(
  before: RegisteredClient,
  { clientId, origin, metadata }: RegisteredClient,
  tierOf: typeof trustTier,
): Pick<ClientServedEvent, "tier" | "previousTier"> {
  const { administration } = before;
  if (!administration?.domains) return {};
  return tierChange(before, { clientId, origin, metadata, administration }, tierOf);
}

export function refusedEvent(refusal: Refusal, request: EndedRequest): RequestRefusedEvent {
  const { clientId } = request;
  const endpoint = clientId === undefined ? "registration" : "client_management";
  const isLimit = refusal.kind === "rate_limited" || refusal.kind === "quota_exceeded";
  const isIdentifier = clientId !== undefined && (refusal.origin !== undefined || IDENTIFIER.test(clientId));
  return {
    type: `${endpoint}_${isLimit ? "limited" : "refused"}`,
    ...audited(request, refusal.origin, refusal.kind === "refused_metadata" ? refusal.findings : []),
    reason: refusal.kind,
    ...(isIdentifier && { clientId }),
    ...(refusal.kind === "token_refused" && { tokenProblem: refusal.reason }),
    ...(refusal.kind === "token_refused" &&
      refusal.tokenId !== undefined && { initialAccessTokenId: refusal.tokenId }),
    ...(refusal.kind === "rate_limited" && { rateLimit: refusal.scope }),
    ...(refusal.kind === "quota_exceeded" && { quotaKey: refusal.key }),
  };
}

/** The event of a use that a new client took from a token in the store; `undefined` when there was none. */
export function tokenSpentEvent(
  { client, isReused }: Served,
  { now, requestId }: EndedRequest,
): AuditEvent | undefined {
  const { initialAccessTokenId } = client.origin;
  if (initialAccessTokenId === undefined || isReused) return undefined;
  return {
    type: "initial_access_token_spent",
    at: new Date(now).toISOString(),
    actor: "token_holder",
    requestId,
    initialAccessTokenId,
    clientId: client.clientId,
  };
}

/** The members that events of requests share. */
interface AuditedMembers {
  at: string;
  actor: AuditActor;
  requestId: string;
  clientAddress?: string;
  source?: ProposalOrigin["source"];
  findings: readonly Finding[];
  findingsOmitted?: number;
}

function audited(
  { now, requestId, clientAddress, clientId }: EndedRequest,
  origin: ProposalOrigin | undefined,
  all: readonly Finding[],
): AuditedMembers {
  const actor = actorOf(origin, clientId !== undefined);
  const { findings, findingsOmitted } = shownFindings(all);
  const members: AuditedMembers = { at: new Date(now).toISOString(), actor, requestId, findings };
  if (clientAddress !== undefined) members.clientAddress = clientAddress;
  if (origin) members.source = origin.source;
  if (findingsOmitted !== undefined) members.findingsOmitted = findingsOmitted;
  return members;
}

function actorOf(origin: ProposalOrigin | undefined, isManagement: boolean): AuditActor {
  if (!origin) return "anonymous";
  if (isManagement) return "client";
  return origin.initialAccessTokenId === undefined ? "anonymous" : "token_holder";
}

/** Errors and warnings together. */
const MAX_FINDINGS = 100;

const NONE = { findings: [] };

/** The findings as an event has them: errors first, and how many were left out. */
export function shownFindings(findings: readonly Finding[]): {
  readonly findings: readonly Finding[];
  readonly findingsOmitted?: number;
} {
  if (findings.length === 0) return NONE;
  const told = findings.filter(({ count }) => count === undefined);
  const errors = told.filter(({ severity }) => severity === "error");
  const warnings = told.filter(({ severity }) => severity === "warning");
  const shown = [...errors, ...warnings].slice(0, MAX_FINDINGS);
  const findingsOmitted =
    told.length - shown.length + findings.reduce((sum, { count = 0 }) => sum + count, 0);
  return { findings: shown, ...(findingsOmitted > 0 && { findingsOmitted }) };
}
