import { expect, test } from "vitest";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import { PUBLIC } from "../support/managed-registration.js";
import { ISSUER, testKey } from "../json-web-token/token-issuer.js";
import { attackedRegistration, PRESET_NAMES } from "../support/attacked-registration.js";

test.each(PRESET_NAMES)(
  "R7591-13 with %s: a plain list of choices does not replace what a software statement says",
  async (preset) => {
    const key = await testKey();
    const registration = attackedRegistration(preset, {
      softwareStatements: softwareStatements({
        trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
      }),
    });
    const software_statement = await key.sign({
      iss: ISSUER,
      software_id: "bank",
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [{ ...key.jwk }] },
    });
    const { token_endpoint_auth_method: _, ...body } = PUBLIC;
    const alone = await registration.post({ ...body, software_statement });
    const answer = await registration.post({
      ...body,
      software_statement,
      token_endpoint_auth_methods_supported: ["private_key_jwt", "none"],
    });
    // This server has no private_key_jwt: the client is refused, and cannot talk its way down to no authentication.
    expect(alone.status).toBe(400);
    expect([answer.status, answer.body["token_endpoint_auth_method"]]).toEqual([400, undefined]);
  },
);
