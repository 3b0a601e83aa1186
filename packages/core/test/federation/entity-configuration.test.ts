import { calculateJwkThumbprint, importJWK, jwtVerify } from "jose";
import { afterEach, describe, expect, test } from "vitest";
import type { EntityConfigurationOptions } from "../../src/federation.js";
import { readEntityStatement } from "../../src/federation/entity-statement.js";
import { verifyTrustChain } from "../../src/federation/trust-chain.js";
import { publicKeys } from "../../src/json-web-token/public-keys.js";
import { misuseOf } from "../support/managed-registration.js";
import {
  ANCHOR,
  ENDPOINT,
  federatedServer,
  NOW,
  OP,
  serve,
  superior,
  TestEntity,
  usualFederation,
  type FederatedServer,
  type FederationServers,
} from "./test-federation.js";

const open: FederationServers[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((servers) => servers.close()));
});

const URL_OF_IT = `${OP}/.well-known/openid-federation`;

async function opWith(
  entityConfiguration: Partial<EntityConfigurationOptions> | undefined,
  options: Parameters<typeof federatedServer>[3] = {},
) {
  const { anchor } = await usualFederation();
  const servers = await serve([anchor]);
  open.push(servers);
  const made = await federatedServer(
    [anchor],
    servers.guardedFetch,
    entityConfiguration && { entityConfiguration: { authorityHints: [ANCHOR], ...entityConfiguration } },
    options,
  );
  const get = (url = URL_OF_IT, method = "GET") => made.registration.fetch(new Request(url, { method }));
  return { ...made, anchor, get };
}

async function claimsOf(op: Pick<FederatedServer, "jwk" | "time">, response: Response) {
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    "application/entity-statement+jwt",
  ]);
  const currentDate = new Date(op.time.now);
  const { payload, protectedHeader } = await jwtVerify(await response.text(), await importJWK(op.jwk), {
    currentDate,
  });
  expect(protectedHeader).toEqual({ alg: "ES256", kid: "op", typ: "entity-statement+jwt" });
  return payload;
}

