import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, describe, expect, test } from "vitest";
import { misuseOf } from "../support/managed-registration.js";
import { base64url } from "../json-web-token/token-issuer.js";
import { federationRegistration, type FederationOptions } from "../../src/federation.js";
import { isJsonObject, type JsonObject } from "../../src/lib/json.js";
import { memoryRateLimiter, memoryStore } from "../../src/memory.js";
import {
  ANCHOR,
  ENDPOINT,
  federatedServer,
  INTERMEDIATE,
  LEAF,
  NOW,
  OP,
  RP_METADATA,
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

interface Made {
  readonly anchor: TestEntity;
  readonly intermediate: TestEntity;
  readonly leaf: TestEntity;
  readonly servers: FederationServers;
  readonly op: FederatedServer;
}

async function made(
  federation: Partial<FederationOptions> = {},
  others: readonly TestEntity[] = [],
): Promise<Made> {
  const entities = await usualFederation();
  const servers = await serve([...Object.values(entities), ...others], { timeoutSeconds: 0.3 });
  open.push(servers);
  return {
    ...entities,
    servers,
    op: await federatedServer([entities.anchor], servers.guardedFetch, federation),
  };
}

/** The status and the code of an answer that registered nothing, which told nothing of what was sent. */
async function refusalOf(op: FederatedServer, answer: Response): Promise<string> {
  const body = (await answer.json()) as JsonObject;
  expect(JSON.stringify(body)).not.toContain("example");
  expect((await op.registration.findClients()).clients).toEqual([]);
  expect(op.events.map(({ type }) => type)).toEqual(["registration_refused"]);
  expect(isJsonObject(body)).toBe(true);
  return `${answer.status} ${body["error"] as string}`;
}

describe("the entity configuration", () => {
  type Forge = (leaf: TestEntity, made: Made) => Promise<string> | string;
  const cases: readonly [string, string, Forge][] = [
    ["is no token", "400 invalid_request", () => "hello"],
    ["is empty", "400 invalid_request", () => ""],
    ["has no audience", "400 invalid_request", (leaf) => leaf.configuration()],
    [
      "has another audience",
      "400 invalid_request",
      (leaf) => leaf.configuration({ aud: "https://other.example" }),
    ],
    [
      "has two audiences",
      "400 invalid_request",
      (leaf) => leaf.configuration({ aud: [OP, "https://other.example"] }),
    ],
    [
      "speaks of another",
      "400 invalid_request",
      (leaf) => leaf.configuration({ aud: OP, sub: "https://bank.example" }),
    ],
    [
      "has an http identifier",
      "400 invalid_request",
      (leaf) => leaf.configuration({ aud: OP, iss: "http://rp.example", sub: "http://rp.example" }),
    ],
    [
      "has critical claims",
      "400 invalid_request",
      (leaf) => leaf.configuration({ aud: OP, crit: ["x"], x: 1 }),
    ],
    [
      "has a metadata policy",
      "400 invalid_request",
      (leaf) => leaf.configuration({ aud: OP, metadata_policy: {} }),
    ],
    [
      "has metadata of null",
      "400 invalid_request",
      (leaf) => leaf.configuration({ aud: OP, metadata: { openid_relying_party: { client_name: null } } }),
    ],
    ["has no keys", "400 invalid_request", (leaf) => leaf.configuration({ aud: OP, jwks: { keys: [] } })],
    [
      "has no hints",
      "400 invalid_trust_chain",
      (leaf) => leaf.configuration({ aud: OP, authority_hints: [] }),
    ],
    [
      "is nested deeper than a stack",
      "400 invalid_request",
      () => {
        const metadata = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
        const payload = `{"iss":"${LEAF}","sub":"${LEAF}","metadata":${metadata}}`;
        return `${base64url('{"alg":"ES256","typ":"entity-statement+jwt"}')}.${base64url(payload)}.AAAA`;
      },
    ],
    ["has expired", "400 invalid_trust_chain", (leaf) => leaf.configuration({ aud: OP, exp: NOW - 61 })],
    [
      "is from the future",
      "400 invalid_trust_chain",
      (leaf) => leaf.configuration({ aud: OP, iat: NOW + 61 }),
    ],
    ["has no typ", "400 invalid_trust_chain", (leaf) => leaf.configuration({ aud: OP }, { typ: undefined })],
    [
      "has the typ of another JWT",
      "400 invalid_trust_chain",
      (leaf) => leaf.configuration({ aud: OP }, { typ: "JWT" }),
    ],
    ["has no kid", "400 invalid_trust_chain", (leaf) => leaf.configuration({ aud: OP }, { kid: undefined })],
    [
      "has another kid",
      "400 invalid_trust_chain",
      (leaf) => leaf.configuration({ aud: OP }, { kid: "other" }),
    ],
    [
      "has the algorithm none",
      "400 invalid_trust_chain",
      async (leaf) => {
        const [, payload] = (await leaf.configuration({ aud: OP })).split(".");
        return `${base64url(JSON.stringify({ alg: "none", typ: "entity-statement+jwt", kid: leaf.jwk.kid }))}.${payload}.`;
      },
    ],
    [
      "is signed with a public key as a secret",
      "400 invalid_trust_chain",
      async (leaf) => {
        const claims = {
          iss: LEAF,
          sub: LEAF,
          aud: OP,
          iat: NOW,
          exp: NOW + 60,
          jwks: leaf.jwks,
          ...leaf.claims,
        };
        return new SignJWT(claims)
          .setProtectedHeader({ alg: "HS256", typ: "entity-statement+jwt", kid: leaf.jwk.kid! })
          .sign(new TextEncoder().encode(JSON.stringify(leaf.jwk).padEnd(64)));
      },
    ],
    [
      "is signed with a key that its superior does not name",
      "400 invalid_trust_chain",
      async (leaf) => {
        const { privateKey } = await generateKeyPair("ES256");
        const claims = {
          iss: LEAF,
          sub: LEAF,
          aud: OP,
          iat: NOW,
          exp: NOW + 60,
          jwks: leaf.jwks,
          ...leaf.claims,
        };
        return new SignJWT(claims)
          .setProtectedHeader({ alg: "ES256", typ: "entity-statement+jwt", kid: leaf.jwk.kid! })
          .sign(privateKey);
      },
    ],
    [
      "has peer_trust_chain",
      "400 invalid_request",
      (leaf) => leaf.configuration({ aud: OP }, { peer_trust_chain: [] }),
    ],
    [
      "is of no client",
      "400 invalid_metadata",
      (leaf) => leaf.configuration({ aud: OP, metadata: { openid_provider: {} } }),
    ],
    [
      "is a client's by its prototype",
      "400 invalid_metadata",
      (leaf) =>
        leaf.configuration({
          aud: OP,
          metadata: JSON.parse('{"__proto__":{"openid_relying_party":{}}}') as JsonObject,
        }),
    ],
  ];

  test.each(cases)("that %s is answered %s", async (_, expected, forge) => {
    const all = await made();
    const answer = await all.op.post(await forge(all.leaf, all));
    expect(await refusalOf(all.op, answer)).toBe(expected);
  });

  test.each<[string, (leaf: TestEntity) => Promise<string>]>([
    [
      "has another signature",
      async (leaf) => `${(await leaf.configuration({ aud: OP })).slice(0, -8)}AAAAAAAA`,
    ],
    ["has expired", (leaf) => leaf.configuration({ aud: OP, exp: NOW - 61 })],
    [
      "is signed with a key that it does not name",
      async (leaf) =>
        (await TestEntity.create(LEAF)).sign({
          iss: LEAF,
          sub: LEAF,
          aud: OP,
          jwks: leaf.jwks,
          ...leaf.claims,
        }),
    ],
  ])("that %s makes this server ask nobody", async (_, forge) => {
    const all = await made();
    const answer = await all.op.post(await forge(all.leaf));
    expect(await refusalOf(all.op, answer)).toBe("400 invalid_trust_chain");
    expect(all.servers.asked).toEqual([]);
  });

  test("whose metadata breaks a rule of this server is refused by that rule", async () => {
    const all = await made();
    const metadata = { openid_relying_party: { ...RP_METADATA, redirect_uris: ["javascript:alert(1)"] } };
    const answer = await all.op.registerEntity(all.leaf, { metadata });
    expect(await answer.json()).toMatchObject({ error: "invalid_redirect_uri" });
  });
});

describe("a statement of a superior", () => {
  type Change = (made: Made) => void | Promise<void>;
  const about =
    (more: JsonObject) =>
    ({ intermediate, leaf }: Made) =>
      intermediate.admit(leaf, more);
  const ofAnchor =
    (more: JsonObject) =>
    ({ anchor, intermediate }: Made) =>
      anchor.admit(intermediate, more);
  const cases: readonly [string, string, Change][] = [
    ["that has expired", "400 invalid_trust_chain", about({ exp: NOW - 61 })],
    ["without an expiry", "400 invalid_trust_chain", about({ exp: "never" })],
    ["about another", "400 invalid_trust_chain", about({ sub: "https://other.example" })],
    ["by another", "400 invalid_trust_chain", about({ iss: ANCHOR })],
    [
      "with other keys",
      "400 invalid_trust_chain",
      ({ anchor, intermediate, leaf }) => intermediate.admit(leaf, { jwks: anchor.jwks }),
    ],
    ["without keys", "400 invalid_trust_chain", about({ jwks: {} })],
    ["with an audience", "400 invalid_trust_chain", about({ aud: OP })],
    ["with authority hints", "400 invalid_trust_chain", about({ authority_hints: [ANCHOR] })],
    ["with critical claims", "400 invalid_trust_chain", about({ crit: ["x"], x: 1 })],
    ["with a critical operator", "400 invalid_trust_chain", about({ metadata_policy_crit: ["regexp"] })],
    ["with a policy that is a list", "400 invalid_trust_chain", about({ metadata_policy: [] })],
    ["with constraints that are a list", "400 invalid_trust_chain", about({ constraints: [] })],
    [
      "with a path too long for it",
      "400 invalid_trust_chain",
      ofAnchor({ constraints: { max_path_length: 0 } }),
    ],
    [
      "with a path length that is none",
      "400 invalid_trust_chain",
      ofAnchor({ constraints: { max_path_length: "9" } }),
    ],
    [
      "that permits other names",
      "400 invalid_trust_chain",
      ofAnchor({ constraints: { naming_constraints: { permitted: [".university.example"] } } }),
    ],
    [
      "that excludes the name",
      "400 invalid_trust_chain",
      ofAnchor({
        constraints: {
          naming_constraints: {
            permitted: [".example", "rp.example", "university.example"],
            excluded: ["rp.example"],
          },
        },
      }),
    ],
    [
      "with names that are a text",
      "400 invalid_trust_chain",
      ofAnchor({ constraints: { naming_constraints: { permitted: ".example" } } }),
    ],
    [
      "that allows no clients",
      "400 invalid_metadata",
      ofAnchor({ constraints: { allowed_entity_types: ["openid_provider"] } }),
    ],
    [
      "whose policy contradicts the anchor's",
      "400 invalid_trust_chain",
      (all) => {
        about({ metadata_policy: { openid_relying_party: { scope: { value: "openid" } } } })(all);
        ofAnchor({ metadata_policy: { openid_relying_party: { scope: { value: "read" } } } })(all);
      },
    ],
    [
      "whose policy for others contradicts the anchor's",
      "400 invalid_trust_chain",
      (all) => {
        about({ metadata_policy: { openid_provider: { issuer: { value: "a" } } } })(all);
        ofAnchor({ metadata_policy: { openid_provider: { issuer: { value: "b" } } } })(all);
      },
    ],
    [
      "whose policy the metadata breaks",
      "400 invalid_metadata",
      ofAnchor({
        metadata_policy: {
          openid_relying_party: { token_endpoint_auth_method: { one_of: ["private_key_jwt"] } },
        },
      }),
    ],
    [
      "whose policy demands what every object inherits",
      "400 invalid_metadata",
      ofAnchor({ metadata_policy: { openid_relying_party: { constructor: { essential: true } } } }),
    ],
    ["that is withdrawn", "400 invalid_trust_chain", ({ intermediate }) => intermediate.statements.clear()],
    [
      "by an anchor with other keys than the operator knows",
      "400 invalid_trust_chain",
      async ({ anchor, servers, intermediate }) => {
        const impostor = await superior(ANCHOR);
        impostor.admit(intermediate);
        servers.intercept = (url, response) => {
          if (url.host !== new URL(anchor.id).host) return false;
          const isFetch = url.pathname === "/fetch";
          void (isFetch ? impostor.statementAbout(INTERMEDIATE) : impostor.configuration()).then(
            (statement) =>
              response.writeHead(200, { "content-type": "application/entity-statement+jwt" }).end(statement),
          );
          return true;
        };
      },
    ],
    [
      "sent as another media type",
      "400 invalid_trust_chain",
      ({ servers, intermediate }) => {
        servers.intercept = (url, response) => {
          if (url.pathname !== "/fetch") return false;
          void intermediate
            .statementAbout(LEAF)
            .then((text) => response.writeHead(200, { "content-type": "text/plain" }).end(text));
          return true;
        };
      },
    ],
    [
      "behind a redirect",
      "400 invalid_trust_chain",
      ({ servers }) => {
        servers.intercept = (url, response) => {
          if (url.pathname !== "/fetch") return false;
          response.writeHead(302, { location: "https://169.254.169.254/" }).end();
          return true;
        };
      },
    ],
    [
      "from a fetch endpoint of a private network",
      "400 invalid_trust_chain",
      ({ intermediate }) => {
        intermediate.claims = {
          ...intermediate.claims,
          metadata: { federation_entity: { federation_fetch_endpoint: "https://169.254.169.254/fetch" } },
        };
      },
    ],
    [
      "from a superior that never answers",
      "400 invalid_trust_chain",
      ({ servers }) => {
        servers.intercept = ({ host }) => host === new URL(INTERMEDIATE).host;
      },
    ],
    [
      "from an anchor that never answers",
      "503 temporarily_unavailable",
      ({ servers }) => {
        servers.intercept = ({ host }) => host === new URL(ANCHOR).host;
      },
    ],
    [
      "from an anchor that is out of order",
      "503 temporarily_unavailable",
      ({ servers }) => {
        servers.intercept = ({ host }, response) => {
          if (host !== new URL(ANCHOR).host) return false;
          response.writeHead(500).end();
          return true;
        };
      },
    ],
    [
      "that never ends",
      "400 invalid_trust_chain",
      ({ servers }) => {
        servers.intercept = ({ pathname }, response) => {
          if (pathname !== "/fetch") return false;
          response.writeHead(200, { "content-type": "application/entity-statement+jwt" });
          const more = () => {
            if (!response.destroyed) response.write("a".repeat(65_536), more);
          };
          more();
          return true;
        };
      },
    ],
  ];

  test.each(cases)("%s is answered %s", async (_, expected, change) => {
    const all = await made();
    await change(all);
    expect(await refusalOf(all.op, await all.op.registerEntity(all.leaf))).toBe(expected);
  });
});

describe("the search", () => {
  test("ends where superiors name each other", async () => {
    const [one, other] = [await superior("https://one.example"), await superior("https://other.example")];
    const all = await made({}, [one, other]);
    one.admit(other);
    other.admit(one);
    one.admit(all.leaf);
    one.admit(one);
    all.leaf.claims = { ...all.leaf.claims, authority_hints: [one.id, LEAF] };
    expect(await refusalOf(all.op, await all.op.registerEntity(all.leaf))).toBe("400 invalid_trust_chain");
    expect(all.servers.asked.length).toBeLessThanOrEqual(4);
  });

  test("goes no further up than the operator says", async () => {
    const all = await made({ maxIntermediates: 1 });
    const between = await superior("https://between.example");
    between.admit(all.leaf);
    all.intermediate.admit(between);
    all.leaf.claims = { ...all.leaf.claims, authority_hints: [between.id] };
    const servers = await serve([all.anchor, all.intermediate, between]);
    open.push(servers);
    const far = await federatedServer([all.anchor], servers.guardedFetch, { maxIntermediates: 1 });
    expect(await refusalOf(far, await far.registerEntity(all.leaf))).toBe("400 invalid_trust_chain");
    const near = await federatedServer([all.anchor], servers.guardedFetch, { maxIntermediates: 2 });
    expect((await near.registerEntity(all.leaf)).status).toBe(200);
  });

  test("tries no more hints than the operator says, a trust anchor first", async () => {
    const all = await made({ maxAuthorityHints: 3 });
    const hints = Array.from({ length: 500 }, (_, index) => `https://h${index}.example`);
    all.leaf.claims = { ...all.leaf.claims, authority_hints: [...hints, ANCHOR] };
    all.anchor.admit(all.leaf);
    expect((await all.op.registerEntity(all.leaf)).status).toBe(200);
    expect(all.servers.asked.every((url) => url.startsWith(ANCHOR))).toBe(true);
    all.leaf.claims = { ...all.leaf.claims, authority_hints: hints };
    const before = all.servers.asked.length;
    expect((await all.op.registerEntity(all.leaf)).status).toBe(400);
    expect(all.servers.asked.length - before).toBe(3);
  });

  test("makes no more requests than the operator says, however wide the graph", async () => {
    const crowd = await Promise.all(Array.from({ length: 30 }, (_, i) => superior(`https://c${i}.example`)));
    const all = await made({ maxFetches: 9, maxAuthorityHints: 30 }, crowd);
    for (const one of crowd) {
      one.admit(all.leaf);
      for (const other of crowd) if (other !== one) one.admit(other);
    }
    expect(
      (await all.op.registerEntity(all.leaf, { authority_hints: crowd.map(({ id }) => id) })).status,
    ).toBe(400);
    expect(all.servers.asked.length).toBe(9);
  });

  test("makes no further request after its time", async () => {
    const all = await made({ maxSearchSeconds: 2 });
    all.servers.intercept = () => {
      all.op.time.now += 3000;
      return false;
    };
    expect((await all.op.registerEntity(all.leaf)).status).toBe(400);
    expect(all.servers.asked.length).toBe(1);
  });

  test("is answered 503 while all requests out are taken", async () => {
    const all = await made();
    const servers = await serve([all.anchor, all.intermediate], { maxConcurrent: 1 });
    open.push(servers);
    const op = await federatedServer([all.anchor], servers.guardedFetch);
    let arrived: () => void;
    const first = new Promise<void>((resolve) => (arrived = resolve));
    servers.intercept = () => {
      arrived();
      return true;
    };
    const waiting = op.registerEntity(all.leaf);
    await first;
    // Whoever needs the same statement waits for it; this one needs another.
    expect((await op.registerEntity(all.leaf, { authority_hints: [ANCHOR] })).status).toBe(503);
    await servers.close();
    await waiting;
  });
});

test("a member of another federation does not replace a client by its name", async () => {
  const all = await made();
  const foreign = await superior("https://foreign.example");
  const impostor = await TestEntity.create(LEAF, {
    metadata: { openid_relying_party: { ...RP_METADATA, redirect_uris: ["https://evil.example/"] } },
  });
  foreign.admit(impostor);
  const servers = await serve([all.anchor, all.intermediate, foreign]);
  open.push(servers);
  const op = await federatedServer([all.anchor, foreign], servers.guardedFetch);
  expect((await op.registerEntity(all.leaf)).status).toBe(200);
  const [victim] = (await op.registration.findClients()).clients;
  expect((await op.registerEntity(impostor)).status).toBe(200);
  expect((await op.registration.findClients()).clients).toHaveLength(2);
  expect(await op.store.findClient(victim!.clientId)).toEqual(victim);
});

describe("the endpoint", () => {
  const send = (op: FederatedServer, init: RequestInit) => op.registration.fetch(new Request(ENDPOINT, init));

  test.each([
    ["GET", 405],
    ["OPTIONS", 405],
    ["PUT", 405],
  ])("answers %s with %d", async (method, status) => {
    const { op } = await made();
    const answer = await send(op, { method });
    expect([answer.status, answer.headers.get("allow")]).toEqual([status, "POST"]);
  });

  test.each([["application/json"], ["text/plain"], ["application/jwt"]])("does not take %s", async (type) => {
    const { op, leaf, servers } = await made();
    const answer = await op.post(await leaf.configuration({ aud: OP }), type);
    expect(answer.status).toBe(415);
    expect(servers.asked).toEqual([]);
  });

  test.each([["{}"], ["[]"], ["[1]"], ["[null]"], ["{"], ["null"], ['"a.b.c"']])(
    "refuses %s as a trust chain",
    async (body) => {
      const { op, servers } = await made();
      expect((await op.post(body, "application/trust-chain+json")).status).toBe(400);
      expect(servers.asked).toEqual([]);
    },
  );

  test("takes no body beyond its limit", async () => {
    const { op } = await made();
    expect((await op.post("a".repeat(70_000))).status).toBe(413);
  });

  test("counts each request against its rate limit", async () => {
    const { op, leaf, servers } = await made({
      rateLimiter: memoryRateLimiter({ limit: 1, windowSeconds: 60 }),
    });
    expect((await op.registerEntity(leaf)).status).toBe(200);
    const { length } = servers.asked;
    expect((await op.registerEntity(leaf)).status).toBe(429);
    expect(servers.asked.length).toBe(length);
  });

  test("answers 503 while the store is away", async () => {
    const { leaf, servers, anchor } = await made();
    const failing = () => {
      throw new Error("away");
    };
    for (const method of ["findClientByFingerprint", "createClient", "replaceClient", "changeClientStatus"]) {
      const store = memoryStore();
      const op = await federatedServer([anchor], servers.guardedFetch, {}, { store });
      const isRenewal = ["replaceClient", "changeClientStatus"].includes(method);
      if (isRenewal) expect((await op.registerEntity(leaf)).status).toBe(200);
      Object.assign(store, { [method]: failing });
      expect((await op.registerEntity(leaf)).status, method).toBe(503);
    }
  });
});

test("options that make no sense are a misuse", async () => {
  const { anchor, servers } = await made();
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const signingKey = { ...(await exportJWK(privateKey)), kid: "op", alg: "ES256" };
  const good = {
    trustAnchors: [{ entityId: ANCHOR, jwks: { keys: [anchor.jwk] } }],
    guardedFetch: servers.guardedFetch,
    rateLimiter: memoryRateLimiter({ limit: 1, windowSeconds: 1 }),
    signingKey,
  };
  const with_ = (more: object) => misuseOf(() => federationRegistration({ ...good, ...more }));
  expect(with_({})).toBeUndefined();
  const { d: _, ...publicKey } = signingKey;
  const { kid: __, ...unnamed } = anchor.jwk;
  for (const [more, code] of [
    [{ rateLimiter: undefined }, "ERR_RATE_LIMITER_REQUIRED"],
    [{ trustAnchors: [] }, "ERR_TRUST_ANCHOR"],
    [{ trustAnchors: [...good.trustAnchors, ...good.trustAnchors] }, "ERR_TRUST_ANCHOR"],
    [
      { trustAnchors: [{ entityId: "http://anchor.example", jwks: { keys: [anchor.jwk] } }] },
      "ERR_TRUST_ANCHOR",
    ],
    [{ trustAnchors: [{ entityId: ANCHOR, jwks: { keys: [] } }] }, "ERR_TRUST_ANCHOR"],
    [{ trustAnchors: [{ entityId: ANCHOR, jwks: { keys: [unnamed] } }] }, "ERR_TRUST_ANCHOR"],
    [{ signingKey: publicKey }, "ERR_SIGNING_KEY"],
    [{ signingKey: { ...signingKey, alg: "RS256" } }, "ERR_SIGNING_KEY"],
    [{ signingKey: { ...signingKey, kid: "" } }, "ERR_SIGNING_KEY"],
    [{ signingKey: undefined }, "ERR_SIGNING_KEY"],
    [{ guardedFetch: undefined }, "ERR_OPTION"],
    [{ registrationEndpoint: "http://as.example/f" }, "ERR_OPTION"],
    [{ maxFetches: 0 }, "ERR_OPTION"],
    [{ maxRegistrationSeconds: 1.5 }, "ERR_OPTION"],
    [{ acceptSubmittedTrustChains: "yes" }, "ERR_OPTION"],
    [{ algorithms: ["none"] }, "ERR_ALGORITHM"],
  ] as const) {
    expect(with_(more), JSON.stringify(more)).toBe(code);
  }
});
