import { expect, test } from "vitest";
import { attackedRegistration, PRESET_NAMES, SERVER } from "../support/attacked-registration.js";

test.each(PRESET_NAMES)(
  "CVE-2026-61466 (Apache CXF) with %s: no authorization_details type beyond those that the server publishes",
  async (preset) => {
    const authorizationServer = {
      ...SERVER,
      token_endpoint_auth_methods_supported: ["none"],
      authorization_details_types_supported: ["account_information"],
    };
    const registration = attackedRegistration(preset, { authorizationServer });
    const attack = {
      authorization_details_types: ["account_information", "payment_initiation"],
    };
    for (const { answer, record } of await registration.attempts(attack)) {
      if (answer.status < 300)
        expect(record?.metadata["authorization_details_types"]).toEqual(["account_information"]);
    }
  },
);
