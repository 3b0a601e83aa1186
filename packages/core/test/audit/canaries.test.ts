import { describe, expect, test } from "vitest";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import type { MetadataMember } from "../../src/client-metadata/member-table.js";
import { REGISTERED_MEMBERS, RESERVED_MEMBERS } from "../../src/client-metadata/members.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import type { JsonObject, JsonValue } from "../../src/lib/json.js";
import { managedRegistration, updateOf } from "../support/managed-registration.js";
import { companionsOf, goodValue } from "../client-metadata/good-values.js";

/** Neither a word of any specification nor a part of one. */
const CANARY = "canary7f3a";

const HEADERS = [
  "authorization",
  "cookie",
  "dpop",
  "forwarded",
  "origin",
  "proxy-authorization",
  "referer",
  "user-agent",
  "x-api-key",
  "x-forwarded-for",
  "x-request-id",
];

const extensionMembers: readonly MetadataMember[] = [
  { name: "vendor_text", kind: "text", localisable: true },
  { name: "vendor_object", kind: "object" },
];

/** Takes as many members as can be. */
const { authorizationServer } = mcpPreset({
  issuer: "https://as.example",
  scopes_supported: ["read", "write"],
  token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "tls_client_auth"],
  subject_types_supported: ["public", "pairwise"],
});

function registrationOf() {
  const reported: AuditEvent[] = [];
  const made = managedRegistration({
    authorizationServer,
    extensionMembers,
    onError: (_, event) => void reported.push(event),
  });
  const told = () => JSON.stringify([...made.events, ...reported]);
  return { ...made, told };
}

/** The value with a canary in every text in it; a redirect URI's goes into its query, as its path is told. */
function withCanary(value: JsonValue, kind: MetadataMember["kind"]): JsonValue {
  if (typeof value === "string") {
    if (/^https?:/.test(value)) return `${value.replace(/[?#].*/, "")}?key=${CANARY}`;
    return kind === "scope" ? `${value} ${CANARY}` : `${value}${CANARY}`;
  }
  if (Array.isArray(value)) return value.map((item) => withCanary(item as JsonValue, kind));
  if (typeof value !== "object" || value === null) return CANARY;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, inner]) => [name, withCanary(inner ?? "", kind)]),
  );
}

const BODY: JsonObject = { redirect_uris: ["https://app.example/callback"], client_name: "One" };

describe("no event holds what a client sent", () => {
  const members = [...REGISTERED_MEMBERS, ...extensionMembers];

  test.each(members)(
    "in $name, whether it is taken, corrected or refused, at first or later",
    async (member) => {
      const { name, kind } = member;
      const { registration, send, register, told } = registrationOf();
      const planted = withCanary(goodValue(member), kind);
      const values: JsonValue[] = [
        planted,
        [planted],
        { keys: [planted] },
        CANARY,
        [CANARY],
        `\ud800${CANARY}`,
      ];
      const client = await register(BODY);
      let token = client.registration_access_token;
      for (const value of values) {
        const body = { ...BODY, ...companionsOf(name), [name]: value, [`${name}#ja`]: value };
        await registration.registerClient(body);
        const answer = await send("PUT", client.registration_client_uri, token, {
          ...updateOf(client),
          ...body,
        });
        if (answer.status === 200) token = answer.body["registration_access_token"] as string;
      }
      expect(told()).not.toContain(CANARY);
    },
  );

  test.each([...RESERVED_MEMBERS.keys(), "is_admin", "constructor"])(
    "in %s, which is not the client's",
    async (name) => {
      const { registration, register, send, told } = registrationOf();
      const client = await register(BODY);
      for (const value of [CANARY, [CANARY], { [CANARY]: CANARY }]) {
        await registration.registerClient({ ...BODY, [name]: value });
        const body = { ...updateOf(client), [name]: value };
        await send("PUT", client.registration_client_uri, client.registration_access_token, body);
      }
      expect(told()).not.toContain(CANARY);
    },
  );

  test.each(HEADERS)("in the header %s, in the query or in the path", async (header) => {
    const { registration, register, told } = registrationOf();
    const client = await register(BODY);
    const values = [CANARY, `Bearer ${CANARY}`, `Basic ${btoa(`${CANARY}:x`)}`, `for=${CANARY}`];
    for (const uri of [
      "https://as.example/register",
      `https://as.example/register?access_token=${CANARY}&other=${CANARY}`,
      `https://as.example/register/${CANARY}`,
      client.registration_client_uri,
    ]) {
      for (const method of ["POST", "GET", "PUT", "DELETE", "PATCH"]) {
        for (const value of values) {
          const hasBody = method === "POST" || method === "PUT";
          const headers = { "content-type": "application/json", [header]: value };
          const body = hasBody ? JSON.stringify(BODY) : null;
          await registration.fetch(new Request(uri, { method, headers, body }));
        }
      }
    }
    expect(told()).not.toContain(CANARY);
    expect(told()).not.toContain(btoa(CANARY).slice(0, 12));
  });
});

test("no event holds a secret or token that the registration made", async () => {
  const { registration, events, register, send, told } = registrationOf();
  const { token } = await registration.initialAccessTokens.issue({ uses: 2 });
  const body = { ...BODY, token_endpoint_auth_method: "client_secret_basic" };
  const client = await register(body, { authorization: `Bearer ${token}` });
  const { registration_client_uri: uri, registration_access_token: managing } = client;
  await send("GET", uri, managing);
  const updated = await send("PUT", uri, managing, { ...updateOf(client), client_name: "Two" });
  const rotated = await registration.rotateClientSecret(client.client_id);
  await send("DELETE", uri, updated.body["registration_access_token"] as string);
  expect(events.map(({ type }) => type)).toEqual([
    "initial_access_token_issued",
    "client_registered",
    "initial_access_token_spent",
    "client_read",
    "client_updated",
    "client_secret_rotated",
    "client_deleted",
  ]);
  const secrets = [token, client.client_secret, managing, rotated?.clientSecret];
  for (const secret of [...secrets, updated.body["registration_access_token"]]) {
    expect(secret).toMatch(/\S{20}/);
    expect(told()).not.toContain(secret);
  }
});
