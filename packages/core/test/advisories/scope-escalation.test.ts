import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { forbidDisplayUris } from "../../src/policy/forbid-display-uris.js";
import { limitScopes } from "../../src/policy/limit-scopes.js";
import { sameHostDisplayUris } from "../../src/policy/same-host-display-uris.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import { PUBLIC } from "../support/managed-registration.js";
import { ISSUER, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import {
  attackedRegistration,
  PRESET_NAMES,
  scopesOf,
  type Attempt,
} from "../support/attacked-registration.js";

let key: TestKey;
beforeAll(async () => {
  key = await testKey();
});

const TITLE = "CVE-2026-61466 (Apache CXF), CVE-2026-22752 (Spring Authorization Server): scope escalation";

/** Ways to ask for `admin` beside `read`. */
const ATTACKS: readonly object[] = [
  { scope: "admin" },
  { scope: "read admin" },
  { scope: " admin  read " },
  { scope: "admin admin read admin" },
  { scope: "read\tadmin" },
  { scope: "read\nadmin" },
  { scope: "read\u00a0admin" },
  { scope: "read\u2003admin" },
  { scope: "read\u0000admin" },
  { scope: "read,admin" },
  { scope: "read+admin" },
  { scope: "read%20admin" },
  { scope: "read;admin" },
  { scope: 'read" "admin' },
  { scope: "ADMIN" },
  { scope: "admin*" },
  { scope: "*" },
  { scope: ".*" },
  { scope: "" },
  { scope: "   " },
  { scope: "\t" },
  { scope: null },
  { scope: [] },
  { scope: ["read", "admin"] },
  { scope: [["admin"]] },
  { scope: { admin: true } },
  { scope: true },
  { scope: "read", scopes: ["admin"] },
  { scope: "read", Scope: "admin" },
  { scope: "read", "scope#en": "admin" },
  { scope: "read", scopes_supported: ["admin"], defaultScopes: ["admin"] },
  { scope: "read", allowed_scopes: "admin", default_scope: "admin" },
];

function expectNothingBeyond(
  ceiling: readonly string[],
  { by, answer, record }: Attempt,
  what: unknown,
): void {
  expect(answer.status, `${by} ${JSON.stringify(what)}`).toBeLessThan(500);
  expect(ceiling, `${by} ${JSON.stringify(what)}`).toEqual(expect.arrayContaining([...scopesOf(record)]));
  if (record) expect(answer.body["scope"]).toBe(record.metadata.scope);
}

describe.each(PRESET_NAMES)(`${TITLE} with %s`, (preset) => {
  const server = {
    issuer: "https://as.example",
    scopes_supported: ["read", "write"],
    token_endpoint_auth_methods_supported: ["none"],
  };
  const toReaders = () => ({
    every: [limitScopes({ open: ["read"], initialAccessToken: ["read"], softwareStatement: ["read"] })],
  });

  test("nobody gets what the server does not publish", async () => {
    for (const unsupportedMetadata of ["narrow", "refuse"] as const) {
      const registration = attackedRegistration(preset, {
        authorizationServer: { ...server, scopes_supported: ["read"] },
        defaultScopes: ["read"],
        unsupportedMetadata,
      });
      for (const attack of ATTACKS) {
        for (const attempt of await registration.attempts(attack)) {
          expectNothingBeyond(["read"], attempt, attack);
        }
      }
    }
  });

  test("nothing but the space separates scopes", async () => {
    const registration = attackedRegistration(preset);
    for (const gap of ["\t", "\n", "\r", "\v", "\f", "\u0000", "\u00a0", "\u2003", "\u3000", "\ufeff"]) {
      const attempts = await registration.attempts({ scope: `read${gap}admin` });
      expect(attempts.map(({ answer, record }) => [answer.status, record])).toEqual([
        [400, undefined],
        [400, undefined],
      ]);
    }
  });

  test("an initial access token with scopes is the ceiling, at registration and ever after", async () => {
    const registration = attackedRegistration(preset);
    for (const attack of ATTACKS) {
      for (const attempt of await registration.attempts(attack, { scopes: ["read"] })) {
        expectNothingBeyond(["read"], attempt, attack);
      }
    }
  });

  test("it stays the ceiling when the token is spent and revoked", async () => {
    const registration = attackedRegistration(preset);
    const { token, record } = await registration.registration.initialAccessTokens.issue({ scopes: ["read"] });
    const client = await registration.register(PUBLIC, { authorization: `Bearer ${token}` });
    expect(client["scope"]).toBe("read");
    await registration.registration.initialAccessTokens.revoke(record.id);
    expect((await registration.put(client, { scope: "read write admin" })).body["scope"]).toBe("read");
  });

  test("a policy's ceiling holds for what is asked for and for the default", async () => {
    const registration = attackedRegistration(preset, { policies: toReaders() });
    for (const attack of ATTACKS) {
      for (const attempt of await registration.attempts(attack))
        expectNothingBeyond(["read"], attempt, attack);
    }
    expect((await registration.innocent(PUBLIC))["scope"]).toBe("read");
  });

  test("a software statement of a trusted issuer lifts neither ceiling", async () => {
    const statement = await key.sign({ iss: ISSUER, scope: "root read write admin" });
    const softwareStatement = softwareStatements({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
    });
    const options = { softwareStatements: softwareStatement };
    const attack = { scope: "admin", software_statement: statement };
    const limited = attackedRegistration(preset, { ...options, policies: toReaders() });
    const constrained = attackedRegistration(preset, options);
    const attempts = [
      ...(await limited.attempts(attack)),
      ...(await constrained.attempts(attack, { scopes: ["read"] })),
    ];
    for (const attempt of attempts) {
      expect(scopesOf(attempt.record), attempt.by).toEqual(["read"]);
      expect(attempt.answer.body["scope"]).toBe("read");
    }
  });

  test("a scope that was dropped whole does not come back by default where a policy changes something else", async () => {
    for (const policy of [forbidDisplayUris(), sameHostDisplayUris()]) {
      const registration = attackedRegistration(preset, { policies: { every: [policy] } });
      const attack = { scope: "root", client_uri: "https://elsewhere.example/" };
      for (const { answer, record } of await registration.attempts(attack)) {
        expect(answer.status, answer.text).toBeLessThan(300);
        expect(record?.metadata).not.toHaveProperty("client_uri");
        expect(scopesOf(record)).toEqual([]);
      }
    }
  });

  test("whatever the text, no token beyond the ceiling is registered", async () => {
    const registration = attackedRegistration(preset, { policies: toReaders() });
    const token = fc.constantFrom("read", "write", "admin", "root", "__proto__", "");
    const gap = fc.constantFrom(" ", "  ", "\t", "\n", "\u00a0", "\u3000", ",", "");
    const scope = fc.array(fc.tuple(gap, token)).map((parts) => parts.flat().join(""));
    await fc.assert(
      fc.asyncProperty(scope, async (text) => {
        for (const attempt of await registration.attempts({ scope: text })) {
          expectNothingBeyond(["read"], attempt, text);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("grant types have the same ceilings: none beyond the server's, none beyond the token's", async () => {
    const registration = attackedRegistration(preset, {
      authorizationServer: {
        ...server,
        token_endpoint_auth_methods_supported: ["none", "client_secret_basic"],
        grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
      },
      defaultScopes: [],
    });
    const grant_types = ["authorization_code", "refresh_token", "client_credentials", "password"];
    const attack = { grant_types, token_endpoint_auth_method: "client_secret_basic" };
    for (const { answer, record } of await registration.attempts(attack, {
      grantTypes: ["authorization_code"],
    })) {
      expect(answer.body["grant_types"]).toEqual(["authorization_code"]);
      expect(record?.metadata.grant_types).toEqual(["authorization_code"]);
    }
  });
});
