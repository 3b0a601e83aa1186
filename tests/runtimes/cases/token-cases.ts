import type { ContractRunner } from "@oauth-dcr/contract-tests";
import { openRegistration, protectedRegistration, requireSoftwareStatement } from "@oauth-dcr/core";
import { jwtInitialAccessTokens, softwareStatements } from "@oauth-dcr/core/jose";
import { memoryReplayStore } from "@oauth-dcr/core/memory";
import { registrationWith, ISSUER, REDIRECT } from "./test-registration.js";
import { inSeconds, signingKey } from "./signing-key.js";

const VENDOR = "https://vendor.example";

/** Who may register where not everybody may. */
export function tokenCases({ describe, it, expect }: ContractRunner): void {
  describe("protected registration", () => {
    it("takes an initial access token as often as it is good for, and asks for one", async () => {
      const { registration, post } = registrationWith({ access: protectedRegistration() });
      expect((await post(REDIRECT)).status).toBe(401);
      const { token } = await registration.initialAccessTokens.issue({ uses: 2 });
      const authorization = `Bearer ${token}`;
      const statuses: number[] = [];
      for (let i = 0; i < 3; i++) statuses.push((await post(REDIRECT, { authorization })).status);
      expect(statuses).toEqual([201, 201, 401]);
    });

    it("gives the last use of a token to one of many that come at once", async () => {
      const { registration, post } = registrationWith({ access: protectedRegistration() });
      const { token } = await registration.initialAccessTokens.issue();
      const authorization = `Bearer ${token}`;
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(REDIRECT, { authorization })));
      expect(answers.filter(({ status }) => status === 201).length).toBe(1);
    });

    it("takes a JWT access token of a trusted server once", async () => {
      const [key, stranger] = await Promise.all([signingKey("ES256"), signingKey("ES256")]);
      const { post } = registrationWith({
        access: protectedRegistration({
          initialAccessTokenVerifier: jwtInitialAccessTokens({
            trustedIssuers: [{ issuer: VENDOR, keys: { jwks: { keys: [key.jwk] } } }],
            audience: ISSUER,
            replay: memoryReplayStore(),
          }),
        }),
      });
      const claims = {
        iss: VENDOR,
        sub: "somebody",
        aud: ISSUER,
        client_id: "console",
        iat: inSeconds(0),
        exp: inSeconds(60),
        jti: crypto.randomUUID(),
      };
      const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
      const token = await key.sign(claims, "at+jwt");
      expect((await post(REDIRECT, bearer(await stranger.sign(claims, "at+jwt")))).status).toBe(401);
      expect((await post(REDIRECT, bearer(token))).status).toBe(201);
      expect((await post(REDIRECT, bearer(token))).status).toBe(401);
    });

    it("takes a software statement, whose claims win, and no forged one", async () => {
      const [key, stranger] = await Promise.all([signingKey("PS256"), signingKey("PS256")]);
      const { post } = registrationWith({
        access: requireSoftwareStatement(openRegistration({ dangerouslyUnlimited: true })),
        softwareStatements: softwareStatements({
          trustedIssuers: [{ issuer: VENDOR, keys: { jwks: { keys: [key.jwk] } } }],
        }),
      });
      const claims = { iss: VENDOR, software_id: "software-1", client_name: "The vendor's name" };
      const body = { ...REDIRECT, client_name: "Another name" };
      const { status, answer } = await post({ ...body, software_statement: await key.sign(claims) });
      expect(status).toBe(201);
      expect(answer["client_name"]).toBe("The vendor's name");
      const forged = await post({ ...body, software_statement: await stranger.sign(claims) });
      expect(forged.status).toBe(400);
      expect(forged.answer["error"]).toBe("invalid_software_statement");
    });
  });
}
