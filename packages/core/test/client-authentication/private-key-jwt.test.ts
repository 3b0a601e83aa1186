import { SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { privateKeyJwt, type PrivateKeyJwtOptions } from "../../src/client-authentication/private-key-jwt.js";
import type { ClientMetadata } from "../../src/client-metadata/client-metadata.js";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import type { JsonObject } from "../../src/lib/json.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { keyServer, NOW, rawToken, testKey, type TestKey } from "../json-web-token/token-issuer.js";

let key: TestKey, rsa: TestKey;
beforeAll(async () => {
  [key, rsa] = await Promise.all([testKey("ES256", "key-1"), testKey("RS256", "rsa")]);
});

const AS = "https://as.example";
const TOKEN_ENDPOINT = "https://as.example/token";
let serial = 0;
const claims = (more: JsonObject = {}): JsonObject => ({
  iss: "client-1",
  sub: "client-1",
  aud: AS,
  exp: NOW + 60,
  jti: `jti-${++serial}`,
  ...more,
});
const clientOf = (metadata: ClientMetadata, clientId = "client-1") => ({
  clientId,
  status: "pending" as const,
  metadata: { token_endpoint_auth_method: "private_key_jwt", ...metadata },
});
const jwksOf = (...keys: TestKey[]): ClientMetadata => ({
  jwks: { keys: keys.map(({ jwk }) => ({ ...jwk })) },
});

const ADMITTED = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];

function verifierOf(options: Partial<PrivateKeyJwtOptions> = {}) {
  const verifier = privateKeyJwt({
    audience: [AS, TOKEN_ENDPOINT],
    replay: memoryReplayStore({ clock: () => NOW * 1000 }),
    ...options,
  });
  return async (assertion: string, client = clientOf(jwksOf(key, rsa)), at = NOW, admitted = ADMITTED) => {
    const result = await verifier.verify(assertion, client, admitted, at);
    return result.ok ? "ok" : result.error.reason;
  };
}

