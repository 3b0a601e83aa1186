import { nowSeconds } from "../lib/clock.js";
import type { AuditEvents } from "../store/registration-store.js";
import type { LifecycleConfig } from "./client-lifecycle.js";

/**
 * Lets a client that a policy held do what it was registered for; its time until it must be used begins now. `false`
 * when no such client awaits approval, or it has another version than the one that was looked at. Rejects when the store
 * cannot answer.
 */
export async function approveClient(
  clientId: string,
  config: LifecycleConfig,
  auditEvents?: AuditEvents,
  seen?: { readonly version: number },
): Promise<boolean> {
  const client = await config.store.findClient(clientId);
  if (!client) return false;
  const expiresAt = config.lifecycle.expiryWithoutUse(nowSeconds(config.clock), client.origin);
  const change = {
    from: ["awaiting_approval"],
    ...(seen && { expectedVersion: seen.version }),
    to: "pending",
    ...expiry(expiresAt),
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
  { store }: LifecycleConfig,
  auditEvents?: AuditEvents,
): Promise<boolean> {
  const change = { from: ["pending", "active"], to: "disabled" } as const;
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
): Promise<boolean> {
  const client = await config.store.findClient(clientId);
  if (!client) return false;
  const now = nowSeconds(config.clock);
  const { lifecycle } = config;
  // No use can be recorded while it is disabled.
  const wasUsed = client.lastUsedAt !== undefined;
  const expiresAt = wasUsed
    ? lifecycle.expiryAfterUse(client, now)
    : lifecycle.expiryWithoutUse(now, client.origin);
  const change = {
    from: ["disabled"],
    to: wasUsed ? "active" : "pending",
    ...expiry(expiresAt),
  } as const;
  return (await config.store.changeClientStatus(clientId, change, auditEvents)).outcome === "changed";
}

function expiry(expiresAt: number | undefined): { readonly expiresAt?: number } {
  return expiresAt === undefined ? {} : { expiresAt };
}
