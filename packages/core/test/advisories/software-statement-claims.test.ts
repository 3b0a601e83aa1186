import { beforeAll, describe, expect, test } from "vitest";
import { PUBLIC } from "../support/managed-registration.js";
import { ISSUER, NOW } from "../json-web-token/token-issuer.js";
import { PRESET_NAMES } from "../support/attacked-registration.js";
import { redirectTo } from "../support/recording-connection.js";
import {
  CLAIMS,
  registrationTrusting,
  expectRefused,
  KEYS_AT,
  REMOTE,
  statementIssuer,
  type StatementIssuer,
} from "./statement-issuer.js";

let issuer: StatementIssuer;
beforeAll(async () => {
  issuer = await statementIssuer();
});

describe.each(PRESET_NAMES)("claims of software statements with %s", (preset) => {
  test("claims of nobody, of another issuer, of another time or for another server", async () => {
    const claims: Readonly<Record<string, object>> = {
      "R7591-12 no iss": { ...CLAIMS, iss: undefined },
      "another iss": { ...CLAIMS, iss: "https://evil.example" },
      "iss with a slash": { ...CLAIMS, iss: `${ISSUER}/` },
      "iss in capitals": { ...CLAIMS, iss: ISSUER.toUpperCase() },
      "iss as a list": { ...CLAIMS, iss: [ISSUER] },
      "iss of the prototype": { ...CLAIMS, iss: "__proto__" },
      expired: { ...CLAIMS, exp: NOW - 3600 },
      "not yet valid": { ...CLAIMS, nbf: NOW + 3600 },
      "for another server": { ...CLAIMS, aud: "https://other.example" },
      "R7591-14 nested": { ...CLAIMS, software_statement: "e30.e30.e30" },
      "other software": { ...CLAIMS, software_id: "evil" },
      "no software": { ...CLAIMS, software_id: undefined },
    };
    const forged: Record<string, unknown> = {};
    for (const [what, body] of Object.entries(claims)) forged[what] = await issuer.sign(body);
    await expectRefused(preset, issuer, forged);
  });

  test("CVE-2026-32236 (Backstage): keys of an issuer that have moved are not followed", async () => {
    const registration = registrationTrusting(issuer, preset);
    registration.connection.answer = () => redirectTo("https://evil.example/keys", { keys: [issuer.jwk] });
    const answer = await registration.post({
      ...PUBLIC,
      software_statement: await issuer.sign({ ...CLAIMS, iss: REMOTE }),
    });
    expect(answer.status).toBe(503);
    expect(registration.urls()).toEqual([KEYS_AT]);
    expect(registration.written).toEqual([]);
  });

  test("R7591-13: what is sent beside a good one does not displace its claims, in any language", async () => {
    const registration = registrationTrusting(issuer, preset);
    const software_statement = await issuer.sign({
      ...CLAIMS,
      redirect_uris: PUBLIC.redirect_uris,
      jwks: { keys: [issuer.jwk] },
    });
    const attack = {
      software_statement,
      client_name: "Evil",
      "client_name#ja": "Evil",
      "client_name#JA": "Evil",
      software_id: "evil",
      redirect_uris: ["https://evil.example/callback"],
      jwks_uri: "https://evil.example/jwks",
      signed_jwks_uri: "https://evil.example/jwks",
    };
    const victim = await registration.innocent({ ...PUBLIC, software_statement });
    const updated = await registration.put(victim, attack);
    expect(updated.status).toBe(200);
    expect(updated.body["software_statement"]).toBe(software_statement);
    expect(JSON.stringify((await registration.record(victim.client_id)).metadata)).not.toMatch(/evil/i);
    const registered = await registration.post({ ...PUBLIC, ...attack });
    expect(registered.status).toBe(201);
    expect(JSON.stringify(registration.written.at(-1)?.metadata)).not.toMatch(/evil/i);
  });
});
