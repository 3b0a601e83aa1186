import { beforeAll, describe, expect, test } from "vitest";
import { requireConsent } from "../../src/policy/require-consent.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import { CONFIDENTIAL, PUBLIC } from "../support/managed-registration.js";
import { ISSUER, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import { attackedRegistration, PRESET_NAMES, type Victim } from "../support/attacked-registration.js";

let key: TestKey;
beforeAll(async () => {
  key = await testKey();
});

const UNASKED = {
  consent: false,
  require_consent: false,
  skip_consent: true,
  skipConsent: true,
  consent_required: "never",
  requirements: { consent: false },
  prompt: "none",
  default_prompt: "none",
  trusted: true,
  first_party: true,
  policies: [],
  origin: { source: "initial_access_token", policies: [] },
  consented_at: 1,
};

describe.each(PRESET_NAMES)(
  "CVE-2026-101062 (Obot), CVE-2026-54618 (Obsidian Web MCP): consent with %s",
  (preset) => {
    const sources = { open: [requireConsent()], initialAccessToken: [requireConsent()] };

    test("8252-5: stays required from the registration through every update", async () => {
      const registration = attackedRegistration(preset, {
        policies: sources,
        softwareStatements: softwareStatements({
          trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
        }),
      });
      let client = await registration.innocent({ ...PUBLIC, ...UNASKED });
      const isRequired = async () => (await registration.record(client.client_id)).requirements.consent;
      expect(await isRequired()).toBe(true);
      // The record knows by which policies it was admitted, however its origin changes: here to that of a statement.
      const software_statement = await key.sign({ iss: ISSUER, ...UNASKED, client_name: "Verified" });
      for (const change of [
        {},
        UNASKED,
        { token_endpoint_auth_method: "client_secret_basic" },
        { token_endpoint_auth_method: "none", ...UNASKED },
        { client_name: "Another", redirect_uris: ["https://another.example/callback"] },
        { grant_types: ["authorization_code", "refresh_token"] },
        { software_statement },
        { software_statement, ...UNASKED },
      ]) {
        const answer = await registration.put(client, { client_secret: undefined, ...change });
        expect(answer.status, answer.text).toBe(200);
        client = answer.body as Victim;
        expect(await isRequired(), JSON.stringify(change)).toBe(true);
      }
    });

    test("is required of a client that a token binds to the policy by name", async () => {
      const registration = attackedRegistration(preset, { policies: { named: [requireConsent()] } });
      const client = await registration.innocent(CONFIDENTIAL, { policies: ["require_consent"] });
      for (const change of [{}, UNASKED]) {
        const answer = await registration.put(client, change);
        Object.assign(client, answer.body);
        expect((await registration.record(client.client_id)).requirements).toEqual({ consent: true });
      }
    });

    test("does not come from one client to another, and is no member that a client could read or send", async () => {
      const registration = attackedRegistration(preset, { policies: sources });
      const one = await registration.innocent({ ...PUBLIC, ...UNASKED });
      const other = await registration.innocent({ ...PUBLIC, ...UNASKED });
      expect(one.client_id).not.toBe(other.client_id);
      for (const { client_id } of [one, other]) {
        expect((await registration.record(client_id)).requirements.consent).toBe(true);
      }
      expect(Object.keys(one).filter((name) => name in UNASKED)).toEqual([]);
    });
  },
);
