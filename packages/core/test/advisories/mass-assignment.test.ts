import { beforeAll, describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../src/lib/json.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { requireConsent } from "../../src/policy/require-consent.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import { PUBLIC } from "../support/managed-registration.js";
import { ISSUER, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import { attackedRegistration, PRESET_NAMES, type PresetName } from "../support/attacked-registration.js";

let key: TestKey;
beforeAll(async () => {
  key = await testKey();
});

const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/** Fields of the record, options of the server, and what other products keep on a client. */
const PRIVILEGED: Readonly<Record<string, JsonValue>> = {
  clientId: "chosen",
  clientIdIssuedAt: 1,
  version: 99,
  status: "active",
  requirements: {},
  clientSecretHash: HASH,
  client_secret_hash: HASH,
  clientSecretExpiresAt: 0,
  clientSecret: "chosen",
  previousClientSecret: { hash: HASH, expiresAt: 9_999_999_999 },
  registrationAccessTokenHash: HASH,
  registrationAccessToken: "chosen",
  origin: { source: "initial_access_token", owner: "admin", policies: [] },
  source: "software_statement",
  owner: "admin",
  initialAccessTokenId: "chosen",
  constraints: { scopes: ["admin"] },
  policies: [],
  policyNames: [],
  softwareStatement: "e30.e30.e30",
  softwareStatementIssuer: ISSUER,
  requiresSoftwareStatement: false,
  verifiedMembers: ["client_name"],
  metadata: { scope: "admin" },
  access: "open",
  store: {},
  audit: null,
  clock: 0,
  randomBytes: 0,
  onError: "none",
  defaultScopes: ["admin"],
  unsupportedMetadata: "narrow",
  wrongApplicationType: "correct",
  redirectUris: ["https://evil.example/"],
  extensionMembers: [{ name: "admin", kind: "boolean" }],
  maxBodyBytes: 1e9,
  corsOrigins: "*",
  authorizationServer: { issuer: "https://evil.example" },
  clientManagement: {},
  clientSecretTtlSeconds: 0,
  clientSecretGraceSeconds: 1e9,
  scopes_supported: ["admin"],
  registration_endpoint: "https://evil.example/",
  consent: false,
  require_consent: false,
  skip_consent: true,
  skipConsent: true,
  first_party: true,
  trusted: true,
  pkce: false,
  require_pkce: false,
  confidential: true,
  enabled: true,
  admin: true,
  is_admin: true,
  role: "admin",
  roles: ["admin"],
  user_id: 1,
  tenant: "another",
  access_token_ttl: 1e9,
  authorized_scopes: ["admin"],
  REDIRECT_URIS: ["https://evil.example/"],
  "redirect_uris#en": ["https://evil.example/"],
  "scope#en": "admin",
  " scope": "admin",
  "scope ": "admin",
  "metadata.scope": "admin",
  "metadata[scope]": "admin",
  $set: { status: "active" },
  ["__proto__"]: { status: "active", scope: "admin", polluted: true },
  constructor: { prototype: { polluted: true } },
  prototype: { polluted: true },
  toString: "x",
  toJSON: "x",
  hasOwnProperty: true,
  valueOf: 1,
  then: "x",
  length: 0,
};

/** What RFC 7592 section 2.2 forbids in an update, or wants to be the client's own; at registration it is ignored. */
const SERVER_ASSIGNED: Readonly<Record<string, JsonValue>> = {
  client_id: "chosen",
  client_secret: "chosen by the client",
  client_id_issued_at: 1,
  client_secret_expires_at: 9_999_999_999,
  registration_access_token: "odcr_rat_chosen",
  registration_client_uri: "https://evil.example/register/chosen",
};

/** Two registrations of the same random numbers differ in nothing but what was sent to them. */
function predictableRegistration(preset: PresetName) {
  let next = 0;
  return attackedRegistration(preset, {
    randomBytes: (bytes) => bytes.fill(++next),
    policies: { every: [requireConsent()] },
    softwareStatements: softwareStatements({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
    }),
  });
}

const outcomes = (preset: PresetName, attack: JsonObject) => predictableRegistration(preset).attempts(attack);
const only = (name: string, members: Readonly<Record<string, JsonValue>>): JsonObject =>
  Object.fromEntries([[name, members[name] ?? null]]);

describe.each(PRESET_NAMES)(
  "EEF-CVE-2026-65635 (Boruta), CVE-2021-27582 (MITREid): mass assignment with %s",
  (preset) => {
    test("no privileged name leaves a trace on record or answer, alone or with all others", async () => {
      const innocent = await outcomes(preset, {});
      expect(innocent.map(({ record }) => record?.requirements)).toEqual([
        { pkce: true, consent: true },
        { pkce: true, consent: true },
      ]);
      for (const attack of [PRIVILEGED, ...Object.keys(PRIVILEGED).map((name) => only(name, PRIVILEGED))]) {
        const attacked = await outcomes(preset, attack);
        for (const [i, { record, answer }] of attacked.entries()) {
          expect(record, Object.keys(attack).join()).toStrictEqual(innocent[i]?.record);
          expect(answer.text).toBe(innocent[i]?.answer.text);
          expect(answer.status).toBe(innocent[i]?.answer.status);
        }
      }
      expect(Reflect.get({}, "polluted")).toBeUndefined();
    });

    test("what the server assigns is ignored at registration, and refused by an update that then changes nothing", async () => {
      const innocent = await outcomes(preset, {});
      for (const name of Object.keys(SERVER_ASSIGNED)) {
        const [registered, updated] = await outcomes(preset, only(name, SERVER_ASSIGNED));
        expect(registered?.record, name).toStrictEqual(innocent[0]?.record);
        expect(registered?.answer.text).toBe(innocent[0]?.answer.text);
        expect([updated?.answer.status, updated?.answer.body["error"]]).toEqual([
          400,
          "invalid_client_metadata",
        ]);
        expect(updated?.record).toBeUndefined();
      }
    });

    test("neither does a trusted software statement assign any of them", async () => {
      const bare = await key.sign({ iss: ISSUER });
      // A tagged claim speaks for its member in every language, and displaces what was sent: that is another test's.
      const claims = Object.entries(PRIVILEGED).filter(([name]) => !name.includes("#"));
      const loaded = await key.sign({ iss: ISSUER, ...Object.fromEntries(claims), ...SERVER_ASSIGNED });
      const innocent = await outcomes(preset, { software_statement: bare });
      const attacked = await outcomes(preset, { software_statement: loaded });
      expect(attacked.map(({ answer }) => answer.status)).toEqual([201, 200]);
      for (const [i, { record }] of attacked.entries()) {
        expect(record).toStrictEqual({ ...innocent[i]?.record, softwareStatement: loaded });
      }
    });

    test("a client that a policy holds cannot activate itself", async () => {
      const registration = attackedRegistration(preset, { policies: { every: [holdForApproval()] } });
      const held = await registration.innocent({ ...PUBLIC, ...PRIVILEGED, ...SERVER_ASSIGNED });
      expect((await registration.record(held.client_id)).status).toBe("awaiting_approval");
      for (const change of [{}, { status: "active" }, PRIVILEGED]) {
        const answer = await registration.put(held, change);
        expect(answer.status).toBe(200);
        Object.assign(held, answer.body);
      }
      expect((await registration.record(held.client_id)).status).toBe("awaiting_approval");
      const parameters = new URLSearchParams({ client_id: held.client_id });
      expect((await registration.registration.authenticateClient({ parameters })).ok).toBe(false);
    });
  },
);
