import { importJWK, jwtVerify } from "jose";
import { afterEach, describe, expect, test } from "vitest";
import type { ClientServedEvent } from "../../src/audit/audit-event.js";
import type { JsonObject } from "../../src/lib/json.js";
import { holdForApproval } from "../../src/policy/index.js";
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
  type FederationServers,
} from "./test-federation.js";

const open: FederationServers[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((servers) => servers.close()));
});

async function started(
  entities: readonly TestEntity[],
  ...options: Parameters<typeof serve> extends [unknown, ...infer R] ? R : never
) {
  const servers = await serve(entities, ...options);
  open.push(servers);
  return servers;
}

async function usual(
  federation: Parameters<typeof federatedServer>[2] = {},
  options: Parameters<typeof federatedServer>[3] = {},
) {
  const entities = await usualFederation();
  const servers = await started(Object.values(entities));
  const op = await federatedServer([entities.anchor], servers.guardedFetch, federation, options);
  return { ...entities, servers, op };
}

/** The registered metadata in a signed answer. */
async function registered(op: Awaited<ReturnType<typeof usual>>["op"], response: Response) {
  const text = await response.text();
  expect([response.status, text]).toEqual([200, expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)]);
  const { payload, protectedHeader } = await jwtVerify(text, await importJWK(op.jwk), {
    currentDate: new Date(NOW * 1000),
  });
  const metadata = payload["metadata"] as Record<string, JsonObject>;
  return { payload, protectedHeader, client: metadata["openid_relying_party"]! };
}

test("a member of a federation registers with its entity configuration", async () => {
  const { op, leaf, servers } = await usual();
  const response = await op.registerEntity(leaf);
  expect(response.headers.get("content-type")).toBe("application/explicit-registration-response+jwt");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const { payload, protectedHeader, client } = await registered(op, response);

  expect(protectedHeader).toEqual({ alg: "ES256", kid: "op", typ: "explicit-registration-response+jwt" });
  expect(payload).toMatchObject({
    iss: OP,
    sub: LEAF,
    aud: LEAF,
    iat: NOW,
    exp: NOW + 86_400,
    trust_anchor: ANCHOR,
    authority_hints: [INTERMEDIATE],
  });
  expect(client).toMatchObject({
    client_name: "A relying party",
    client_secret: expect.any(String) as string,
  });
  expect(client).not.toHaveProperty("registration_access_token");
  expect(servers.asked).toEqual([
    `${INTERMEDIATE}/.well-known/openid-federation`,
    `${INTERMEDIATE}/fetch?sub=${encodeURIComponent(LEAF)}`,
    `${ANCHOR}/.well-known/openid-federation`,
    `${ANCHOR}/fetch?sub=${encodeURIComponent(INTERMEDIATE)}`,
  ]);
  const stored = await op.store.findClient(client["client_id"] as string);
  expect(stored).toMatchObject({
    expiresAt: NOW + 86_400,
    origin: {
      source: "federation",
      federation: { entityId: LEAF, trustAnchor: ANCHOR, endsAt: NOW + 86_400 },
    },
  });
  expect(op.events).toMatchObject([{ type: "client_registered", source: "federation" }]);
  expect((await op.registration.findClients({ source: "federation" })).clients).toEqual([stored]);
});

test("the discovery document names the endpoint", async () => {
  const { op } = await usual();
  expect(op.registration.authorizationServerMetadata).toMatchObject({
    federation_registration_endpoint: ENDPOINT,
    client_registration_types_supported: ["explicit"],
  });
});

