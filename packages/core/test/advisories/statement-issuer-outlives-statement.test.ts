import { expect, test } from "vitest";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import { PUBLIC } from "../support/managed-registration.js";
import { ISSUER, testKey } from "../json-web-token/token-issuer.js";
import { attackedRegistration } from "../support/attacked-registration.js";

test("R7591-30: an update without the software statement leaves nobody on record who vouched for the software", async () => {
  const key = await testKey();
  const registration = attackedRegistration("tokenGatedPreset", {
    softwareStatements: softwareStatements({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
    }),
  });
  const software_statement = await key.sign({
    iss: ISSUER,
    software_id: "bank",
    client_name: "Bank",
  });
  const client = await registration.innocent({ ...PUBLIC, software_statement });
  expect((await registration.record(client.client_id)).origin.softwareStatementIssuer).toBe(ISSUER);

  const answer = await registration.put(client, {
    software_statement: undefined,
    client_name: "Evil",
  });
  const record = await registration.record(client.client_id);
  // Either refused, or no longer vouched for.
  if (answer.status === 200) expect(record.origin).not.toHaveProperty("softwareStatementIssuer");
  else expect(record.metadata.client_name).toBe("Bank");
});