describe("private_key_jwt", () => {
  it("authenticates a client by a key that it registered", async () => {
    const verify = verifierOf();
    expect(await verify(await key.sign(claims()))).toBe("ok");
    expect(await verify(await rsa.sign(claims({ aud: TOKEN_ENDPOINT })))).toBe("ok");
    for (const typ of ["JWT", "client-authentication+jwt", "oauth-client-auth+jwt"]) {
      expect(await verify(await rsa.sign(claims(), { typ }))).toBe("ok");
    }
    expect(await verify(await key.sign(claims(), { typ: "at+jwt" }))).toBe("type");
  });

  it("does not for a client that registered another method, whatever keys it has", async () => {
    const verify = verifierOf();
    for (const token_endpoint_auth_method of ["none", "client_secret_basic", "tls_client_auth"]) {
      const client = clientOf({ ...jwksOf(key), token_endpoint_auth_method });
      expect(await verify(await key.sign(claims()), client)).toBe("auth_method");
    }
  });

  it("wants the client as issuer and subject", async () => {
    const verify = verifierOf();
    expect(await verify(await key.sign(claims({ iss: "client-2" })))).toBe("untrusted_issuer");
    expect(await verify(await key.sign(claims({ sub: "client-2" })))).toBe("subject");
    expect(await verify(await key.sign(claims({ sub: undefined })))).toBe("subject");
    const both = claims({ iss: "client-2", sub: "client-2" });
    expect(await verify(await key.sign(both))).toBe("untrusted_issuer");
    expect(await verify(await key.sign(both), clientOf(jwksOf(rsa), "client-2"))).toBe("unknown_key");
  });

  it("is for this server alone", async () => {
    const verify = verifierOf();
    for (const aud of [[AS], [AS, TOKEN_ENDPOINT]])
      expect(await verify(await key.sign(claims({ aud })))).toBe("ok");
    for (const aud of ["https://other.example", `${AS}/`, [AS, "https://other.example"], ["x"]]) {
      expect(await verify(await key.sign(claims({ aud })))).toBe("audience");
    }
    expect(await verify(await key.sign(claims({ aud: undefined })))).toBe("claim_missing");
  });

  it("expires, and soon", async () => {
    const verify = verifierOf();
    expect(await verify(await key.sign(claims({ exp: undefined })))).toBe("claim_missing");
    expect(await verify(await key.sign(claims({ exp: NOW - 60 })))).toBe("expired");
    expect(await verify(await key.sign(claims({ exp: NOW + 360 })))).toBe("ok");
    expect(await verify(await key.sign(claims({ exp: NOW + 361 })))).toBe("lifetime");
    const strict = verifierOf({ maxLifetimeSeconds: 60, clockToleranceSeconds: 0 });
    expect(await strict(await key.sign(claims({ exp: NOW + 60 })))).toBe("ok");
    expect(await strict(await key.sign(claims({ exp: NOW + 61 })))).toBe("lifetime");
    expect(await strict(await key.sign(claims({ exp: NOW })))).toBe("expired");
  });

  it("is used once, by each client for itself, also at the same time", async () => {
    const verify = verifierOf();
    const assertion = await key.sign(claims());
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => verify(assertion)));
    expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "replayed")).toHaveLength(9);

    expect(await verify(await key.sign(claims({ jti: "same" })))).toBe("ok");
    expect(await verify(await rsa.sign(claims({ jti: "same", exp: NOW + 100 })))).toBe("replayed");
    const other = claims({ iss: "client-2", sub: "client-2", jti: "same" });
    expect(await verify(await key.sign(other), clientOf(jwksOf(key), "client-2"))).toBe("ok");
    expect(await verify(await key.sign(claims({ jti: undefined })))).toBe("claim_missing");
  });

  it("that is refused uses nothing up", async () => {
    const mallory = await testKey("ES256", "key-1");
    const verify = verifierOf();
    const own = claims();
    expect(await verify(await mallory.sign(own))).toBe("signature");
    expect(await verify(await key.sign({ ...own, aud: "https://other.example" }))).toBe("audience");
    expect(await verify(await key.sign(own))).toBe("ok");
  });

  it("is remembered until nobody would take it any more", async () => {
    const expiries: number[] = [];
    const verify = verifierOf({ replay: { spend: (_, expiresAt) => expiries.push(expiresAt) > 0 } });
    await verify(await key.sign(claims({ exp: NOW + 100 })));
    expect(expiries).toEqual([NOW + 160]);
    const down = verifierOf({ replay: { spend: () => Promise.reject(new Error("down")) } });
    expect(await down(await key.sign(claims()))).toBe("replay_store_unavailable");
  });

  it("is signed with the algorithm that the client bound itself to", async () => {
    const verify = verifierOf();
    const bound = (token_endpoint_auth_signing_alg: string) =>
      clientOf({ ...jwksOf(key, rsa), token_endpoint_auth_signing_alg });
    expect(await verify(await key.sign(claims()), bound("ES256"))).toBe("ok");
    expect(await verify(await rsa.sign(claims()), bound("ES256"))).toBe("algorithm");
    for (const alg of ["HS256", "none", "RS512"]) {
      expect(await verify(await rsa.sign(claims()), bound(alg))).toBe("algorithm");
    }
    expect(await verify(await key.sign(claims()), undefined, NOW, ["PS256"])).toBe("algorithm");
  });

  it("is no alg none, and no HS256 with the public key as the secret", async () => {
    const verify = verifierOf();
    expect(await verify(rawToken({ alg: "none" }, claims()))).toBe("algorithm");
    const secret = new TextEncoder().encode(JSON.stringify(rsa.jwk));
    for (const alg of ["HS256", "HS512"]) {
      const mac = await new SignJWT(claims()).setProtectedHeader({ alg, kid: "rsa" }).sign(secret);
      expect(await verify(mac)).toBe("algorithm");
      const client = clientOf({ ...jwksOf(rsa), token_endpoint_auth_signing_alg: alg });
      expect(await verify(mac, client)).toBe("algorithm");
    }
  });

  it("of a client without a usable key authenticates nobody", async () => {
    const verify = verifierOf();
    const metadata: ClientMetadata[] = [
      {},
      { jwks: {} },
      { jwks: { keys: [] } },
      { jwks: { keys: [{ ...key.jwk, d: "AA" }] } },
    ];
    for (const given of metadata)
      expect(await verify(await key.sign(claims()), clientOf(given))).toBe("unknown_key");
  });
});

