import { expect, test } from "vitest";
import { clientSecretStanding } from "../../src/client-credentials/client-secret.js";
import { tokenHash } from "../../src/crypto/token-hash.js";
import { CONFIDENTIAL, managedRegistration, updateOf } from "../support/managed-registration.js";

test("client_secret in a request has a length cap, beyond which it is not hashed", () => {
  const standing = (secret: string) =>
    clientSecretStanding(secret, { clientSecretHash: tokenHash(secret), clientSecretExpiresAt: 0 }, 0);
  expect(standing("x".repeat(512))).toBe("good");
  expect(standing("x".repeat(513))).toBe("wrong");
});

test("client_secret over the cap is another than the client's in an update", async () => {
  const { register, send } = managedRegistration();
  const client = await register(CONFIDENTIAL);
  const { status, body } = await send(
    "PUT",
    client.registration_client_uri,
    client.registration_access_token,
    { ...updateOf(client), client_secret: "x".repeat(60_000) },
  );
  expect(status).toBe(400);
  expect(body["error_description"]).toMatch(/^client_secret .*\(client_update\.client_secret\)$/);
});
