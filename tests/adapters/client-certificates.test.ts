import { once } from "node:events";
import { createServer, request } from "node:https";
import { createServer as createPlainServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClientRegistration, openRegistration, tokenGatedPreset } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import { selfSignedTlsClientAuth, tlsClientAuth } from "@oauth-dcr/core/mutual-tls";
import { clientCertificates } from "@oauth-dcr/node";
import { expect, onTestFinished, test } from "vitest";
import { authority, client, type Party } from "../../packages/core/test/mutual-tls/certificates.js";

// OpenSSL goes by the clock of this machine.
const valid = { from: Date.now() - 3_600_000, until: Date.now() + 3_600_000 };

test("clients authenticate by the certificates of a real handshake", async () => {
  const root = await authority(valid);
  const below = await authority({ issuer: root, subject: "CN=Below", ...valid });
  const names = [{ type: "dns", value: "client.example" }] as const;
  const ofPki = await client({ issuer: below, names: [...names], ...valid });
  const own = await client({ subject: "CN=self", ...valid });
  const registration = createClientRegistration({
    ...tokenGatedPreset({
      issuer: "https://as.example",
      grant_types_supported: ["client_credentials"],
      token_endpoint_auth_methods_supported: ["tls_client_auth", "self_signed_tls_client_auth"],
    }),
    access: openRegistration({ dangerouslyUnlimited: true }),
    store: memoryStore(),
    audit: () => undefined,
    authenticationMethods: [tlsClientAuth({ trustAnchors: [root.der] }), selfSignedTlsClientAuth()],
  });
  const register = async (metadata: object): Promise<string> => {
    const grants = { grant_types: ["client_credentials"], response_types: [] };
    const registered = await registration.registerClient({ ...grants, ...metadata });
    if (!registered.ok) throw new Error(JSON.stringify(registered.error));
    return registered.value.client.clientId;
  };
  const certified = await register({
    token_endpoint_auth_method: "tls_client_auth",
    tls_client_auth_san_dns: "client.example",
  });
  const jwk = await crypto.subtle.exportKey("jwk", own.keys.publicKey);
  const { kty, crv, x, y } = jwk;
  const selfSigned = await register({
    token_endpoint_auth_method: "self_signed_tls_client_auth",
    jwks: { keys: [{ kty, crv, x, y, x5c: [own.base64] }] },
  });

  const tls = await client({ subject: "CN=localhost", purposes: null, ...valid });
  const server = createServer(
    { ...(await pemOf(tls)), requestCert: true, rejectUnauthorized: false },
    (req, res) => {
      const parameters = new URL(req.url ?? "/", "https://localhost").searchParams;
      const given = { parameters, clientCertificates: clientCertificates(req.socket) };
      void registration
        .authenticateClient(given)
        .then((result) => res.end(result.ok ? result.value.clientId : JSON.stringify(result.error)));
    },
  ).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const ask = async (clientId: string, credentials: object = {}): Promise<string> => {
    const outgoing = request({
      ...{
        host: "127.0.0.1",
        port,
        path: `/?client_id=${clientId}`,
        agent: false,
        rejectUnauthorized: false,
      },
      ...credentials,
    });
    outgoing.end();
    const [incoming] = (await once(outgoing, "response")) as [AsyncIterable<Buffer>];
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    return Buffer.concat(parts).toString();
  };

  expect(await ask(certified, await pemOf(ofPki, below))).toBe(certified);
  expect(await ask(certified, await pemOf(ofPki, below, root))).toBe(certified);
  expect(await ask(selfSigned, await pemOf(own))).toBe(selfSigned);

  expect(await ask(certified, await pemOf(ofPki))).toContain("untrusted_certificate");
  expect(await ask(certified, await pemOf(own))).toContain("subject");
  expect(await ask(selfSigned, await pemOf(ofPki, below))).toContain("untrusted_certificate");
  expect(await ask(certified)).toContain("certificate_missing");
  // Whoever has a certificate and not its key does not come through the handshake.
  const { cert } = await pemOf(ofPki, below);
  await expect(ask(certified, { ...(await pemOf(own)), cert })).rejects.toThrow();
});

test("a connection without TLS has no certificates", async () => {
  const server = createPlainServer((req, res) => res.end(String(clientCertificates(req.socket).length)));
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("0");
});

async function pemOf({ certificate, keys }: Party, ...others: Party[]) {
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----`,
    cert: [certificate, ...others.map((other) => other.certificate)]
      .map((one) => one.toString("pem"))
      .join("\n"),
  };
}
