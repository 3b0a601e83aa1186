import { clientAdministration } from "../../src/administration/client-administration.js";
import { openRegistration } from "../../src/access/open-registration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration, type ClientRegistration } from "../../src/client-registration.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { TrustTier } from "../../src/store/records.js";
import { trustTiers } from "../../src/trust/trust-tiers.js";
import type { TrustTiersOptions } from "../../src/trust/trust-options.js";
import { managedRegistration } from "../support/managed-registration.js";

export const SCOPES = ["read", "write", "admin"];

/** A server with tiers, the operator's tools, and another process on the same store. */
export function trusting(trust: TrustTiersOptions, more: Partial<ClientRegistrationOptions> = {}) {
  const options = {
    ...mcpPreset({ issuer: "https://as.example", scopes_supported: SCOPES }),
    lifecycle: {},
    quotas: {},
    idempotentRegistration: false,
    access: openRegistration({ dangerouslyUnlimited: true, acceptInitialAccessTokens: true }),
    clientManagement: { revokeTokens: () => undefined },
    store: memoryStore(),
    trust: trustTiers(trust),
    ...more,
  } satisfies Partial<ClientRegistrationOptions>;
  const managed = managedRegistration(options);
  const told: AuditEvent[] = [];
  const other = {
    ...options,
    audit: (event: AuditEvent) => void told.push(event),
    clock: () => managed.time.now,
  };
  const clients = clientAdministration(other);
  return {
    ...managed,
    options: other,
    told,
    clients,
    other: createClientRegistration(other),
    promote: (clientId: string, tier: TrustTier | null) => clients.administerClient(clientId, { tier }),
  };
}

/** What a client may ask for, as the authorization endpoint is told; the reason where nothing may be done for it. */
export async function scopeOf(
  registration: ClientRegistration,
  clientId: string,
): Promise<string | undefined> {
  const found = await registration.findClient(clientId);
  return found.ok ? found.value.metadata.scope : found.error.kind;
}
