import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import {
  guardedFetch,
  type GuardedFetch,
  type GuardedFetchOptions,
} from "../../src/guarded-fetch/guarded-fetch.js";
import { federationRegistration, type FederationOptions } from "../../src/federation.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import type { JsonObject } from "../../src/lib/json.js";
import { memoryRateLimiter } from "../../src/memory.js";
import { managedRegistration, START, type ManagedRegistration } from "../support/managed-registration.js";

export const OP = "https://as.example";
export const ENDPOINT = "https://as.example/federation-registration";
export const ANCHOR = "https://anchor.example";
export const INTERMEDIATE = "https://university.example";
export const LEAF = "https://rp.example";
export const NOW = START / 1000;

/** An entity with keys of its own. What it says can be changed by a test. */
export class TestEntity {
  readonly statements = new Map<string, JsonObject>();
  claims: JsonObject = {};

  private constructor(
    readonly id: string,
    readonly jwk: JWK,
    readonly privateKey: CryptoKey,
  ) {}

  static async create(id: string, claims: JsonObject = {}): Promise<TestEntity> {
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const kid = `key of ${id}`;
    const entity = new TestEntity(id, { ...(await exportJWK(publicKey)), kid, alg: "ES256" }, privateKey);
    entity.claims = claims;
    return entity;
  }

  get jwks(): JsonObject {
    return { keys: [this.jwk] };
  }

  sign(claims: JsonObject, header: object = {}): Promise<string> {
    return new SignJWT({ iat: NOW - 10, exp: NOW + 86_400, ...claims })
      .setProtectedHeader({ alg: "ES256", typ: "entity-statement+jwt", kid: this.jwk.kid!, ...header })
      .sign(this.privateKey);
  }

  configuration(more: JsonObject = {}, header: object = {}): Promise<string> {
    return this.sign({ iss: this.id, sub: this.id, jwks: this.jwks, ...this.claims, ...more }, header);
  }

  /** Takes an entity under itself; `more` stands in the statement about it. */
  admit(subordinate: TestEntity, more: JsonObject = {}): void {
    this.statements.set(subordinate.id, { sub: subordinate.id, jwks: subordinate.jwks, ...more });
    const hints = (subordinate.claims["authority_hints"] as string[] | undefined) ?? [];
    subordinate.claims = { ...subordinate.claims, authority_hints: [...new Set([...hints, this.id])] };
  }

  async statementAbout(sub: string): Promise<string | undefined> {
    const claims = this.statements.get(sub);
    return claims && this.sign({ iss: this.id, ...claims });
  }
}

/** A superior, which answers with statements about its subordinates. */
export function superior(id: string): Promise<TestEntity> {
  return TestEntity.create(id, {
    metadata: { federation_entity: { federation_fetch_endpoint: `${id}/fetch` } },
  });
}

/** The servers of a federation, one HTTP server for all hosts, and the one connection that leads there. */
export interface FederationServers {
  readonly guardedFetch: GuardedFetch;
  /** The URLs that were asked for, without those that no server has. */
  readonly asked: string[];
  /** Answers instead of the entities where it answers at all. */
  intercept: ((url: URL, response: ServerResponse) => boolean) | undefined;
  close(): Promise<void>;
}

export async function serve(
  entities: readonly TestEntity[],
  options: Partial<GuardedFetchOptions> = {},
): Promise<FederationServers> {
  const asked: string[] = [];
  const hosts = new Map(entities.map((entity) => [new URL(entity.id).host, entity]));
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", `https://${request.headers.host}`);
    asked.push(url.href);
    if (servers.intercept?.(url, response)) return;
    const entity = hosts.get(url.host);
    const statement = url.pathname.endsWith("/.well-known/openid-federation")
      ? await entity?.configuration()
      : await entity?.statementAbout(url.searchParams.get("sub") ?? "");
    if (statement === undefined) {
      response.writeHead(404, { "content-type": "application/json" }).end('{"error":"not_found"}');
    } else response.writeHead(200, { "content-type": "application/entity-statement+jwt" }).end(statement);
  }

  const servers: FederationServers = {
    asked,
    intercept: undefined,
    guardedFetch: guardedFetch({
      maxConcurrent: 50,
      connection: ({ url, headers, signal }) =>
        new Promise((resolve, reject) => {
          const sent = httpRequest(
            {
              host: "127.0.0.1",
              port,
              path: url.pathname + url.search,
              headers: { ...headers, host: url.host },
              signal,
            },
            (incoming) =>
              resolve(
                new Response(Readable.toWeb(incoming) as ReadableStream<Uint8Array>, {
                  status: incoming.statusCode!,
                  headers: incoming.headers as Record<string, string>,
                }),
              ),
          );
          sent.on("error", reject).end();
        }),
      ...options,
    }),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return servers;
}

export const RP_METADATA = {
  redirect_uris: ["https://rp.example/callback"],
  client_name: "A relying party",
  token_endpoint_auth_method: "client_secret_basic",
  client_registration_types: ["explicit"],
};

/** A leaf under an intermediate under a trust anchor. */
export async function usualFederation() {
  const [anchor, intermediate] = [await superior(ANCHOR), await superior(INTERMEDIATE)];
  const leaf = await TestEntity.create(LEAF, { metadata: { openid_relying_party: RP_METADATA } });
  intermediate.admit(leaf);
  anchor.admit(intermediate);
  return { anchor, intermediate, leaf };
}

export interface FederatedServer extends Omit<ManagedRegistration, "post"> {
  /** The public key of its answers. */
  readonly jwk: JWK;
  readonly post: (body: string, type?: string) => Promise<Response>;
  readonly registerEntity: (entity: TestEntity, more?: JsonObject, header?: object) => Promise<Response>;
}

/** An authorization server that trusts an anchor. */
export async function federatedServer(
  anchors: readonly TestEntity[],
  fetching: GuardedFetch,
  federation: Partial<FederationOptions> = {},
  options: Partial<ClientRegistrationOptions> = {},
): Promise<FederatedServer> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const names = { kid: "op", alg: "ES256" };
  const managed = managedRegistration({
    federation: federationRegistration({
      trustAnchors: anchors.map(({ id, jwk }) => ({ entityId: id, jwks: { keys: [jwk] } })),
      guardedFetch: fetching,
      rateLimiter: memoryRateLimiter({ limit: 1000, windowSeconds: 60 }),
      signingKey: { ...(await exportJWK(privateKey)), ...names },
      ...federation,
    }),
    authorizationServer: {
      issuer: OP,
      scopes_supported: ["openid", "read"],
      token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["ES256"],
    },
    defaultScopes: [],
    ...options,
  });
  const post: FederatedServer["post"] = (body, type = "application/entity-statement+jwt") =>
    managed.registration.fetch(
      new Request(ENDPOINT, { method: "POST", headers: { "content-type": type }, body }),
    );
  return {
    ...managed,
    jwk: { ...(await exportJWK(publicKey)), ...names },
    post,
    registerEntity: async (entity, more = {}, header = {}) =>
      post(await entity.configuration({ aud: OP, ...more }, header)),
  };
}
