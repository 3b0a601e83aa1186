import { nowSeconds } from "../lib/clock.js";
import type {
  AuditEvents,
  ChangeClientStatusOutcome,
  ClientStatusChange,
  RegistrationStore,
} from "../store/registration-store.js";
import type { RegisteredClient } from "../store/records.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { requireOperator, type ByOperator } from "../lib/operator-name.js";
import type { LifecycleConfig } from "./client-lifecycle.js";

/** How often a change is decided by what the client is, while others change it. */
const MOST_TRIES = 5;

/** What an operator may say with a change of status. */
export interface StatusChangeOptions extends ByOperator {
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
  requireKnownOptions("options", options, [
    "version",
    "reason",
    "operator",
  ] satisfies (keyof StatusChangeOptions)[]);
  const { version, reason, operator } = options;
  requireOperator(operator);
  const isVersion = version === undefined || Number.isSafeInteger(version);
  requireThat(isVersion, "ERR_OPTION", "version: must be a whole number");
  const isReason = reason === undefined || (typeof reason === "string" && reason.length <= 500);
  requireThat(isReason, "ERR_OPTION", "reason: must be a text of at most 500 characters");
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
  options?: StatusChangeOptions,
): Promise<boolean> {
  return changeAsRead(clientId, config, auditEvents, options, (client, { lifecycle }, now) => ({
    from: ["awaiting_approval"],
    to: "pending",
    ...expiry(lifecycle.expiryWithoutUse(now, client)),
  }));
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
  options?: StatusChangeOptions,
): Promise<boolean> {
  const disable = () =>
    change(clientId, store, auditEvents, options, { from: ["pending", "active"], to: "disabled" });
  const outcome = await disable();
  if (outcome !== "not_found" || !documents) return outcome === "changed";
  if (await documents.block(clientId, options?.reason, auditEvents)) return true;
  // Another process may have recorded the client's first use meanwhile.
  return (await disable()) === "changed";
}

/**
 * Turns down a client that a policy held: it stays, disabled, so that registering the same again leads nowhere. `false` when
 * no such client awaits approval, or it has another version than the one that was looked at.
 */
export async function rejectClient(
  clientId: string,
  { store }: LifecycleConfig,
  auditEvents?: AuditEvents,
  options?: StatusChangeOptions,
): Promise<boolean> {
  const rejection = { from: ["awaiting_approval"], to: "disabled" } as const;
  return (await change(clientId, store, auditEvents, options, rejection)) === "changed";
}

/**
 * Ends what `disableClient` did. A client that was used counts as used now; for another the time until it must be used
 * begins now, though it counts in no pool any more. `false` when no such client is disabled.
 */
export async function enableClient(
  clientId: string,
  config: LifecycleConfig,
  auditEvents?: AuditEvents,
  options?: StatusChangeOptions,
): Promise<boolean> {
  return changeAsRead(clientId, config, auditEvents, options, (client, { lifecycle }, now) => {
    // No use can be recorded while it is disabled.
    const wasUsed = client.lastUsedAt !== undefined;
    const expiresAt = wasUsed
      ? lifecycle.expiryAfterUse(client, now)
      : lifecycle.expiryWithoutUse(now, client);
    return { from: ["disabled"], to: wasUsed ? "active" : "pending", ...expiry(expiresAt) };
  });
}

type StatusAndExpiry = Omit<ClientStatusChange, "expectedVersion" | "reason">;

/**
 * Makes a change that depends on what the client is. Where another process changes the client between the two steps, both are
 * done again.
 */
async function changeAsRead(
  clientId: string,
  config: LifecycleConfig,
  auditEvents: AuditEvents | undefined,
  options: StatusChangeOptions = {},
  changeOf: (client: RegisteredClient, config: LifecycleConfig, now: number) => StatusAndExpiry,
): Promise<boolean> {
  const { store, clock } = config;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const client = await store.findClient(clientId);
    if (!client) return false;
    const wanted = changeOf(client, config, nowSeconds(clock));
    const outcome = await change(
      clientId,
      store,
      auditEvents,
      { version: client.version, ...options },
      wanted,
    );
    if (outcome === "changed") return true;
    if (options.version !== undefined || !wanted.from.includes(client.status)) return false;
  }
  throw new Error("the client was changed each time; try again");
}

async function change(
  clientId: string,
  store: RegistrationStore,
  auditEvents: AuditEvents | undefined,
  { version, reason }: StatusChangeOptions = {},
  wanted: StatusAndExpiry,
): Promise<ChangeClientStatusOutcome["outcome"]> {
  const whole = {
    ...wanted,
    ...(version !== undefined && { expectedVersion: version }),
    ...(reason !== undefined && { reason }),
  };
  return (await store.changeClientStatus(clientId, whole, auditEvents)).outcome;
}

function expiry(expiresAt: number | undefined): { readonly expiresAt?: number } {
  return expiresAt === undefined ? {} : { expiresAt };
}
