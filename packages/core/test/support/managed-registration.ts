import { openRegistration } from "../../src/access/open-registration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import type { ClientManagementOptions } from "../../src/client-configuration-endpoint/client-management.js";
import { createClientRegistration, type ClientRegistration } from "../../src/client-registration.js";
import type { MisuseError } from "../../src/lib/misuse.js";
import type { JsonObject } from "../../src/lib/json.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { RegistrationStore } from "../../src/store/registration-store.js";

export const REGISTER = "https://as.example/register";
export const CALLBACK = "https://app.example/callback";
export const START = Date.UTC(2026, 10, 5);

export const PUBLIC = {
  redirect_uris: ["https://app.example/callback"],
  token_endpoint_auth_method: "none",
  client_name: "One",
};
export const CONFIDENTIAL = { ...PUBLIC, token_endpoint_auth_method: "client_secret_basic" };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: JsonObject;
}

/** What a client knows of itself. */
export interface Registered {
  readonly client_id: string;
  readonly registration_access_token: string;
  readonly registration_client_uri: string;
  readonly client_secret?: string;
}

export interface ManagedRegistration {
  readonly registration: ClientRegistration;
  readonly store: RegistrationStore;
  readonly events: AuditEvent[];
  readonly time: { now: number };
  readonly register: (
    body?: object,
    headers?: Record<string, string>,
    uri?: string,
  ) => Promise<Registered & JsonObject>;
  readonly send: (method: string, uri: string, token?: string, body?: unknown) => Promise<Answer>;
  /** Sends a body to the registration endpoint, also one that will be refused. */
  readonly post: (body: unknown, token?: string) => Promise<Answer>;
}

export function managedRegistration({
  management = {},
  ...options
}: Partial<ClientRegistrationOptions> & {
  management?: Partial<ClientManagementOptions>;
} = {}): ManagedRegistration {
  const events: AuditEvent[] = [];
  const time = { now: START };
  const store = options.store ?? memoryStore();
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["read", "write"] }),
    // The limits of presets have tests of their own.
    lifecycle: {},
    quotas: {},
    maxBodyBytes: 65_536,
    // Nobody can manage a client that several registrations share.
    idempotentRegistration: false,
    access: openRegistration({ dangerouslyUnlimited: true, acceptInitialAccessTokens: true }),
    clientManagement: { revokeTokens: () => undefined, ...management },
    audit: (event) => void events.push(event),
    clock: () => time.now,
    onError: () => undefined,
    ...options,
    store,
  });

  async function request(
    method: string,
    uri: string,
    headers: Record<string, string>,
    body: unknown,
  ): Promise<Answer> {
    const response = await registration.fetch(
      new Request(uri, {
        method,
        headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
        body: body === undefined ? null : JSON.stringify(body),
      }),
    );
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === "" ? {} : (JSON.parse(text) as JsonObject),
    };
  }

  const send: ManagedRegistration["send"] = (method, uri, token, body) =>
    request(method, uri, token === undefined ? {} : { authorization: `Bearer ${token}` }, body);

  return {
    registration,
    store,
    events,
    time,
    send,
    post: (body, token) => send("POST", REGISTER, token, body),
    async register(body = PUBLIC, headers = {}, uri = REGISTER) {
      const answer = await request("POST", uri, headers, body);
      if (answer.status !== 201) throw new Error(answer.text);
      return answer.body as Registered & JsonObject;
    },
  };
}

/** What may be sent back of an answer: all but the four members that RFC 7592 section 2.2 forbids. */
export function updateOf(answer: JsonObject): JsonObject {
  const {
    registration_access_token: _1,
    registration_client_uri: _2,
    client_secret_expires_at: _3,
    client_id_issued_at: _4,
    ...update
  } = answer;
  return update;
}

/** A member of an answer that has to be a text. */
export function textOf(answer: JsonObject, member: string): string {
  const value = answer[member];
  if (typeof value !== "string") throw new Error(`${member} is no text`);
  return value;
}

/** The code of the misuse that `make` is; `undefined` where it is none. */
export function misuseOf(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    return (error as Partial<MisuseError>).code ?? String(error);
  }
}
