import { expect } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration } from "../../src/client-registration.js";
import { goodValue } from "../client-metadata/good-values.js";
import { REGISTERED_MEMBERS } from "../../src/client-metadata/members.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { ok } from "../../src/lib/result.js";
import type { JsonValue } from "../../src/lib/json.js";

export const ENDPOINT = "https://as.example/register";
export const SCOPES = ["read", "write", "profile"];
export const MAX_BODY_BYTES = 65_536;

/** A server that anybody may use without limit, and what it told its operator. */
export function fuzzedRegistration(options: Partial<ClientRegistrationOptions> = {}) {
  const events: AuditEvent[] = [];
  const errors: unknown[] = [];
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example", scopes_supported: SCOPES }),
    quotas: {},
    access: openRegistration({ dangerouslyUnlimited: true }),
    store: memoryStore(),
    audit: (event) => {
      events.push(event);
    },
    onError: (error) => {
      errors.push(error);
    },
    maxBodyBytes: MAX_BODY_BYTES,
    guardedFetch: () =>
      Promise.resolve(ok({ text: JSON.stringify(FULL_BODY["redirect_uris"]), headers: new Headers() })),
    ...options,
  });
  return { registration, events, errors };
}

/** A body with a good value for every member of the table that may stand beside the others. */
export const FULL_BODY: Readonly<Record<string, JsonValue>> = Object.fromEntries(
  REGISTERED_MEMBERS.filter(({ name }) => name !== "jwks_uri").map((member) => [
    member.name,
    goodValue(member),
  ]),
);

export function postJson(body: string | Uint8Array<ArrayBuffer>): Request {
  return new Request(ENDPOINT, { method: "POST", headers: { "content-type": "application/json" }, body });
}

export type JsonAnswer = Readonly<Record<string, unknown>>;

/** What must hold for each answer of the registration endpoint, whatever was sent. */
export async function expectSafeAnswer(response: Response): Promise<JsonAnswer> {
  expect(response.status).toBeLessThan(500);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  const answer = (await response.json()) as JsonAnswer;
  expect(response.ok).toBe(response.status === 201);
  if (response.ok) return answer;

  expect(Object.keys(answer).every((name) => name === "error" || name === "error_description")).toBe(true);
  expect(answer["error"]).toMatch(/^[a-z_]+$/);
  const description = answer["error_description"];
  if (description !== undefined) {
    // RFC 6749 section 5.2: printable ASCII without quotes and backslashes.
    expect(description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]{1,499}$/);
  }
  return answer;
}
