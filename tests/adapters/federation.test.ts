import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { federationRegistration } from "@oauth-dcr/core/federation";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { toNodeHandler } from "@oauth-dcr/node";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, type JWK } from "jose";
import Database from "libsql";
import { expect, test } from "vitest";

const OP = "https://as.example";
const ANCHOR = "https://anchor.example";
const LEAF = "https://rp.example";

async function entity(id: string) {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const names = { kid: id, alg: "ES256" };
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), ...names } as JWK] };
  const sign = (claims: object) =>
    new SignJWT({ iss: id, jwks, ...claims })
      .setProtectedHeader({ ...names, typ: "entity-statement+jwt" })
      .setIssuedAt()
      .sign(privateKey);
  return { jwks, sign, signingKey: { ...(await exportJWK(privateKey)), ...names } };
}

const soon = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

test("an entity registers and renews over HTTP, and its record in SQLite lives as long as its new chain", async () => {
  const [anchor, leaf, op] = await Promise.all([entity(ANCHOR), entity(LEAF), entity(OP)]);
  let exp = soon(1000);
  const store = openSqliteStore(new Database(":memory:"));
  const rateLimiter = memoryRateLimiter({ limit: 100, windowSeconds: 60 });
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: OP }),
    access: openRegistration({ rateLimiter }),
    federation: federationRegistration({
      trustAnchors: [{ entityId: ANCHOR, jwks: anchor.jwks }],
      signingKey: op.signingKey,
      rateLimiter,
      guardedFetch: guardedFetch({
        connection: async ({ url }) => {
          const federation_fetch_endpoint = `${ANCHOR}/fetch`;
          const statement =
            url.pathname === "/fetch"
              ? { sub: url.searchParams.get("sub"), jwks: leaf.jwks, exp }
              : {
                  sub: ANCHOR,
                  exp: soon(99_999),
                  metadata: { federation_entity: { federation_fetch_endpoint } },
                };
          const headers = { "content-type": "application/entity-statement+jwt" };
          return new Response(await anchor.sign(statement), { headers });
        },
      }),
    }),
    store,
    audit: () => undefined,
  });
  const server = createServer(toNodeHandler(registration));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;

  async function register(client_name: string) {
    const body = await leaf.sign({
      sub: LEAF,
      aud: OP,
      exp: soon(99_999),
      authority_hints: [ANCHOR],
      metadata: {
        openid_relying_party: {
          client_name,
          redirect_uris: ["https://rp.example/callback"],
          token_endpoint_auth_method: "none",
        },
      },
    });
    const headers = { "content-type": "application/entity-statement+jwt" };
    const answer = await fetch(`http://127.0.0.1:${port}/federation-registration`, {
      method: "POST",
      headers,
      body,
    });
    const text = await answer.text();
    expect([answer.status, answer.headers.get("content-type"), text]).toEqual([
      200,
      "application/explicit-registration-response+jwt",
      expect.any(String),
    ]);
    const claims = decodeJwt<{ metadata: { openid_relying_party: { client_id: string } } }>(text);
    return { exp: claims.exp, id: claims.metadata.openid_relying_party.client_id };
  }

  try {
    const first = await register("One");
    expect(first.exp).toBe(exp);
    exp += 500;
    const second = await register("Two");
    expect(second).toEqual({ id: first.id, exp });
    expect(await store.findClient(first.id)).toMatchObject({
      expiresAt: exp,
      status: "pending",
      metadata: { client_name: "Two" },
      origin: { source: "federation", federation: { entityId: LEAF, trustAnchor: ANCHOR, endsAt: exp } },
    });
    expect((await registration.findClients()).clients).toHaveLength(1);
  } finally {
    await new Promise((closed) => server.close(closed));
    store.close();
  }
});