describe("a client's keys behind an address", () => {
  const uri = "https://client.example/jwks";

  it("are fetched once an address, also for the next record of the client", async () => {
    const { server, guardedFetch } = keyServer([key.jwk]);
    const verify = verifierOf({ guardedFetch });
    for (let i = 0; i < 3; i++) {
      expect(await verify(await key.sign(claims()), clientOf({ jwks_uri: uri }))).toBe("ok");
    }
    expect(await verify(await key.sign(claims()), clientOf({ jwks_uri: `${uri}2` }))).toBe("ok");
    expect(server.urls).toEqual([uri, `${uri}2`]);
  });

  it("rotate, at most one fetch in 30 seconds", async () => {
    const { server, guardedFetch } = keyServer([key.jwk]);
    const verify = verifierOf({ guardedFetch });
    const client = clientOf({ jwks_uri: uri });
    expect(await verify(await key.sign(claims()), client)).toBe("ok");
    server.keys = [rsa.jwk];
    expect(await verify(await rsa.sign(claims()), client, NOW + 29)).toBe("unknown_key");
    expect(await verify(await rsa.sign(claims()), client, NOW + 30)).toBe("ok");
    expect(server.urls).toHaveLength(2);
  });

  it("are forgotten for the longest unused of more than 1,000 addresses", async () => {
    const { server, guardedFetch } = keyServer([key.jwk]);
    const verify = verifierOf({ guardedFetch });
    // Unsigned, so that no signature has to be made: the keys are looked up first.
    const unsigned = rawToken({ alg: "ES256", kid: "key-1" }, claims());
    const ask = async (i: number) => verify(unsigned, clientOf({ jwks_uri: `${uri}/${i}` }));
    for (let i = 0; i < 1000; i++) expect(await ask(i)).toBe("signature");
    await ask(0);
    await ask(1000);
    expect(server.urls).toHaveLength(1001);
    await ask(0);
    expect(server.urls).toHaveLength(1001);
    await ask(1);
    expect(server.urls).toHaveLength(1002);
  });

  it("are not fetched before the client, the method and the algorithm are right", async () => {
    const { server, guardedFetch } = keyServer([key.jwk]);
    const verify = verifierOf({ guardedFetch });
    const client = clientOf({ jwks_uri: uri });
    await verify(await key.sign(claims({ iss: "client-2" })), client);
    await verify(rawToken({ alg: "none" }, claims()), client);
    await verify(await key.sign(claims()), clientOf({ jwks_uri: uri, token_endpoint_auth_method: "none" }));
    await verify(await key.sign(claims(), { jku: "https://evil.example" }), clientOf(jwksOf(rsa)));
    expect(server.urls).toEqual([]);
  });

  it("cannot be had without a guarded fetch, or while it fails", async () => {
    const client = clientOf({ jwks_uri: uri });
    expect(await verifierOf()(await key.sign(claims()), client)).toBe("keys_unavailable");
    const { server, guardedFetch } = keyServer([key.jwk]);
    server.failure = "timed_out";
    expect(await verifierOf({ guardedFetch })(await key.sign(claims()), client)).toBe("keys_unavailable");
  });
});

describe("misuse", () => {
  it("is found at construction", () => {
    const wrong = [
      { audience: [] },
      { audience: "" },
      { replay: undefined as never },
      { maxLifetimeSeconds: 0 },
      { maxLifetimeSeconds: Infinity },
      { clockToleranceSeconds: 3600 },
    ];
    for (const options of wrong) expect(() => verifierOf(options)).toThrow(MisuseError);
  });
});
