import type { ContractRunner } from "@oauth-dcr/contract-tests";
import { registrationWith, hex, REDIRECT, text } from "./test-registration.js";

/** Randomness and hashes. */
export function secretCases({ describe, it, expect }: ContractRunner): void {
  describe("secrets", () => {
    it("are random: 128 bits for an identifier, 256 for a secret and for a token, and never twice", async () => {
      const { post } = registrationWith();
      const seen = new Set<string>();
      for (let i = 0; i < 20; i++) {
        const { answer } = await post(REDIRECT);
        expect(answer["client_id"]).toMatch(/^[a-z2-7]{26}$/);
        for (const name of ["client_secret", "registration_access_token"]) {
          expect(answer[name], name).toMatch(/[\w-]{43}$/);
          seen.add(text(answer[name]));
        }
        seen.add(text(answer["client_id"]));
      }
      expect(seen.size).toBe(60);
    });

    it("are kept as the SHA-256 that the platform computes too", async () => {
      const { post, store } = registrationWith();
      const { answer } = await post(REDIRECT);
      const client = await store.findClient(text(answer["client_id"]));
      const sha256 = async (secret: unknown) =>
        hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text(secret))));
      expect(client?.clientSecretHash).toBe(await sha256(answer["client_secret"]));
      expect(client?.registrationAccessTokenHash).toBe(await sha256(answer["registration_access_token"]));
    });

    it("are replaced, and the one before is taken for a while", async () => {
      const { registration, post } = registrationWith();
      const { answer } = await post({ ...REDIRECT, token_endpoint_auth_method: "client_secret_post" });
      const clientId = text(answer["client_id"]);
      const rotated = await registration.rotateClientSecret(clientId);
      for (const secret of [text(answer["client_secret"]), text(rotated?.clientSecret)]) {
        const parameters = new URLSearchParams({ client_id: clientId, client_secret: secret });
        expect((await registration.authenticateClient({ parameters })).ok).toBe(true);
      }
    });
  });
}
