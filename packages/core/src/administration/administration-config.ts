import type { AuditRecorder } from "../audit/audit-delivery.js";
import { changeRecorder, lifecycleEvent, type LifecycleEventType } from "../audit/operator-events.js";
import type { ClientLifecycleEvent } from "../audit/audit-event.js";
import type { ResolvedOptions } from "../configuration/resolve-options.js";
import type { Awaitable } from "../lib/result.js";
import type { AuditEvents } from "../store/registration-store.js";
import type { ClientAdministration, RegisteredClient } from "../store/records.js";
import { tierChange, trustTier } from "../store/trust-tier.js";

/** What the operator's tools work with. */
export type AdministrationConfig = ResolvedOptions & {
  readonly record: AuditRecorder["record"];
  readonly revokeTokens?: (client: RegisteredClient) => Awaitable<void>;
};

type TierChange = Pick<ClientLifecycleEvent, "tier" | "previousTier">;

/** How a change of what the operator says changes the trust in a client, for its event; nothing where it does not. */
export function promotion(
  client: RegisteredClient,
  administration: ClientAdministration,
  config: Pick<AdministrationConfig, "trust">,
): TierChange {
  return changedTier(client, { ...client, administration }, config);
}

/** The same for any change of the record: other redirect URIs may begin or end what domains say. */
export function changedTier(
  before: RegisteredClient,
  after: RegisteredClient,
  { trust }: Pick<AdministrationConfig, "trust">,
): TierChange {
  return tierChange(before, after, trust?.tierOf ?? trustTier);
}

/** Makes a change with its event, and records the event if there was anything to do. */
export async function audited<T>(
  { record, clock }: AdministrationConfig,
  type: LifecycleEventType,
  clientId: string,
  more: Parameters<typeof lifecycleEvent>[3],
  change: (auditEvents: AuditEvents) => Promise<T>,
): Promise<T> {
  return changeRecorder(record)(lifecycleEvent(type, clientId, clock(), more), change);
}
