import { nowSeconds } from "../lib/clock.js";
import type { AuditEvents } from "../store/registration-store.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import type { LifecycleConfig } from "./client-lifecycle.js";

/** What an operator may say with a change of status. */
export interface StatusChangeOptions {
  /** The version that the operator looked at. A client of another version is not changed. Default: any version. */
  readonly version?: number;
  /** Why, in at most 500 characters. It is kept with the client and in the audit event. Default: no reason. */
  readonly reason?: string;
}

/** Disables a client that is known by its document and has no record; `false` for what is no such client. */
interface DocumentBlocker {
  block(clientId: string, reason?: string, auditEvents?: AuditEvents): Promise<boolean>;
}

/** @throws MisuseError for an option that makes no sense */
export function requireStatusChangeOptions(options: StatusChangeOptions): void {
  requireKnownOptions("options", options, ["version", "reason"] satisfies (keyof StatusChangeOptions)[]);
  const { version, reason } = options;
  const isVersion = version === undefined || Number.isSafeInteger(version);
  requireThat(isVersion, "ERR_OPTION", "version: must be a whole number");
  const isReason = reason === undefined || (typeof reason === "string" && reason.length <= 500);
  requireThat(isReason, "ERR_OPTION", "reason: must be a text of at most 500 characters");
}

function reasonOf(reason: string | undefined): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

/**
 * Lets a client that a policy held do what it was registered for; its time until it must be used begins now. `false`
 * when no such client awaits approval, or it has another version than the one that was looked at. Rejects when the store
 * cannot answer.
 */
export async function approveClient(
  clientId: string,
  config: LifecycleConfig,
  auditEvents?: AuditEvents,
  { version, reason }: StatusChangeOptions = {},
): Promise<boolean> {
  const client = await config.store.findClient(clientId);
  if (!client) return false;
  const expiresAt = config.lifecycle.expiryWithoutUse(nowSeconds(config.clock), client);
  const change = {
    from: ["awaiting_approval"],
    ...(version !== undefined && { expectedVersion: version }),
    to: "pending",
    ...expiry(expiresAt),
    ...reasonOf(reason),
  } as const;
  return (await config.store.changeClientStatus(clientId, change, auditEvents)).outcome === "changed";
}

/**
 * Stops a client until it is enabled again; it does not expire meanwhile, so that registering the same metadata again
 * leads to the disabled client. `false` when there is none, it is disabled already, or it awaits approval: it can do nothing
 * then, and enabling it would be a way around the approval.
 */
export async function disableClient(
  clientId: string,
  { store, documents }: LifecycleConfig & { readonly documents?: DocumentBlocker },
  auditEvents?: AuditEvents,
  { version, reason }: StatusChangeOptions = {},
): Promise<boolean> {
  const change = {
    from: ["pending", "active"],
    ...(version !== undefined && { expectedVersion: version }),
    to: "disabled",
    ...reasonOf(reason),
  } as const;
  const { outcome } = await store.changeClientStatus(clientId, change, auditEvents);
  if (outcome !== "not_found" || !documents) return outcome === "changed";
  return documents.block(clientId, reason, auditEvents);
}

/**
 * Turns down a client that a policy held: it stays, disabled, so that registering the same again leads nowhere. `false` when
 * no such client awaits approval, or it has another version than the one that was looked at.
 */
export async function rejectClient(
  clientId: string,
  { store }: LifecycleConfig,
  auditEvents?: AuditEvents,
  { version, reason }: StatusChangeOptions = {},
): Promise<boolean> {
  const change = {
    from: ["awaiting_approval"],
    ...(version !== undefined && { expectedVersion: version }),
    to: "disabled",
    ...reasonOf(reason),
  } as const;
  return (await store.changeClientStatus(clientId, change, auditEvents)).outcome === "changed";
}

/**
 * Ends what `disableClient` did. A client that was used counts as used now; for another the time until it must be used
 * begins now, though it counts in no pool any more. `false` when no such client is disabled.
 */
export async function enableClient(
  clientId: string,
  config: LifecycleConfig,
  auditEvents?: AuditEvents,
  { version, reason }: StatusChangeOptions = {},
): Promise<boolean> {
  const client = await config.store.findClient(clientId);
  if (!client) return false;
  const now = nowSeconds(config.clock);
  const { lifecycle } = config;
  // No use can be recorded while it is disabled.
  const wasUsed = client.lastUsedAt !== undefined;
  const expiresAt = wasUsed ? lifecycle.expiryAfterUse(client, now) : lifecycle.expiryWithoutUse(now, client);
  const change = {
    from: ["disabled"],
    ...(version !== undefined && { expectedVersion: version }),
    to: wasUsed ? "active" : "pending",
    ...expiry(expiresAt),
    ...reasonOf(reason),
  } as const;
  return (await config.store.changeClientStatus(clientId, change, auditEvents)).outcome === "changed";
}

function expiry(expiresAt: number | undefined): { readonly expiresAt?: number } {
  return expiresAt === undefined ? {} : { expiresAt };
}
