import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { clientIdMetadataDocuments } from "@oauth-dcr/core/client-id-metadata-document";
import { guardedFetch, isSpecialUseAddress } from "@oauth-dcr/core/guarded-fetch";
import { privateKeyJwt } from "@oauth-dcr/core/jose";
import { memoryReplayStore, memoryStore } from "@oauth-dcr/core/memory";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { connectionTo } from "../../packages/adapter-node/src/pinned-connection/pinned-connection.js";
import { selfSignedCertificate, type TestCertificate } from "./support/certificate.js";

const HERE = "127.0.0.1";
const ISSUER = "https://as.example";

let certificate: TestCertificate;
let server: Server;
let host: string;
/** What the server has, by path. */
let documents: Record<string, unknown> = {};
let asked: string[] = [];

beforeAll(async () => {
  certificate = await selfSignedCertificate(["client.example"]);
  server = createServer(certificate, (request, response) => {
    asked.push(request.url ?? "");
    const document = documents[request.url ?? ""];
    response.writeHead(document === undefined ? 404 : 200, {
      "content-type": "application/json",
      "cache-control": "max-age=600",
    });
    response.end(JSON.stringify(document ?? {}));
  });
  server.listen(0, HERE);
  await once(server, "listening");
  host = `client.example:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  documents = {};
  asked = [];
});

/** The server's address counts as a public one here, and no other special-use address does. */
function registrationWith({
  ca = certificate.cert,
  isRefused = (address: string) => address !== HERE && isSpecialUseAddress(address),
} = {}) {
  const outgoing = () =>
    guardedFetch({
      connection: connectionTo({ ca, resolve: () => Promise.resolve([HERE]) }, isRefused),
    });
  const time = { now: Date.UTC(2026, 10, 24) };
  const registration = createClientRegistration({
    ...mcpPreset({
      issuer: ISSUER,
      token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["ES256"],
    }),
    access: openRegistration({ dangerouslyUnlimited: true }),
    store: memoryStore(),
    audit: () => undefined,
    clientIdMetadataDocuments: clientIdMetadataDocuments({ guardedFetch: outgoing() }),
    clientAssertions: privateKeyJwt({
      audience: ISSUER,
      replay: memoryReplayStore(),
      guardedFetch: outgoing(),
    }),
    clock: () => time.now,
  });
  return { registration, time };
}

it("a document is fetched over TLS, kept as long as its server says, and gone when it is gone", async () => {
  const url = `https://${host}/client.json`;
  documents["/client.json"] = {
    client_id: url,
    client_name: "An app",
    redirect_uris: ["https://client.example/cb"],
    token_endpoint_auth_method: "none",
  };
  const { registration, time } = registrationWith();
  expect(await registration.findClient(url)).toMatchObject({ ok: true, value: { clientId: url } });
  expect(await registration.findClient(url)).toMatchObject({ ok: true });
  expect(asked).toEqual(["/client.json"]);
  documents = {};
  time.now += 599_000;
  expect(await registration.findClient(url)).toMatchObject({ ok: true });
  time.now += 1000;
  expect(await registration.findClient(url)).toMatchObject({
    ok: false,
    error: { kind: "refused_document" },
  });
  expect(asked).toEqual(["/client.json", "/client.json"]);
});

it("a client proves itself by the keys that its document names", async () => {
  const url = `https://${host}/client.json`;
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  documents["/keys.json"] = { keys: [{ ...(await exportJWK(publicKey)), alg: "ES256", kid: "1" }] };
  documents["/client.json"] = {
    client_id: url,
    client_name: "An app",
    redirect_uris: ["https://client.example/cb"],
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: "ES256",
    jwks_uri: `https://${host}/keys.json`,
  };
  const { registration, time } = registrationWith();
  const seconds = time.now / 1000;
  const assertion = await new SignJWT({ jti: "1" })
    .setProtectedHeader({ alg: "ES256", kid: "1" })
    .setIssuer(url)
    .setSubject(url)
    .setAudience(ISSUER)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 60)
    .sign(privateKey);
  const parameters = new URLSearchParams({
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
  });
  expect(await registration.authenticateClient({ parameters })).toMatchObject({
    ok: true,
    value: { clientId: url },
  });
  expect(asked).toEqual(["/client.json", "/keys.json"]);
  expect(await registration.authenticateClient({ parameters })).toMatchObject({
    ok: false,
    error: { kind: "invalid_client", reason: "replayed" },
  });
  expect(
    await registration.authenticateClient({ parameters: new URLSearchParams({ client_id: url }) }),
  ).toMatchObject({ ok: false, error: { reason: "method" } });
});

it("CIMD-7: an address of a private network causes no connection, and a wrong certificate no client", async () => {
  const url = `https://${host}/client.json`;
  documents["/client.json"] = {
    client_id: url,
    client_name: "An app",
    redirect_uris: ["https://client.example/cb"],
  };
  const inside = registrationWith({ isRefused: isSpecialUseAddress });
  expect(await inside.registration.findClient(url)).toMatchObject({
    ok: false,
    error: { kind: "refused_document" },
  });
  const stranger = await selfSignedCertificate(["client.example"]);
  const untrusted = registrationWith({ ca: stranger.cert });
  expect(await untrusted.registration.findClient(url)).toMatchObject({
    ok: false,
    error: { kind: "unavailable" },
  });
  expect(asked).toEqual([]);
});
