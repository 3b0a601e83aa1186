import type { ByOperator } from "../lib/operator-name.js";
import type { AuditEvents } from "../store/registration-store.js";
import type { AuditRecorder } from "./audit-delivery.js";
import type { AuditEvent, ClientLifecycleEvent, InitialAccessTokenEvent } from "./audit-event.js";

export type LifecycleEventType = ClientLifecycleEvent["type"];

/** What no operator does. */
const OF_THE_SYSTEM: readonly LifecycleEventType[] = [
  "client_expired",
  "client_document_changed",
  "client_held",
  "client_domain_lost",
];

/** A change in the store, which is given its events. Answers something falsy where there was nothing to change. */
export type AuditedChange<T> = (auditEvents: AuditEvents) => Promise<T>;

/** Makes what an operator asks for with its event, and records the event if there was anything to do. */
export function changeRecorder(record: AuditRecorder["record"]) {
  return async function audited<T>(event: AuditEvent, change: AuditedChange<T>): Promise<T> {
    const done = await change([event]);
    if (done) record(event);
    return done;
  };
}

/**
 * The event of what an operator or a sweep did to a client.
 *
 * @param now milliseconds since the epoch
 */
export function lifecycleEvent(
  type: LifecycleEventType,
  clientId: string,
  now: number,
  more: Pick<
    ClientLifecycleEvent,
    "statusReason" | "operator" | "tier" | "previousTier" | "heldBecause" | "domain" | "domainProblem"
  > = {},
): ClientLifecycleEvent {
  const actor = OF_THE_SYSTEM.includes(type) ? "system" : "operator";
  return { type, at: new Date(now).toISOString(), actor, clientId, ...more };
}

/**
 * The event of what an operator did with a token.
 *
 * @param now milliseconds since the epoch
 */
export function tokenEvent(
  what: "issued" | "revoked",
  initialAccessTokenId: string,
  now: number,
  by: ByOperator = {},
): InitialAccessTokenEvent {
  const type = `initial_access_token_${what}` as const;
  return { type, at: new Date(now).toISOString(), actor: "operator", initialAccessTokenId, ...by };
}
