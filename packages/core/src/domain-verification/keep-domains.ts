import type { AuditRecorder } from "../audit/audit-delivery.js";
import { lifecycleEvent } from "../audit/operator-events.js";
import type { Clock } from "../lib/clock.js";
import type { DomainProblem, DomainProof, RegisteredClient } from "../store/records.js";
import type { RegistrationStore } from "../store/registration-store.js";
import { tierChange, type trustTier } from "../store/trust-tier.js";

/** What keeps proofs. */
export interface DomainStoreConfig {
  readonly store: RegistrationStore;
  readonly clock: Clock;
  readonly record: AuditRecorder["record"];
  readonly tierOf: typeof trustTier;
}

/** What becomes of the proofs of a client. */
export interface DomainChange {
  /** All proofs from now on. */
  readonly domains: readonly DomainProof[];
  /** What to tell. */
  readonly events: readonly {
    readonly type: "client_domain_verified" | "client_domain_lost";
    readonly domain: string;
    readonly domainProblem?: DomainProblem;
  }[];
}

/** How often is begun anew for a client that somebody else changes at the same moment. */
const ATTEMPTS = 5;

/** Others changed the client each time. */
export class ClientBusyError extends Error {
  constructor() {
    super("Others changed the client again and again");
  }
}

/**
 * Keeps proofs of a client with their events, and leaves alone what anybody else has changed meanwhile.
 *
 * @param decide what becomes of the proofs of the client as it is now; `undefined` for what stays as it is
 * @returns the client afterwards; `undefined` where nothing was written
 */
export async function keepDomains(
  clientId: string,
  decide: (client: RegisteredClient) => DomainChange | undefined,
  { store, clock, record, tierOf }: DomainStoreConfig,
): Promise<RegisteredClient | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const client = await store.findClient(clientId);
    const change = client && decide(client);
    if (!change) return undefined;
    const { domains, events } = change;
    const { statusReason, domains: _, ...said } = client.administration ?? {};
    const administration = { ...said, ...(domains.length > 0 && { domains }) };
    const more = tierChange(client, { ...client, administration }, tierOf);
    const auditEvents = events.map(({ type, ...about }) =>
      lifecycleEvent(type, clientId, clock(), { ...about, ...more }),
    );
    const given = { administration, expectedVersion: client.version };
    const { outcome } = await store.changeClientAdministration(clientId, given, auditEvents);
    if (outcome === "conflict") continue;
    if (outcome === "not_found") return undefined;
    for (const event of auditEvents) record(event);
    const kept = { ...administration, ...(statusReason !== undefined && { statusReason }) };
    return { ...client, version: client.version + 1, administration: kept };
  }
  throw new ClientBusyError();
}
