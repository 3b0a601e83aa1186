import type { RandomBytes } from "../crypto/random-token.js";
import type { AuditEvents, RegistrationStore } from "../store/registration-store.js";
import { nowSeconds, type Clock } from "../lib/clock.js";
import { issueClientSecret, type ClientSecretRules } from "./client-secret.js";

/** A client's new secret, which is shown once. */
export interface RotatedClientSecret {
  /** The new secret. This is the only time that it can be read. */
  readonly clientSecret: string;
  /** Seconds since the epoch, or 0 for one that does not expire. */
  readonly clientSecretExpiresAt: number;
}

/**
 * Gives a client a new secret; the one before is taken for the grace time. `undefined` for a client that is not there or
 * has none. Rejects when the store cannot answer.
 */
export async function rotateClientSecret(
  clientId: string,
  {
    store,
    clientSecrets,
    clock,
    randomBytes,
  }: {
    readonly store: RegistrationStore;
    readonly clientSecrets: ClientSecretRules;
    readonly clock: Clock;
    readonly randomBytes: RandomBytes;
  },
  auditEvents?: AuditEvents,
): Promise<RotatedClientSecret | undefined> {
  for (;;) {
    const client = await store.findClient(clientId);
    if (client?.clientSecretHash === undefined) return undefined;
    const now = nowSeconds(clock);
    const { value, record } = issueClientSecret(clientSecrets, randomBytes, now, client);
    const { previousClientSecret: _, ...others } = client;
    const next = { ...others, ...record, version: client.version + 1 };
    const { outcome } = await store.replaceClient(next, client.version, auditEvents);
    // Somebody changed the client meanwhile: begin again with what they made of it.
    if (outcome === "conflict") continue;
    if (outcome === "not_found") return undefined;
    return { clientSecret: value, clientSecretExpiresAt: record.clientSecretExpiresAt ?? 0 };
  }
}