describe("the entity configuration of this server", () => {
  test("says who it is, below whom it stands, and where entities register", async () => {
    const op = await opWith({ federationEntity: { organization_name: "Example" } });
    const claims = await claimsOf(op, await op.get());
    const document = op.registration.authorizationServerMetadata;
    expect(claims).toEqual({
      iss: OP,
      sub: OP,
      iat: NOW,
      exp: NOW + 86_400,
      jwks: { keys: [op.jwk] },
      authority_hints: [ANCHOR],
      metadata: {
        federation_entity: { organization_name: "Example" },
        oauth_authorization_server: JSON.parse(JSON.stringify(document)) as object,
      },
    });
    expect(document).toMatchObject({
      federation_registration_endpoint: ENDPOINT,
      client_registration_types_supported: ["explicit"],
    });
    expect(JSON.stringify(claims)).not.toContain('"d":');
  });

  test("is that of an OpenID provider too where the discovery document is", async () => {
    const authorizationServer = {
      issuer: OP,
      authorization_endpoint: `${OP}/authorize`,
      jwks_uri: `${OP}/jwks`,
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256"],
      op_policy_uri: null,
    };
    const op = await opWith({}, { authorizationServer });
    const { metadata } = await claimsOf(op, await op.get());
    expect(metadata).toEqual({
      openid_provider: expect.objectContaining({
        jwks_uri: `${OP}/jwks`,
        federation_registration_endpoint: ENDPOINT,
      }) as object,
      oauth_authorization_server: (metadata as { openid_provider: object }).openid_provider,
    });
    // The specification forbids it, and our own reader refuses it.
    expect(JSON.stringify(metadata)).not.toContain("null");
  });

  test("stands in a trust chain that others verify", async () => {
    const op = await opWith({});
    const entity = await TestEntity.create(OP);
    op.anchor.admit(entity, { jwks: { keys: [op.jwk] } });
    const tokens = [await (await op.get()).text(), await op.anchor.statementAbout(OP)];
    const rules = {
      trustAnchors: new Map([[ANCHOR, publicKeys(op.anchor.jwks)!]]),
      algorithms: ["ES256"],
      clockToleranceSeconds: 60,
    };
    const statements = tokens.map((token) => readEntityStatement(token)!);
    expect(await verifyTrustChain(statements, rules, NOW)).toMatchObject({ trustAnchor: ANCHOR });
  });

  test("stands behind the path of the issuer, for GET and HEAD alone", async () => {
    const issuer = `${OP}/tenant`;
    const op = await opWith({}, { authorizationServer: { issuer } });
    const url = `${issuer}/.well-known/openid-federation`;
    expect(await claimsOf(op, await op.get(url))).toMatchObject({ iss: issuer, sub: issuer });
    const head = await op.get(url, "HEAD");
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const post = await op.get(url, "POST");
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    for (const other of [`${OP}/.well-known/openid-federation/tenant`, URL_OF_IT, `${url}/`]) {
      expect((await op.get(other)).status).toBe(404);
    }
  });

  test("is signed once, and anew when a tenth of its life is left or the clock was put back", async () => {
    const op = await opWith({ lifetimeSeconds: 36_000 });
    const text = async () => (await op.get()).text();
    const [first, same] = await Promise.all([text(), text()]);
    expect(same).toBe(first);
    op.time.now += 32_399_000;
    expect(await text()).toBe(first);
    op.time.now += 1_000;
    expect(await claimsOf(op, await op.get())).toMatchObject({ iat: NOW + 32_400, exp: NOW + 68_400 });
    op.time.now -= 60_000;
    expect(await claimsOf(op, await op.get())).toMatchObject({ iat: NOW + 32_340 });
  });

  test("publishes the next key beside the present one", async () => {
    const next = await TestEntity.create("https://next.example");
    const op = await opWith({ otherKeys: { keys: [next.jwk] } });
    const claims = await claimsOf(op, await op.get());
    const keys = (claims["jwks"] as { keys: (typeof next.jwk)[] }).keys;
    expect(await Promise.all(keys.map((key) => calculateJwkThumbprint(key)))).toEqual([
      await calculateJwkThumbprint(op.jwk),
      await calculateJwkThumbprint(next.jwk),
    ]);
  });

  test("is not served unless the operator says so", async () => {
    const op = await opWith(undefined);
    expect((await op.get()).status).toBe(404);
  });

  test("is a 503 with a key that cannot be imported, and tells nothing of it", async () => {
    const { anchor } = await usualFederation();
    const signingKey = { kty: "EC", crv: "P-256", alg: "ES256", kid: "op", x: "AA", y: "AA", d: "secret" };
    const entityConfiguration = { authorityHints: [ANCHOR] };
    const { guardedFetch } = await serve([]).then((servers) => (open.push(servers), servers));
    const op = await federatedServer([anchor], guardedFetch, { signingKey, entityConfiguration });
    for (let i = 0; i < 2; i++) {
      const answer = await op.registration.fetch(new Request(URL_OF_IT));
      expect(answer.status).toBe(503);
      expect(await answer.text()).not.toContain("secret");
    }
  });
});

test.each<[string, object]>([
  ["ERR_OPTION", { authorityHints: [] }],
  ["ERR_OPTION", { authorityHints: ANCHOR }],
  ["ERR_OPTION", { authorityHints: ["http://anchor.example"] }],
  ["ERR_OPTION", { authorityHints: [OP] }],
  ["ERR_OPTION", { federationEntity: [] }],
  ["ERR_OPTION", { federationEntity: { organization_name: null } }],
  ["ERR_OPTION", { lifetimeSeconds: 3599 }],
  ["ERR_OPTION", { lifetimeSeconds: "86400" }],
  ["ERR_SIGNING_KEY", { otherKeys: { keys: [{ kty: "oct", k: "AA", kid: "a" }] } }],
  ["ERR_SIGNING_KEY", { otherKeys: {} }],
  ["ERR_SIGNING_KEY", { otherKeys: [] }],
])("options of the entity configuration that make no sense fail: %s, %j", async (code, wrong) => {
  expect(await codeOf(wrong)).toBe(code);
});

test("other keys are public ones, each with a kid of its own", async () => {
  const { jwk } = await superior("https://next.example");
  const { kid: _, ...nameless } = jwk;
  for (const key of [nameless, { ...jwk, kid: "op" }, { ...jwk, d: "AA" }]) {
    expect(await codeOf({ otherKeys: { keys: [key] } })).toBe("ERR_SIGNING_KEY");
  }
});

async function codeOf(wrong: object): Promise<string | undefined> {
  const error: unknown = await opWith(wrong as never).catch((thrown: unknown) => thrown);
  return misuseOf(() => {
    throw error;
  });
}
