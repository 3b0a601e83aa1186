import {
  createClientRegistration,
  mcpPreset,
  openRegistration,
  type AuditEvent,
  type ClientRegistration,
  type ClientRegistrationOptions,
  type JsonObject,
  type RegistrationStore,
  type RequestContext,
} from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";

export const ISSUER = "https://as.example";

export interface TestRegistration {
  readonly registration: ClientRegistration;
  readonly store: RegistrationStore;
  readonly events: readonly AuditEvent[];
  /** Sends a registration through `fetch`. */
  readonly post: (
    body: object,
    headers?: Record<string, string>,
    context?: RequestContext,
  ) => Promise<{ readonly status: number; readonly answer: JsonObject }>;
}

/** A server of `mcpPreset` that admits anybody, and knows every method of authentication. */
export function registrationWith(options: Partial<ClientRegistrationOptions> = {}): TestRegistration {
  const store = memoryStore();
  const events: AuditEvent[] = [];
  const registration = createClientRegistration({
    ...mcpPreset({
      issuer: ISSUER,
      token_endpoint_auth_methods_supported: [
        "none",
        "client_secret_basic",
        "client_secret_post",
        ...(options.clientAssertions ? ["private_key_jwt"] : []),
      ],
      ...(options.clientAssertions && {
        token_endpoint_auth_signing_alg_values_supported: ["ES256", "PS256", "RS256", "Ed25519"],
      }),
    }),
    quotas: {},
    access: openRegistration({ dangerouslyUnlimited: true }),
    clientManagement: { revokeTokens: () => undefined },
    store,
    audit: (event) => void events.push(event),
    ...options,
  });
  return {
    registration,
    store,
    events,
    async post(body, headers = {}, context = {}) {
      const request = new Request(`${ISSUER}/register`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      const response = await registration.fetch(request, context);
      return { status: response.status, answer: (await response.json()) as JsonObject };
    },
  };
}

export function text(value: unknown): string {
  if (typeof value !== "string") throw new Error(`${JSON.stringify(value)} is no text`);
  return value;
}

export function hex(bytes: ArrayBuffer | Uint8Array): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const REDIRECT = { redirect_uris: ["https://app.example/callback"] } as const;
