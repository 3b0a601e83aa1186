import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { privateKeyJwt } from "../../src/client-authentication/private-key-jwt.js";
import { guardedFetch, type GuardedFetch } from "../../src/guarded-fetch/guarded-fetch.js";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import { trustedSigners } from "../../src/json-web-token/trusted-issuer.js";
import { selfSignedTlsClientAuth } from "../../src/mutual-tls/index.js";
import { spiffeTrustDomains } from "../../src/spiffe/index.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { federatedServer, serve, usualFederation } from "../federation/test-federation.js";
import { JWKS_URI, keyServer, NOW, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import { client, type Party } from "../mutual-tls/certificates.js";
import { DOCUMENT, documentRegistration, URL_OF_CLIENT } from "../support/document-registration.js";
import { managedRegistration, updateOf } from "../support/managed-registration.js";
import { jsonDocument } from "../support/recording-connection.js";

let key: TestKey, party: Party;
beforeAll(async () => {
  [key, party] = await Promise.all([testKey(), client({ subject: "CN=app" })]);
});

/** Notes for each fetch whether its URL was known. */
function noting(inner: GuardedFetch) {
  const asked: [url: string, isKnown: boolean][] = [];
  const fetching: GuardedFetch = (url, accept, isKnown = false) => {
    asked.push([url, isKnown]);
    return inner(url, accept, isKnown);
  };
  return { asked, fetching };
}

const AS = "https://as.example";

describe("the operator's own URLs are known:", () => {
  it("the jwksUri of an issuer whose statements or tokens count", async () => {
    const { asked, fetching } = noting(keyServer([key.jwk]).guardedFetch);
    const signers = trustedSigners([{ issuer: AS, keys: { jwksUri: JWKS_URI } }], fetching);
    await signers.get(AS)?.keys("ES256", "key-1", NOW);
    expect(asked).toEqual([[JWKS_URI, true]]);
  });

  it("a SPIFFE bundle", async () => {
    const { asked, fetching } = noting(keyServer([{ ...key.jwk, use: "jwt-svid" }]).guardedFetch);
    const url = "https://spire.example/bundle.json";
    const domains = spiffeTrustDomains({
      domains: [{ name: "example.org", bundle: { url } }],
      guardedFetch: fetching,
    });
    await domains.get("example.org")?.jwtKeys("ES256", "key-1", NOW);
    await domains.get("example.org")?.authorities(NOW + 3600);
    expect(asked).toEqual([[url, true], [url, true]]); // prettier-ignore
  });

  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => Promise.all(open.splice(0).map((servers) => servers.close())));

  it("what a trust anchor of a federation has, and nothing of the entities below it", async () => {
    const { anchor, intermediate, leaf } = await usualFederation();
    const servers = await serve([anchor, intermediate, leaf]);
    open.push(servers);
    const { asked, fetching } = noting(servers.guardedFetch);
    const op = await federatedServer([anchor], fetching);
    expect((await op.registerEntity(leaf)).status).toBe(200);
    const hosts = new Set(asked.map(([url, isKnown]) => `${new URL(url).host} ${isKnown}`));
    expect(hosts).toEqual(new Set(["anchor.example true", "university.example false"]));
  });
});

