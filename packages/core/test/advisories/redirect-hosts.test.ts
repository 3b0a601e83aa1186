import { describe, expect, test } from "vitest";
import { allowRedirectHosts } from "../../src/policy/allow-redirect-hosts.js";
import { attackedRegistration, PRESET_NAMES } from "../support/attacked-registration.js";

const LOOSE = [
  "https://eviltrusted.example/cb",
  "https://evil-trusted.example/cb",
  "https://trusted.example.evil.example/cb",
  "https://trusted-example.evil.example/cb",
  "https://trustedxexample/cb",
  "https://trusted.examplee/cb",
  "https://trusted.example.com/cb",
  "https://trusted.exampl/cb",
  "https://sub.trusted.example/cb",
  "https://trusted.example./cb",
  "https://trusted.example@evil.example/cb",
  "https://trusted.example:443@evil.example/cb",
  "https://evil.example/trusted.example",
  "https://evil.example/?trusted.example",
  "https://evil.example/https://trusted.example/cb",
  "https://evil.example#trusted.example",
  "https://evil.example#@trusted.example/cb",
  "https://evil.example\\@trusted.example/cb",
  "https://evil.example\\.trusted.example/cb",
  "https://evil.example%2f.apps.example/cb",
  "https://evil.example%23.apps.example/cb",
  "https://evil.example\t.apps.example/cb",
  "https://evil.example\u3002apps.example/cb",
  "https://tr\u00fcsted.example/cb",
  "https://xn--trsted-3ya.example/cb",
  "https://trusted\uff0eexample/cb",
  "https://evilapps.example/cb",
  "https://evil-apps.example/cb",
  "https://apps.example/cb",
  "https://.apps.example/cb",
  "https://*.apps.example/cb",
  "https://apps.example.evil.example/cb",
  "https://a.apps.example.evil.example/cb",
  "http://trusted.example/cb",
  "http://a.apps.example/cb",
  "http://localhost/cb",
  "http://127.0.0.1/cb",
  "https://localhost/cb",
  "https://127.0.0.1/cb",
  "com.evil.app://trusted.example/cb",
  "com.evil.app:/trusted.example/cb",
  "vscode://trusted.example/cb",
  "cursor://a.apps.example/cb",
];
const TRUSTED = [
  "https://trusted.example/cb",
  "https://trusted.example:8443/cb",
  "https://TRUSTED.example/cb",
  "https://a.apps.example/cb",
  "https://b.a.apps.example/cb",
];
const MEMBERS = ["redirect_uris", "post_logout_redirect_uris", "claims_redirect_uris"] as const;

const GOOD = { redirect_uris: ["https://trusted.example/callback"] };

describe.each(PRESET_NAMES)(
  "GHSA-46c8-635v-68r2 (Keycloak): trusted domains that match too much, with %s",
  (preset) => {
    const options = {
      policies: { every: [allowRedirectHosts(["trusted.example", "*.apps.example"])] },
    };

    test.each(MEMBERS)("%s leads nowhere but to the hosts that are allowed", async (member) => {
      const registration = attackedRegistration(preset, options);
      const victim = await registration.innocent({ ...GOOD, token_endpoint_auth_method: "none" });
      const writes = registration.written.length;
      for (const uri of LOOSE) {
        for (const uris of [[uri], ["https://trusted.example/first", uri]]) {
          const attack = { ...GOOD, token_endpoint_auth_method: "none", [member]: uris };
          expect((await registration.post(attack)).status, uri).toBe(400);
          expect((await registration.put(victim, attack)).status, uri).toBe(400);
        }
      }
      expect(registration.written.length).toBe(writes);
      for (const uri of TRUSTED) {
        expect((await registration.post({ ...GOOD, [member]: [uri] })).status, uri).toBe(201);
      }
    });

    test("the hosts of an initial access token are compared whole, at registration and ever after", async () => {
      const registration = attackedRegistration(preset);
      const constraints = { redirectHosts: ["trusted.example"] };
      const victim = await registration.innocent(
        { ...GOOD, token_endpoint_auth_method: "none" },
        constraints,
      );
      const writes = registration.written.length;
      for (const uri of [...LOOSE, "https://a.apps.example/cb"]) {
        const attack = { redirect_uris: [...GOOD.redirect_uris, uri] };
        expect((await registration.post(attack, constraints)).status, uri).toBe(400);
        expect((await registration.put(victim, attack)).status, uri).toBe(400);
      }
      expect(registration.written.length).toBe(writes);
    });
  },
);