test("the policies of the chain are applied, the trust anchor's first", async () => {
  const { op, anchor, intermediate, leaf } = await usual();
  anchor.admit(intermediate, {
    metadata_policy: {
      openid_relying_party: {
        scope: { subset_of: ["openid", "read", "other"] },
        contacts: { add: ["help@anchor.example"] },
      },
    },
  });
  intermediate.admit(leaf, {
    metadata: { openid_relying_party: { client_name: "As its university says" } },
    metadata_policy: { openid_relying_party: { scope: { subset_of: ["openid"] } } },
  });
  const response = await op.registerEntity(leaf, {
    metadata: { openid_relying_party: { ...RP_METADATA, scope: "openid read" } },
  });
  const { client } = await registered(op, response);
  expect(client).toMatchObject({
    client_name: "As its university says",
    scope: "openid",
    contacts: ["help@anchor.example"],
  });
});

test("an OAuth client registers like a relying party", async () => {
  const { op, leaf } = await usual();
  const response = await op.registerEntity(leaf, { metadata: { oauth_client: RP_METADATA } });
  expect(response.status).toBe(200);
});

test("what the server would make of the metadata against a policy is refused", async () => {
  const { op, anchor, intermediate, leaf } = await usual();
  const demand = (policy: JsonObject) =>
    anchor.admit(intermediate, { metadata_policy: { openid_relying_party: policy } });
  const { token_endpoint_auth_method: _, ...silent } = RP_METADATA;
  const attempts: readonly [JsonObject, JsonObject][] = [
    // A default of this server.
    [{ token_endpoint_auth_method: { one_of: ["private_key_jwt"] } }, silent],
    // A value that this server leaves out, as it does not support it.
    [
      { grant_types: { superset_of: ["authorization_code", "password"] } },
      { ...silent, grant_types: ["authorization_code", "password"] },
    ],
    [{ grant_types: { add: ["password"] } }, { ...silent, grant_types: ["authorization_code"] }],
    // Nothing is left, and this server would take the default.
    [{ grant_types: { subset_of: ["implicit"] } }, { ...silent, grant_types: ["authorization_code"] }],
    [{ grant_types: { subset_of: ["authorization_code"] } }, { ...silent, grant_types: ["password"] }],
    [{ grant_types: { value: null } }, silent],
  ];
  for (const [policy, metadata] of attempts) {
    // The statement before is forgotten by then.
    op.time.now += 300_000;
    demand(policy);
    const response = await op.registerEntity(leaf, { metadata: { openid_relying_party: metadata } });
    expect([response.status, await response.json()], JSON.stringify(policy)).toEqual([
      400,
      expect.objectContaining({ error: "invalid_metadata" }),
    ]);
  }
  expect((await op.registration.findClients()).clients).toEqual([]);
});