describe("a URL that a client names is known once the store says that the client is active:", () => {
  const JWKS_OF_CLIENT = "https://app.example/jwks";

  it("a jwks_uri with keys", async () => {
    const { asked, fetching } = noting(keyServer([key.jwk]).guardedFetch);
    const { registration, register, time } = managedRegistration({
      authorizationServer: {
        issuer: AS,
        scopes_supported: ["read", "write"],
        token_endpoint_auth_methods_supported: ["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported: ["ES256"],
      },
      clientAssertions: privateKeyJwt({
        audience: AS,
        replay: memoryReplayStore({ clock: () => time.now }),
        guardedFetch: fetching,
      }),
    });
    const body = {
      redirect_uris: ["https://app.example/callback"],
      token_endpoint_auth_method: "private_key_jwt",
      jwks_uri: JWKS_OF_CLIENT,
    };
    const { client_id } = await register(body);
    const authenticate = async (jti: string) => {
      const exp = time.now / 1000 + 60;
      const client_assertion = await key.sign({ iss: client_id, sub: client_id, aud: AS, exp, jti });
      const parameters = new URLSearchParams({
        client_assertion,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      });
      const found = await registration.authenticateClient({ parameters });
      if (!found.ok) throw new Error(JSON.stringify(found.error));
      return found.value;
    };
    await registration.recordClientUse(await authenticate("1"));
    time.now += 600_000;
    await authenticate("2");
    expect(asked).toEqual([[JWKS_OF_CLIENT, false], [JWKS_OF_CLIENT, true]]); // prettier-ignore
  });

  it("a jwks_uri with certificates", async () => {
    const { asked, fetching } = noting(keyServer([{ x5c: [party.base64] }]).guardedFetch);
    const { registration, register, time } = managedRegistration({
      authorizationServer: {
        issuer: AS,
        scopes_supported: ["read", "write"],
        token_endpoint_auth_methods_supported: ["self_signed_tls_client_auth"],
      },
      authenticationMethods: [selfSignedTlsClientAuth({ guardedFetch: fetching })],
    });
    const { client_id } = await register({
      redirect_uris: ["https://app.example/callback"],
      token_endpoint_auth_method: "self_signed_tls_client_auth",
      jwks_uri: JWKS_OF_CLIENT,
    });
    const authenticate = async () => {
      const parameters = new URLSearchParams({ client_id });
      const found = await registration.authenticateClient({ parameters, clientCertificates: [party.der] });
      if (!found.ok) throw new Error(JSON.stringify(found.error));
      return found.value;
    };
    await registration.recordClientUse(await authenticate());
    time.now += 600_000;
    await authenticate();
    expect(asked).toEqual([[JWKS_OF_CLIENT, false], [JWKS_OF_CLIENT, true]]); // prettier-ignore
  });

  it("the sector_identifier_uri of its record, and no other that it names later", async () => {
    const sector = { uri: "https://app.example/sector.json", other: "https://app.example/other.json" };
    const { asked, fetching } = noting(
      guardedFetch({ connection: async () => Promise.resolve(jsonDocument(DOCUMENT.redirect_uris)) }),
    );
    const { registration, register, send } = managedRegistration({
      authorizationServer: {
        issuer: AS,
        scopes_supported: ["read", "write"],
        token_endpoint_auth_methods_supported: ["none"],
        subject_types_supported: ["pairwise"],
      },
      guardedFetch: fetching,
    });
    const { redirect_uris } = DOCUMENT;
    const body = { redirect_uris, token_endpoint_auth_method: "none", sector_identifier_uri: sector.uri };
    let record = await register(body);
    const update = async (change: object) => {
      const { registration_client_uri: uri, registration_access_token: token } = record;
      const { status, body: answer } = await send("PUT", uri, token, { ...updateOf(record), ...change });
      expect(status).toBe(200);
      record = { ...record, ...answer };
    };
    await update({ client_name: "Pending" });
    const found = await registration.findClient(record.client_id);
    if (!found.ok) throw new Error(found.error.kind);
    await registration.recordClientUse(found.value);
    await update({ client_name: "Active" });
    await update({ sector_identifier_uri: sector.other });
    expect(asked).toEqual([
      [sector.uri, false],
      [sector.uri, false],
      [sector.uri, true],
      [sector.other, false],
    ]);
  });

  it("a document and the sector identifier in it, also for a process that never fetched it", async () => {
    const SECTOR = "https://app.example/sector.json";
    const store = memoryStore();
    const process = () => {
      const { asked, fetching } = noting(
        guardedFetch({
          connection: async ({ url: { href } }) =>
            Promise.resolve(
              jsonDocument(
                href === SECTOR
                  ? DOCUMENT.redirect_uris
                  : { ...DOCUMENT, client_id: href, sector_identifier_uri: SECTOR },
              ),
            ),
        }),
      );
      return { ...documentRegistration(undefined, { guardedFetch: fetching }, { store }), noted: asked };
    };
    const first = process();
    const found = await first.find();
    if (!found.ok) throw new Error(found.error.kind);
    await first.find("https://app.example/stranger.json");
    await first.registration.recordClientUse(found.value);
    const second = process();
    await second.find();
    await second.find("https://app.example/stranger.json");
    expect([first.noted, second.noted]).toEqual([
      [
        [URL_OF_CLIENT, false],
        [SECTOR, false],
        ["https://app.example/stranger.json", false],
        [SECTOR, false],
      ],
      [
        [URL_OF_CLIENT, true],
        [SECTOR, true],
        ["https://app.example/stranger.json", false],
        [SECTOR, false],
      ],
    ]);
  });
});

it("a document that was used is fetched by a new process while strangers hold every shared slot", async () => {
  const store = memoryStore();
  const tarpits = Array.from({ length: 10 }, (_, i) => `https://tarpit-${i}.test${i}/client.json`);
  const process = () =>
    documentRegistration(
      (url) =>
        tarpits.includes(url) ? new Promise(() => undefined) : jsonDocument({ ...DOCUMENT, client_id: url }),
      {},
      { store },
    );
  const first = process();
  const found = await first.find();
  if (!found.ok) throw new Error(found.error.kind);
  await first.registration.recordClientUse(found.value);
  const second = process();
  const waiting = tarpits.map((url) => second.find(url));
  expect(await second.find("https://stranger.example/client.json")).toMatchObject({ ok: false });
  expect(await second.find()).toMatchObject({ ok: true });
  await Promise.all(waiting);
});

it("a document that this process fetched for a stranger is not known", async () => {
  const { asked, fetching } = noting(
    guardedFetch({ connection: async () => Promise.resolve(jsonDocument(DOCUMENT)) }),
  );
  const { find, at } = documentRegistration(undefined, { guardedFetch: fetching });
  await find();
  at(3_600);
  await find();
  expect(asked).toEqual([[URL_OF_CLIENT, false], [URL_OF_CLIENT, false]]); // prettier-ignore
});
