import { exportJWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { selfSignedTlsClientAuth } from "../../src/mutual-tls/index.js";
import type { JsonObject } from "../../src/lib/json.js";
import { keyServer } from "../json-web-token/token-issuer.js";
import { managedRegistration, START } from "../support/managed-registration.js";
import { authority, client, type Party } from "./certificates.js";

let own: Party, other: Party;
beforeAll(async () => {
  // As `openssl req -x509` makes one: it says to be a CA.
  own = await authority({ subject: "CN=self" });
  other = await client({ subject: "CN=self" });
});

async function keyOf({ keys, base64 }: Party, x5c: string[] = [base64]): Promise<JsonObject> {
  return { ...((await exportJWK(keys.publicKey)) as JsonObject), x5c };
}

function serverWith(options: Parameters<typeof selfSignedTlsClientAuth>[0] = {}) {
  const managed = managedRegistration({
    authorizationServer: {
      issuer: "https://as.example",
      scopes_supported: ["read", "write"],
      grant_types_supported: ["authorization_code", "client_credentials"],
      token_endpoint_auth_methods_supported: ["self_signed_tls_client_auth"],
    },
    authenticationMethods: [selfSignedTlsClientAuth(options)],
  });
  const register = async (keys: JsonObject) =>
    (
      await managed.register({
        grant_types: ["client_credentials"],
        response_types: [],
        token_endpoint_auth_method: "self_signed_tls_client_auth",
        ...keys,
      })
    ).client_id;
  const authenticate = async (client_id: string, ...clientCertificates: Uint8Array[]) => {
    const parameters = new URLSearchParams({ client_id });
    const result = await managed.registration.authenticateClient({ parameters, clientCertificates });
    if (result.ok) return "ok";
    return result.error.kind === "invalid_client" ? result.error.reason : result.error.kind;
  };
  return { ...managed, register, authenticate };
}

describe("self_signed_tls_client_auth", () => {
  it("authenticates a client by a certificate that it registered", async () => {
    const { register, authenticate } = serverWith();
    const id = await register({ jwks: { keys: [await keyOf(other), await keyOf(own)] } });
    expect(await authenticate(id, own.der)).toBe("ok");
    expect(await authenticate(id, other.der)).toBe("ok");
    const unpadded = await register({ jwks: { keys: [await keyOf(own, [own.base64.replace(/=+$/, "")])] } });
    expect(await authenticate(unpadded, own.der)).toBe("ok");
  });

  it("refuses every other one, of the same name, the same key, or further up the list", async () => {
    const { register, authenticate } = serverWith();
    const id = await register({ jwks: { keys: [await keyOf(own)] } });
    expect(await authenticate(id)).toBe("certificate_missing");
    expect(await authenticate(id, other.der)).toBe("untrusted_certificate");
    expect(await authenticate(id, other.der, own.der)).toBe("untrusted_certificate");
    expect(await authenticate(id, new Uint8Array([1]))).toBe("certificate_malformed");
    const { x5c: _, ...bare } = await keyOf(own);
    expect(await authenticate(await register({ jwks: { keys: [bare] } }), own.der)).toBe(
      "untrusted_certificate",
    );
    const second = await register({ jwks: { keys: [await keyOf(own, [own.base64, other.base64])] } });
    expect(await authenticate(second, other.der)).toBe("untrusted_certificate");
    const broken = await register({ jwks: { keys: [await keyOf(own, ["%"])] } });
    expect(await authenticate(broken, own.der)).toBe("untrusted_certificate");
  });

  it("refuses a registered certificate before and after its time", async () => {
    const { register, authenticate } = serverWith();
    const early = await client({ from: START + 1000 });
    const late = await client({ until: START - 1000 });
    const id = await register({ jwks: { keys: [await keyOf(early), await keyOf(late)] } });
    expect(await authenticate(id, early.der)).toBe("not_yet_valid");
    expect(await authenticate(id, late.der)).toBe("expired");
  });

  it("fetches the certificates behind jwks_uri, and again for one that is not there", async () => {
    const jwks_uri = "https://client.example/jwks";
    const { server, guardedFetch } = keyServer([await keyOf(own)]);
    const { register, authenticate, time } = serverWith({ guardedFetch });
    const id = await register({ jwks_uri });
    expect(await authenticate(id, own.der)).toBe("ok");
    expect(await authenticate(id, other.der)).toBe("untrusted_certificate");
    expect(server.urls).toEqual([jwks_uri]);
    server.keys = [await keyOf(other)];
    time.now += 31_000;
    expect(await authenticate(id, other.der)).toBe("ok");
    expect(await authenticate(id, own.der)).toBe("untrusted_certificate");
    server.failure = "timed_out";
    time.now += 3_601_000;
    expect(await authenticate(id, other.der)).toBe("unavailable");

    const without = serverWith();
    expect(await without.authenticate(await without.register({ jwks_uri }), own.der)).toBe("unavailable");
  });
});