describe("an entity that registers again", () => {
  test("keeps its client_id and gets a new secret, and the old one stays good for its grace time", async () => {
    const { op, leaf } = await usual();
    const first = (await registered(op, await op.registerEntity(leaf))).client;
    op.time.now += 3_600_000;
    const exp = NOW + 90_000;
    leaf.claims = { ...leaf.claims, exp };
    const again = await op.registerEntity(leaf, {
      metadata: { openid_relying_party: { ...RP_METADATA, client_name: "Renamed" } },
    });
    const second = (await registered(op, again)).client;
    expect(second).toMatchObject({ client_id: first["client_id"], client_name: "Renamed" });
    expect(second["client_secret"]).not.toBe(first["client_secret"]);
    for (const secret of [first["client_secret"], second["client_secret"]]) {
      const basic = btoa(`${first["client_id"] as string}:${secret as string}`);
      const authenticated = await op.registration.authenticateClient({
        authorization: `Basic ${basic}`,
        parameters: new URLSearchParams(),
      });
      expect(authenticated.ok).toBe(true);
    }
    expect(op.events.map(({ type }) => type)).toEqual(["client_registered", "client_updated"]);
    expect((op.events[1] as ClientServedEvent).changes).toMatchObject([
      { member: "client_name", change: "changed" },
    ]);
    expect((await op.registration.findClients()).clients).toHaveLength(1);
  });

  test("lives as long as its new chain", async () => {
    const { op, leaf, anchor, intermediate } = await usual();
    const { client } = await registered(op, await op.registerEntity(leaf, { exp: NOW + 100 }));
    const find = () => op.registration.findClient(client["client_id"] as string);
    expect(await find()).toMatchObject({ ok: true, value: { expiresAt: NOW + 100 } });
    op.time.now += 200_000;
    expect(await find()).toEqual({ ok: false, error: { kind: "expired_client" } });
    for (const [one, other] of [
      [anchor, intermediate],
      [intermediate, leaf],
    ] as const)
      one.admit(other);
    await registered(op, await op.registerEntity(leaf));
    expect(await find()).toMatchObject({ ok: true, value: { expiresAt: NOW + 86_400 } });
  });

  test("does not go back to what an older request says, whoever kept that and sends it again", async () => {
    const { op, leaf } = await usual();
    const older = { metadata: { openid_relying_party: { ...RP_METADATA, client_name: "Old" } } };
    await registered(op, await op.registerEntity(leaf, { ...older, iat: NOW - 20 }));
    const newer = { iat: NOW - 19 };
    const { client } = await registered(op, await op.registerEntity(leaf, newer));
    const again = await op.registerEntity(leaf, { ...older, iat: NOW - 20 });
    expect([again.status, await again.json()]).toMatchObject([400, { error: "invalid_request" }]);
    const found = await op.store.findClient(client["client_id"] as string);
    expect(found).toMatchObject({
      metadata: { client_name: "A relying party" },
      origin: { federation: { statedAt: NOW - 19 } },
    });
    // The same request is sent again where the answer was lost.
    expect((await op.registerEntity(leaf, newer)).status).toBe(200);
  });

  test("stays disabled when an operator has disabled it", async () => {
    const { op, leaf } = await usual();
    const { client } = await registered(op, await op.registerEntity(leaf));
    await op.registration.disableClient(client["client_id"] as string);
    const response = await op.registerEntity(leaf);
    expect([response.status, await response.json()]).toMatchObject([403, { error: "access_denied" }]);
    expect((await op.registration.findClient(client["client_id"] as string)).ok).toBe(false);
  });

  test("stays approved while it stays the same, and is held again when it changes", async () => {
    const { op, leaf } = await usual({}, { policies: { federation: [holdForApproval({ reason: "new" })] } });
    const { client } = await registered(op, await op.registerEntity(leaf));
    const id = client["client_id"] as string;
    const find = () => op.registration.findClient(id);
    expect(await find()).toEqual({ ok: false, error: { kind: "awaiting_approval" } });
    expect(await op.registration.approveClient(id)).toBe(true);
    expect(await find()).toMatchObject({ ok: true, value: { expiresAt: NOW + 86_400 } });
    await registered(op, await op.registerEntity(leaf));
    expect(await find()).toMatchObject({ ok: true });
    const changed = { ...RP_METADATA, redirect_uris: ["https://rp.example/other"] };
    await registered(op, await op.registerEntity(leaf, { metadata: { openid_relying_party: changed } }));
    expect(await find()).toEqual({ ok: false, error: { kind: "awaiting_approval" } });
  });

  test("becomes one client when it registers many times at once", async () => {
    const { op, leaf } = await usual();
    const answers = await Promise.all(Array.from({ length: 8 }, () => op.registerEntity(leaf)));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].every((status) => status === 200 || status === 409)).toBe(true);
    expect(statuses.has(200)).toBe(true);
    expect((await op.registration.findClients()).clients).toHaveLength(1);
  });
});

test("uses and grants do not extend a registration beyond its chain", async () => {
  const { op, leaf } = await usual(
    {},
    { lifecycle: { unusedTtlSeconds: 10, idleTtlSeconds: 9_999_999, isClientInUse: () => true } },
  );
  const { client } = await registered(op, await op.registerEntity(leaf, { exp: NOW + 5000 }));
  const id = client["client_id"] as string;
  const found = await op.registration.findClient(id);
  expect(found.ok && (await op.registration.recordClientUse(found.value))).toBe("recorded");
  expect((await op.store.findClient(id))?.expiresAt).toBe(NOW + 5000);
  op.time.now += 5_001_000;
  expect(await op.registration.findClient(id)).toEqual({ ok: false, error: { kind: "expired_client" } });
  expect(await op.registration.sweepClients()).toMatchObject({ deleted: 1, kept: 0 });
});

