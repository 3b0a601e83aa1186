import type { ContractRunner } from "@oauth-dcr/contract-tests";
import { clientAuthenticationResponse } from "@oauth-dcr/core/http";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import type { ClientRegistration } from "@oauth-dcr/core";
import { privateKeyJwt } from "@oauth-dcr/core/jose";
import { memoryReplayStore } from "@oauth-dcr/core/memory";
import { registrationWith, ISSUER, REDIRECT, text } from "./test-registration.js";
import { inSeconds, signingKey } from "./signing-key.js";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const JWKS_URI = "https://app.example/jwks";

/** The token endpoint's side. */
export function authenticationCases({ describe, it, expect }: ContractRunner): void {
  describe("client authentication", () => {
    it("takes a secret in the Authorization header, and no other", async () => {
      const { registration, post } = registrationWith();
      const { answer } = await post({ ...REDIRECT, token_endpoint_auth_method: "client_secret_basic" });
      const basic = (secret: string) => ({
        authorization: `Basic ${btoa(`${text(answer["client_id"])}:${secret}`)}`,
        parameters: new URLSearchParams(),
      });
      const good = await registration.authenticateClient(basic(text(answer["client_secret"])));
      expect(good.ok && good.value.clientId).toBe(answer["client_id"]);
      const request = basic("wrong");
      const bad = await registration.authenticateClient(request);
      if (bad.ok) throw new Error("a wrong secret was taken");
      const response = clientAuthenticationResponse(bad.error, request);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Basic /);
    });

    for (const alg of ["ES256", "PS256", "RS256", "Ed25519"]) {
      it(`takes an assertion signed with ${alg} once, and none of another key`, async () => {
        const { registration, post } = registrationWith({
          clientAssertions: privateKeyJwt({ audience: ISSUER, replay: memoryReplayStore() }),
        });
        const [key, stranger] = await Promise.all([signingKey(alg), signingKey(alg)]);
        const { answer } = await post({
          ...REDIRECT,
          token_endpoint_auth_method: "private_key_jwt",
          jwks: { keys: [key.jwk] },
        });
        const claims = assertionClaims(text(answer["client_id"]));
        const assertion = await key.sign(claims);
        expect(await present(registration, assertion)).toBe("authenticated");
        expect(await present(registration, assertion)).toMatch(/replayed/);
        const forged = await stranger.sign({ ...claims, jti: crypto.randomUUID() });
        expect(await present(registration, forged)).toMatch(/signature/);
      });
    }

    it("fetches the keys of a client that has an address for them", async () => {
      const key = await signingKey("ES256");
      const outgoing = guardedFetch({
        connection: ({ url }) =>
          Promise.resolve(
            url.href === JWKS_URI ? Response.json({ keys: [key.jwk] }) : new Response(null, { status: 404 }),
          ),
      });
      const { registration, post } = registrationWith({
        guardedFetch: outgoing,
        clientAssertions: privateKeyJwt({
          audience: ISSUER,
          replay: memoryReplayStore(),
          guardedFetch: outgoing,
        }),
      });
      const { answer } = await post({
        ...REDIRECT,
        token_endpoint_auth_method: "private_key_jwt",
        jwks_uri: JWKS_URI,
      });
      const assertion = await key.sign(assertionClaims(text(answer["client_id"])));
      expect(await present(registration, assertion)).toBe("authenticated");
    });
  });
}

function assertionClaims(clientId: string): Record<string, unknown> {
  return { iss: clientId, sub: clientId, aud: ISSUER, exp: inSeconds(60), jti: crypto.randomUUID() };
}

async function present(registration: ClientRegistration, assertion: string): Promise<string> {
  const result = await registration.authenticateClient({
    parameters: new URLSearchParams({ client_assertion: assertion, client_assertion_type: ASSERTION_TYPE }),
  });
  return result.ok ? "authenticated" : JSON.stringify(result.error);
}
