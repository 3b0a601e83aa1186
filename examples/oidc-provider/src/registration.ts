import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { requirePkce } from "@oauth-dcr/core/policy";
import type { AuditSink, ClientRegistration, RegistrationStore } from "@oauth-dcr/core";
import { clientIdMetadataDocuments } from "@oauth-dcr/core/client-id-metadata-document";
import type { GuardedFetch } from "@oauth-dcr/core/guarded-fetch";
import type { RegistrationPolicy } from "@oauth-dcr/core/policy";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import type { TokenStorage } from "./token-storage.js";

const DAY = 86_400;

export interface TestRegistrationOptions {
  readonly store: RegistrationStore;
  /** Fetches Client ID Metadata Documents. */
  readonly guardedFetch: GuardedFetch;
  readonly audit: AuditSink;
  readonly clock: () => number;
}

/** oidc-provider knows no client that has no scope: one without is one that has them all. */
const someScope: RegistrationPolicy = {
  name: "some_scope",
  judge: ({ metadata }) =>
    metadata.scope === undefined
      ? { verdict: "refuse", member: "scope", reason: "must name one that this server has" }
      : { verdict: "accept" },
};

/** Who may be a client here. oidc-provider is configured from what this publishes, so that the two agree. */
export function testRegistration(
  issuer: string,
  tokens: TokenStorage,
  { store, guardedFetch, audit, clock }: TestRegistrationOptions,
): ClientRegistration {
  return createClientRegistration({
    ...mcpPreset({
      issuer,
      registration_endpoint: `${issuer}/register`,
      scopes_supported: ["openid", "offline_access"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    }),
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 60 }) }),
    // The first is on record for every client, and oidc-provider then insists on it.
    policies: { every: [requirePkce(), someScope] },
    store,
    audit,
    clock,
    clientIdMetadataDocuments: clientIdMetadataDocuments({ guardedFetch }),
    clientManagement: { revokeTokens: ({ clientId }) => tokens.endAllOf(clientId) },
    // A client lives a week beyond its last use, and as long as it has a refresh token.
    lifecycle: {
      unusedTtlSeconds: DAY,
      idleTtlSeconds: 7 * DAY,
      isClientInUse: ({ clientId }) => tokens.hasRefreshToken(clientId),
    },
  });
}