test("a registration ends with its secret, and after the operator's longest time", async () => {
  const { op, leaf } = await usual({ maxRegistrationSeconds: 500 });
  expect((await registered(op, await op.registerEntity(leaf))).payload.exp).toBe(NOW + 500);
  const other = await usual({}, { clientSecretTtlSeconds: 300 });
  expect((await registered(other.op, await other.op.registerEntity(other.leaf))).payload.exp).toBe(NOW + 300);
});

describe("a submitted trust chain", () => {
  const chainOf = async ({ anchor, intermediate, leaf }: Awaited<ReturnType<typeof usual>>) => [
    await leaf.configuration({ aud: OP }),
    (await intermediate.statementAbout(LEAF))!,
    (await anchor.statementAbout(INTERMEDIATE))!,
  ];

  test("saves every request where the operator takes it, with and without the trust anchor's configuration", async () => {
    const made = await usual({ acceptSubmittedTrustChains: true });
    const chain = await chainOf(made);
    for (const above of [[], [await made.anchor.configuration()]]) {
      const response = await made.op.post(
        JSON.stringify([...chain, ...above]),
        "application/trust-chain+json",
      );
      await registered(made.op, response);
    }
    const inHeader = await made.op.registerEntity(made.leaf, {}, { trust_chain: chain });
    await registered(made.op, inHeader);
    expect(made.servers.asked).toEqual([]);
  });

  test("is no more than its first statement by default", async () => {
    const made = await usual();
    const chain = await chainOf(made);
    made.intermediate.statements.clear();
    const response = await made.op.post(JSON.stringify(chain), "application/trust-chain+json");
    expect([response.status, await response.json()]).toMatchObject([400, { error: "invalid_trust_chain" }]);
    expect(made.servers.asked.length).toBeGreaterThan(0);
  });

  test.each<[string, (chain: string[]) => unknown]>([
    ["without its middle", ([leaf, , top]) => [leaf, top]],
    ["in another order", ([leaf, middle, top]) => [leaf, top, middle]],
    ["with a statement twice", ([leaf, middle, top]) => [leaf, middle, middle, top]],
    ["with another signature", ([leaf, middle, top]) => [leaf, `${middle!.slice(0, -8)}AAAAAAAA`, top]],
    ["with a number in it", ([leaf, middle]) => [leaf, middle, 3]],
    ["of thousands of statements", (chain) => [chain[0], ...Array.from({ length: 5_000 }, () => "a.b.c")]],
  ])("%s is not taken, and its subject's superiors are asked", async (_, change) => {
    const made = await usual({ acceptSubmittedTrustChains: true });
    const chain = change(await chainOf(made));
    const response = await made.op.post(JSON.stringify(chain), "application/trust-chain+json");
    expect(response.status).toBe(200);
    expect(made.servers.asked.length).toBe(4);
  });
});

test("the search finds the chain among hints that lead nowhere, and prefers the shortest", async () => {
  const { anchor, intermediate, leaf } = await usualFederation();
  const [stray, lone] = [await superior("https://stray.example"), await superior("https://lone.example")];
  stray.admit(leaf);
  lone.admit(stray);
  leaf.claims = { ...leaf.claims, authority_hints: ["https://gone.example", stray.id, INTERMEDIATE] };
  const servers = await started([anchor, intermediate, stray, lone]);
  const op = await federatedServer([anchor], servers.guardedFetch);
  const { payload } = await registered(op, await op.registerEntity(leaf));
  expect(payload["authority_hints"]).toEqual([INTERMEDIATE]);
  anchor.admit(leaf);
  const direct = await registered(op, await op.registerEntity(leaf));
  expect(direct.payload["authority_hints"]).toEqual([ANCHOR]);
});
