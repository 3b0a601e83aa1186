import type { AuditActor, AuditEvent } from "../audit/audit-event.js";
import type { ClientStatus, RegistrationSource, TrustTier } from "../store/records.js";

/** The event types of webhooks, in the form that Standard Webhooks recommends. */
export const WEBHOOK_EVENT_TYPES = [
  "client.registered",
  "client.held",
  "client.approved",
  "client.rejected",
  "client.promoted",
  "client.updated",
  "client.disabled",
  "client.enabled",
  "client.deleted",
  "client.document_changed",
  "quota.reached",
] as const;

/**
 * What happened.
 *
 * - `client.registered`: a new client is usable.
 * - `client.held`: a client awaits approval, because of a policy.
 * - `client.approved`, `client.rejected`: an operator approved or rejected a client that awaited approval.
 * - `client.disabled`, `client.enabled`: an operator disabled or enabled the client.
 * - `client.promoted`: the trust tier of the client was raised or lowered, by an operator or because its domains began or ceased to
 *   vouch for it. `tier` has the new one.
 * - `client.updated`: a client changed its own metadata.
 * - `client.deleted`: the client was deleted. `actor` is `client` if it deleted itself, `operator`, or `system` if it expired.
 * - `client.document_changed`: the Client ID Metadata Document of a client changed.
 * - `quota.reached`: the server refused a registration because a quota is full.
 */
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** The body of a webhook. */
export interface WebhookPayload {
  /** What happened. */
  readonly type: WebhookEventType;
  /** When it happened: RFC 3339, UTC. */
  readonly timestamp: string;
  /** The details. Never contains a secret, a token or an address. */
  readonly data: WebhookData;
}

/** What a webhook says about the event. Members that do not apply are left out. */
export interface WebhookData {
  /** The client that it happened to. */
  readonly client_id?: string;
  /** Who did it. */
  readonly actor: AuditActor;
  /** How the client was admitted. */
  readonly source?: RegistrationSource;
  /** The status of the client afterwards. */
  readonly status?: ClientStatus;
  /** The new trust tier of the client. */
  readonly tier?: TrustTier;
  /** The previous trust tier. */
  readonly previous_tier?: TrustTier;
  /** The operator's reason. */
  readonly status_reason?: string;
  /** Without their queries; at most 20. */
  readonly redirect_uris?: readonly string[];
  /** How many more redirect URIs there are, if any. */
  readonly redirect_uris_omitted?: number;
  /** Why the client awaits approval, in the words of the policy. */
  readonly held_because?: string;
  /** The names of the members of metadata that changed; at most 100. */
  readonly changed_members?: readonly string[];
  /** The kind of the full quota. */
  readonly quota?: "address" | "initial_access_token" | "total";
  /** How many requests in a minute the event stands for, if more than one. */
  readonly occurrences?: number;
}

const MOST_REDIRECT_URIS = 20;
const MOST_CHANGED_MEMBERS = 100;

/**
 * Makes the body of a webhook from an audit event. Copies each member by name, so that nothing leaks by accident.
 *
 * @returns `undefined` for an event without a webhook, such as a refused request
 * @example
 * ```ts
 * import type { AuditEvent } from "@oauth-dcr/core";
 * import { webhookPayload } from "@oauth-dcr/core/webhooks";
 *
 * const audit = (event: AuditEvent) => console.log(webhookPayload(event)?.type);
 * ```
 */
export function webhookPayload(event: AuditEvent): WebhookPayload | undefined {
  const type = typeOf(event);
  return type && { type, timestamp: event.at, data: dataOf(event) };
}

/** Each type of event is named here, so that a new one is decided on when it is added. */
function typeOf(event: AuditEvent): WebhookEventType | undefined {
  switch (event.type) {
    case "client_added":
      return "client.registered";
    // The event of the fetch tells what changed in a document.
    case "client_document_changed":
    case "client_administered":
    case "client_domain_verified":
    case "client_domain_lost":
      return event.tier === undefined ? undefined : "client.promoted";
    case "client_registered":
      return event.status === "awaiting_approval" ? "client.held" : "client.registered";
    case "client_held":
      return "client.held";
    case "client_updated":
      return event.heldBecause === undefined ? "client.updated" : "client.held";
    case "client_approved":
      return "client.approved";
    case "client_rejected":
      return "client.rejected";
    case "client_disabled":
      return "client.disabled";
    case "client_enabled":
      return "client.enabled";
    case "client_deleted":
    case "client_removed":
    case "client_expired":
      return "client.deleted";
    case "client_document_accepted":
      return event.changes?.length ? "client.document_changed" : undefined;
    case "registration_limited":
      return event.reason === "quota_exceeded" ? "quota.reached" : undefined;
    case "client_reused":
    case "client_read":
    case "client_secret_rotated":
    case "client_document_refused":
    case "client_document_unavailable":
    case "registration_refused":
    case "client_management_refused":
    case "client_management_limited":
    // What users do is no business of those whom operators tell of clients.
    case "consent_recorded":
    case "consent_withdrawn":
    case "initial_access_token_issued":
    case "initial_access_token_revoked":
    case "initial_access_token_spent":
      return undefined;
    default:
      // A log may hold events of a newer version.
      event satisfies never;
      return undefined;
  }
}

type Loose = Partial<Record<"clientId" | "heldBecause" | "quotaKey" | "statusReason", string>> & {
  readonly tier?: TrustTier;
  readonly previousTier?: TrustTier;
  readonly source?: RegistrationSource;
  readonly status?: ClientStatus;
  readonly redirectUris?: readonly string[];
  readonly changes?: readonly { readonly member: string }[];
  readonly occurrences?: number;
};

function dataOf(event: AuditEvent): WebhookData {
  const { clientId, source, status, redirectUris, heldBecause, changes, quotaKey, occurrences }: Loose =
    event;
  const { tier, previousTier, statusReason }: Loose = event;
  const omitted = (redirectUris?.length ?? 0) - MOST_REDIRECT_URIS;
  const quota = quotaKey === undefined ? undefined : quotaOf(quotaKey);
  return {
    ...(clientId !== undefined && { client_id: clientId }),
    actor: event.actor,
    ...(source && { source }),
    ...(status && { status }),
    ...(tier && { tier }),
    ...(previousTier && { previous_tier: previousTier }),
    ...(statusReason !== undefined && { status_reason: statusReason }),
    ...(redirectUris && { redirect_uris: redirectUris.slice(0, MOST_REDIRECT_URIS) }),
    ...(omitted > 0 && { redirect_uris_omitted: omitted }),
    ...(heldBecause !== undefined && { held_because: heldBecause }),
    ...(changes && { changed_members: changes.slice(0, MOST_CHANGED_MEMBERS).map(({ member }) => member) }),
    ...(quota && { quota }),
    ...(occurrences !== undefined && { occurrences }),
  };
}

/** The kind of a pool alone: its key names an address or a token. */
function quotaOf(key: string): WebhookData["quota"] {
  const kind = key.split(/[:/]/, 1)[0];
  return kind === "address" || kind === "initial_access_token" || kind === "total" ? kind : undefined;
}
