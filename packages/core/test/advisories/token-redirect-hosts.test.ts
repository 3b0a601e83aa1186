import { describe, expect, test } from "vitest";
import { attackedRegistration, PRESET_NAMES } from "../support/attacked-registration.js";

const GOOD = {
  redirect_uris: ["https://trusted.example/callback"],
  token_endpoint_auth_method: "none",
};
const constraints = { redirectHosts: ["trusted.example"] };

describe.each(PRESET_NAMES)(
  "GHSA-46c8-635v-68r2 (Keycloak) with %s: the hosts of an initial access token",
  (preset) => {
    test("do not admit a private-use scheme that writes the trusted name where https has its host", async () => {
      const registration = attackedRegistration(preset);
      const victim = await registration.innocent(GOOD, constraints);
      for (const uri of [
        "com.evil.app://trusted.example/cb",
        ...(preset === "mcpPreset" ? ["vscode://trusted.example/cb"] : []),
      ]) {
        expect((await registration.post({ ...GOOD, redirect_uris: [uri] }, constraints)).status, uri).toBe(
          400,
        );
        expect((await registration.put(victim, { redirect_uris: [uri] })).status, uri).toBe(400);
      }
    });

    test("hold for every address that a browser is redirected to", async () => {
      const registration = attackedRegistration(preset);
      const victim = await registration.innocent(GOOD, constraints);
      for (const member of ["post_logout_redirect_uris", "claims_redirect_uris"]) {
        const attack = { [member]: ["https://evil.example/"] };
        expect((await registration.post({ ...GOOD, ...attack }, constraints)).status, member).toBe(400);
        expect((await registration.put(victim, attack)).status, member).toBe(400);
      }
    });
  },
);
