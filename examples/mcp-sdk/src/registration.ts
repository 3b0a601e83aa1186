import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import type { AuditSink, ClientRegistration } from "@oauth-dcr/core";
import { clientIdMetadataDocuments } from "@oauth-dcr/core/client-id-metadata-document";
import type { StoreWithConsents } from "@oauth-dcr/core/consent";
import type { GuardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import type { Grants } from "./grants.js";

const DAY = 86_400;

export interface TestRegistrationOptions {
  readonly store: StoreWithConsents;
  /** Fetches Client ID Metadata Documents. */
  readonly guardedFetch: GuardedFetch;
  readonly audit: AuditSink;
  readonly clock: () => number;
}

/** What the MCP server asks for. */
export const REQUIRED_SCOPES = ["tools:execute"];
export const SCOPES = [...REQUIRED_SCOPES, "tools:manage"];

/** Who may be a client here, and what of the server is published: the only discovery document that there is. */
export function testRegistration(
  issuer: string,
  grants: Grants,
  { store, guardedFetch, audit, clock }: TestRegistrationOptions,
): ClientRegistration {
  const at = (path: string) => new URL(path, issuer).href;
  return createClientRegistration({
    ...mcpPreset({
      issuer,
      authorization_endpoint: at("/authorize"),
      token_endpoint: at("/token"),
      registration_endpoint: at("/register"),
      revocation_endpoint: at("/revoke"),
      scopes_supported: SCOPES,
    }),
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 60 }) }),
    store,
    audit,
    clock,
    clientIdMetadataDocuments: clientIdMetadataDocuments({ guardedFetch }),
    clientManagement: { revokeTokens: ({ clientId }) => grants.endAllOf(clientId) },
    // A client lives a week beyond its last use, and as long as it has a refresh token.
    lifecycle: {
      unusedTtlSeconds: DAY,
      idleTtlSeconds: 7 * DAY,
      isClientInUse: ({ clientId }) => grants.hasAny(clientId),
    },
  });
}
