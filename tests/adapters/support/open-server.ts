import {
  createClientRegistration,
  mcpPreset,
  openRegistration,
  type AuditSink,
  type ClientRegistration,
} from "@oauth-dcr/core";
import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";

export const SCOPES = ["files:read", "files:write"];

/** How many registrations an address has where a test is about the rate limit. */
export const LIMIT = 3;

export interface TestRegistrationOptions {
  readonly issuer?: string;
  readonly registrationEndpoint?: string;
  readonly limit?: number;
  readonly audit?: AuditSink;
}

/** A registration server as the contract wants it. Imported by the worker and by the Next.js application too. */
export function openServer(options: TestRegistrationOptions = {}): ClientRegistration {
  const {
    issuer = "https://as.example",
    registrationEndpoint,
    limit = 100_000,
    audit = () => undefined,
  } = options;
  return createClientRegistration({
    ...mcpPreset({
      issuer,
      ...(registrationEndpoint && { registration_endpoint: registrationEndpoint }),
      scopes_supported: SCOPES,
    }),
    // Its tests register more, and send larger bodies, than a stranger may.
    quotas: {},
    maxBodyBytes: 65_536,
    // Nobody can manage a client that several registrations share.
    idempotentRegistration: false,
    access: openRegistration({
      rateLimiter: memoryRateLimiter({ limit, windowSeconds: 3600 }),
      acceptInitialAccessTokens: true,
    }),
    clientManagement: { revokeTokens: () => undefined },
    store: memoryStore(),
    audit,
  });
}
