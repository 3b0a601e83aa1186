import { openRegistration } from "../../src/access/open-registration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration, type ClientRegistration } from "../../src/client-registration.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import {
  issuerFromPath,
  manyIssuers,
  type IssuerState,
  type ManyIssuers,
  type ManyIssuersOptions,
} from "../../src/many-issuers/index.js";
import type { JsonObject } from "../../src/lib/json.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { START } from "../support/managed-registration.js";

export const BASE = "https://as.example";
export const A = `${BASE}/a`;
export const B = `${BASE}/b`;

export interface Tenants {
  readonly issuers: ManyIssuers;
  readonly time: { now: number };
  /** The issuers whose registration was built, in order. */
  readonly built: string[];
  readonly errors: (readonly [error: unknown, issuer: string | undefined])[];
  readonly eventsOf: (issuer: string) => AuditEvent[];
  readonly send: (method: string, url: string, body?: unknown, token?: string) => Promise<Answer>;
  /** Registers a client of its own at an issuer. */
  readonly register: (issuer: string, name?: string, token?: string) => Promise<Answer>;
  readonly of: (issuer: string) => Promise<ClientRegistration>;
}

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** A server in which every path is a tenant with stores and limits in memory, unless a test says otherwise. */
export function tenants(
  options: Partial<ManyIssuersOptions> = {},
  own: (issuer: string, state: IssuerState) => Partial<ClientRegistrationOptions> = () => ({}),
): Tenants {
  const time = { now: START };
  const built: string[] = [];
  const errors: (readonly [unknown, string | undefined])[] = [];
  const events = new Map<string, AuditEvent[]>();
  const eventsOf = (issuer: string): AuditEvent[] => {
    const list = events.get(issuer) ?? [];
    events.set(issuer, list);
    return list;
  };
  const clock = () => time.now;
  const issuers = manyIssuers({
    issuerOf: issuerFromPath(BASE),
    registrationFor: (issuer, state) => {
      built.push(issuer);
      const rateLimiter = state.keep("limit", () =>
        memoryRateLimiter({ limit: 20, windowSeconds: 3600, maxKeys: 100, clock }),
      );
      return createClientRegistration({
        ...mcpPreset({ issuer, scopes_supported: ["read"] }),
        access: openRegistration({ rateLimiter, acceptInitialAccessTokens: true }),
        store: state.keep("store", memoryStore),
        clientManagement: { revokeTokens: () => undefined },
        audit: (event) => void eventsOf(issuer).push(event),
        onError: () => undefined,
        clock,
        ...own(issuer, state),
      });
    },
    onError: (...told) => void errors.push(told),
    ...options,
  });
  const send: Tenants["send"] = async (method, url, body, token) => {
    const response = await issuers.fetch(
      new Request(url, {
        method,
        body: body === undefined ? null : JSON.stringify(body),
        headers: {
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
      }),
      { clientAddress: "192.0.2.1" },
    );
    const text = await response.text();
    return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as JsonObject };
  };
  return {
    issuers,
    time,
    built,
    errors,
    eventsOf,
    send,
    register: (issuer, client_name = "One", token) =>
      send("POST", `${issuer}/register`, { redirect_uris: ["https://app.example/cb"], client_name }, token),
    async of(issuer) {
      const registration = await issuers.registrationOf(issuer);
      if (!registration) throw new Error(`there is no ${issuer}`);
      return registration;
    },
  };
}
