import { beforeAll, describe, expect, test } from "vitest";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import { definePolicy } from "../../src/policy/registration-policy.js";
import type { ClientTemplate, TrustTiersOptions } from "../../src/trust/trust-options.js";
import { trustTiers } from "../../src/trust/trust-tiers.js";
import { ISSUER, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import { federatedServer, serve, usualFederation } from "../federation/test-federation.js";
import { DOCUMENT, documentRegistration, URL_OF_CLIENT } from "../support/document-registration.js";
import { jsonDocument } from "../support/recording-connection.js";
import { misuseOf, PUBLIC as ANY, textOf, updateOf } from "../support/managed-registration.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { SCOPES, scopeOf, trusting } from "./trusting.js";

const REDIRECTS = ["https://app.client.example/callback"];
const PUBLIC = { ...ANY, redirect_uris: REDIRECTS };
const CONFIDENTIAL = { ...PUBLIC, token_endpoint_auth_method: "client_secret_basic" };
const CLAIMS = { iss: ISSUER, software_id: "editor", redirect_uris: REDIRECTS };
const SERVER = {
  issuer: "https://as.example",
  scopes_supported: SCOPES,
  grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
  token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "private_key_jwt"],
  token_endpoint_auth_signing_alg_values_supported: ["ES256"],
};

let key: TestKey;
beforeAll(async () => {
  key = await testKey("ES256");
});

function trustingIssuer(trust: TrustTiersOptions) {
  const keys = { jwks: { keys: [key.jwk] } };
  const made = trusting(trust, {
    authorizationServer: SERVER,
    softwareStatements: softwareStatements({ trustedIssuers: [{ issuer: ISSUER, keys }] }),
  });
  const originOf = async (body: object, token?: string) => {
    const answer = await made.post(body, token);
    expect(answer.status, answer.text).toBe(201);
    return (await made.store.findClient(textOf(answer.body, "client_id")))?.origin;
  };
  return { ...made, originOf };
}

const template = (match: ClientTemplate["match"], more: Partial<ClientTemplate> = {}) => ({
  templates: [{ name: "partner", match, tier: "approved", ...more } as const],
});

describe("a template", () => {
  const MATCHES = [
    { softwareId: "editor" },
    { statementIssuer: ISSUER },
    { host: "app.client.example" },
    { host: "*.client.example" },
    { source: "software_statement" },
    {
      source: "software_statement",
      softwareId: "editor",
      statementIssuer: ISSUER,
      host: "app.client.example",
    },
  ] as const;

  test.each(MATCHES)("gives its tier to the client of a statement: %o", async (match) => {
    const { originOf, registration, clients, events } = trustingIssuer(template(match));
    const origin = await originOf({ ...PUBLIC, software_statement: await key.sign(CLAIMS) });
    expect(origin).toMatchObject({ template: "partner", tier: "approved" });
    expect(events).toMatchObject([{ origin: { template: "partner", tier: "approved" } }]);
    const { clients: found } = await registration.findClients({ tier: "approved" });
    expect(found).toHaveLength(1);
    expect(await registration.countClients({ by: "tier" })).toEqual(new Map([["approved", 1]]));
    const view = registration.consentView(found[0]!, REDIRECTS[0]!);
    expect(view).toMatchObject({ tier: "approved" });
    // The operator's word on one client counts before a template.
    const { clientId } = found[0]!;
    const demoted = await clients.administerClient(clientId, { tier: "unknown" });
    expect(registration.consentView(demoted!, REDIRECTS[0]!)).toMatchObject({ tier: "unknown" });
    expect((await registration.findClients({ tier: "approved" })).clients).toEqual([]);
    await clients.administerClient(clientId, { tier: null });
    expect((await registration.findClients({ tier: "approved" })).clients).toHaveLength(1);
  });

  test.each(MATCHES)("gives nothing for the client's own words: %o", async (match) => {
    const { originOf } = trustingIssuer(template(match));
    const { iss: _, ...unbound } = { ...CLAIMS, redirect_uris: undefined };
    const words = { software_id: "editor", client_uri: "https://app.client.example/", iss: ISSUER };
    const own: Record<string, object> = {
      "what a statement would say": {
        ...words,
        tier: "approved",
        template: "partner",
        origin: { tier: "approved" },
      },
      "a copy of a statement that names no redirect URIs": {
        software_statement: await key.sign({ ...unbound, iss: ISSUER }),
      },
      "a copy of a statement, with a secret of one's own and a grant without a user": {
        token_endpoint_auth_method: "client_secret_basic",
        grant_types: ["authorization_code", "client_credentials"],
        software_statement: await key.sign(CLAIMS),
      },
    };
    for (const [what, members] of Object.entries(own)) {
      const origin = await originOf({ ...PUBLIC, ...members });
      expect(origin, what).not.toHaveProperty("tier");
      expect(origin, what).not.toHaveProperty("template");
    }
  });

  test("counts for a grant without a user where the client has the keys of its statement", async () => {
    const { originOf } = trustingIssuer(template({ softwareId: "editor" }));
    const jwks = { keys: [{ ...(await testKey("ES256", "client")).jwk, use: "sig" }] };
    const machine = { ...CONFIDENTIAL, grant_types: ["authorization_code", "client_credentials"] };
    const software_statement = await key.sign({ ...CLAIMS, jwks });
    const byKey = { ...machine, token_endpoint_auth_method: "private_key_jwt" };
    expect(await originOf({ ...byKey, software_statement })).toMatchObject({ tier: "approved" });
    // Keys that the statement has, and a secret that its sender has.
    const ofJwks = await key.sign({ ...CLAIMS, jwks, token_endpoint_auth_method: "client_secret_basic" });
    const own = { ...byKey, jwks, software_statement: await key.sign(CLAIMS) };
    expect(await originOf({ ...machine, software_statement: ofJwks })).not.toHaveProperty("tier");
    expect(await originOf(own)).not.toHaveProperty("tier");
  });

  test("does not match a host unless every redirect URI of the statement is there", async () => {
    const { originOf } = trustingIssuer(template({ host: "app.client.example" }));
    for (const other of ["https://evil.example/", "http://127.0.0.1/", "com.example.app:/cb"]) {
      const redirect_uris = [...REDIRECTS, other];
      const software_statement = await key.sign({ ...CLAIMS, redirect_uris });
      expect(await originOf({ ...PUBLIC, redirect_uris, software_statement })).not.toHaveProperty("tier");
    }
  });

  test("is lost with what it rested on", async () => {
    const { registration, send, register, store } = trustingIssuer({
      templates: [
        { name: "software", match: { softwareId: "editor" }, tier: "approved" },
        { name: "token", match: { source: "initial_access_token" }, tier: "domain_verified" },
      ],
    });
    const { token } = await registration.initialAccessTokens.issue({
      uses: 1,
      expiresInSeconds: 60,
      owner: "team",
    });
    const body = { ...CONFIDENTIAL, software_statement: await key.sign(CLAIMS) };
    const client = await register(body, { authorization: `Bearer ${token}` });
    const origin = async () => (await store.findClient(client.client_id))?.origin;
    expect(await origin()).toMatchObject({ template: "software", tier: "approved", owner: "team" });
    const { software_statement: _, ...update } = updateOf(client);
    const { registration_client_uri: uri, registration_access_token: first } = client;
    expect((await send("PUT", uri, first, update)).status).toBe(200);
    expect(await origin()).toMatchObject({ template: "token", tier: "domain_verified" });
    expect((await registration.findClients({ tier: "approved" })).clients).toEqual([]);
  });

  test("is lost where no other matches", async () => {
    const { register, send, store, registration } = trustingIssuer(template({ softwareId: "editor" }));
    const { token } = await registration.initialAccessTokens.issue({ uses: 1, expiresInSeconds: 60 });
    const body = { ...CONFIDENTIAL, software_statement: await key.sign(CLAIMS) };
    const client = await register(body, { authorization: `Bearer ${token}` });
    const origin = async () => (await store.findClient(client.client_id))?.origin;
    expect(await origin()).toMatchObject({ template: "partner", tier: "approved" });
    const { software_statement: _, ...update } = updateOf(client);
    const { registration_client_uri: uri, registration_access_token: first } = client;
    expect((await send("PUT", uri, first, update)).status).toBe(200);
    expect(await origin()).not.toHaveProperty("template");
    expect(await origin()).not.toHaveProperty("tier");
  });

  test("is the first that matches, and its settings count before those of its tier", async () => {
    const judged = definePolicy("of_template", () => ({ verdict: "accept" }));
    const { register, store, registration, clients, time } = trusting({
      tiers: {
        unknown: { scopes: ["read"], quotas: { total: 9 }, lifecycle: { unusedTtlSeconds: 7200 } },
        approved: { lifecycle: { idleTtlSeconds: 9000 } },
      },
      templates: [
        { name: "documents", match: { source: "metadata_document" } },
        {
          name: "strangers",
          match: { source: "open" },
          policies: [judged],
          scopes: ["read", "admin"],
          lifecycle: { unusedTtlSeconds: 10_000, idleTtlSeconds: 20_000 },
          quotas: { perAddress: 2 },
        },
        { name: "all", match: {} },
      ],
    });
    const { client_id: id } = await register({ ...PUBLIC, scope: "write read admin" });
    expect(await store.findClient(id)).toMatchObject({
      origin: { template: "strangers", policies: ["of_template"] },
      quotaKeys: ["address/template/strangers:unknown", "total/unknown"],
      expiresAt: time.now / 1000 + 10_000,
    });
    const use = async () => {
      time.now += 3_600_000;
      const found = await registration.findClient(id);
      if (found.ok) await registration.recordClientUse(found.value);
      return ((await store.findClient(id))?.expiresAt ?? 0) - time.now / 1000;
    };
    expect(await use()).toBe(20_000);
    expect(await scopeOf(registration, id)).toBe("read");
    await clients.administerClient(id, { tier: "approved" });
    // What a template takes away it takes away in every tier; its times do not count before the operator's word.
    expect(await scopeOf(registration, id)).toBe("read admin");
    expect(await use()).toBe(9000);
  });

  test("that is gone from the options gives nothing any more", async () => {
    const store = memoryStore();
    const tiers = { unknown: { scopes: ["read"] } } as const;
    const before = trusting({ tiers, ...template({ source: "initial_access_token" }) }, { store });
    const { token } = await before.registration.initialAccessTokens.issue({ uses: 1, expiresInSeconds: 60 });
    const body = { ...PUBLIC, scope: "read write" };
    const { client_id: id } = await before.register(body, { authorization: `Bearer ${token}` });
    expect(await scopeOf(before.registration, id)).toBe("read write");
    const after = trusting({ tiers }, { store });
    expect(await scopeOf(after.registration, id)).toBe("read");
    const client = (await store.findClient(id))!;
    expect(after.registration.consentView(client, REDIRECTS[0]!)).toMatchObject({ tier: "unknown" });
  });

  test("is found for a document by the host of its URL, also where the document says otherwise", async () => {
    const find = async (host: string, document: object = DOCUMENT) => {
      const trust = trustTiers(template({ host }));
      const { find: found } = documentRegistration(() => jsonDocument(document), {}, { trust });
      const client = await found();
      if (!client.ok) throw new Error(client.error.kind);
      return client.value.origin;
    };
    expect(await find("app.example")).toMatchObject({ template: "partner", tier: "approved" });
    const elsewhere = {
      ...DOCUMENT,
      redirect_uris: ["https://bank.example/cb"],
      client_uri: "https://bank.example/",
    };
    expect(await find("bank.example", elsewhere)).not.toHaveProperty("tier");
    expect(await find("*.app.example")).not.toHaveProperty("tier");
  });

  test("stands on the record of a used document, and goes with the operator's word", async () => {
    const trust = trustTiers({
      tiers: { unknown: { scopes: ["read"] } },
      ...template({ host: "app.example" }),
    });
    const document = () => jsonDocument({ ...DOCUMENT, scope: "read write" });
    const { find, registration, store } = documentRegistration(document, {}, { trust });
    const found = await find();
    if (!found.ok) throw new Error(found.error.kind);
    expect(found.value.metadata.scope).toBe("read write");
    await registration.recordClientUse(found.value);
    expect((await registration.findClients({ tier: "approved" })).clients).toMatchObject([
      { clientId: URL_OF_CLIENT },
    ]);
    await store.changeClientAdministration(URL_OF_CLIENT, { administration: { tier: "unknown" } });
    expect(await find()).toMatchObject({ ok: true, value: { metadata: { scope: "read" } } });
  });

  test("is not found for a federation's entity by its host, unless it is for federations", async () => {
    const { anchor, intermediate, leaf } = await usualFederation();
    const servers = await serve([anchor, intermediate, leaf]);
    try {
      const trust = trustTiers(template({ host: "rp.example" }, { tier: "first_party" }));
      const op = await federatedServer([anchor], servers.guardedFetch, {}, { trust });
      expect((await op.registerEntity(leaf)).status).toBe(200);
      expect((await op.registration.findClients({ tier: "first_party" })).clients).toEqual([]);
      const { clients } = await op.registration.findClients({ source: "federation" });
      expect(clients.map(({ origin }) => origin.template)).toEqual([undefined]);
    } finally {
      await servers.close();
    }
  });

  test("is found for a federation's entity by its identifier, and bounds its answer", async () => {
    const { anchor, intermediate, leaf } = await usualFederation();
    const servers = await serve([anchor, intermediate, leaf]);
    try {
      const trust = trustTiers({
        tiers: { approved: { scopes: ["openid"] } },
        ...template({ source: "federation", host: "rp.example" }),
      });
      const op = await federatedServer(
        [anchor],
        servers.guardedFetch,
        {},
        { trust, defaultScopes: ["openid", "read"] },
      );
      const answer = await op.registerEntity(leaf);
      const [, payload = ""] = (await answer.text()).split(".");
      const { metadata } = JSON.parse(Buffer.from(payload, "base64url").toString()) as {
        metadata: { openid_relying_party: object };
      };
      expect(metadata.openid_relying_party).toMatchObject({ scope: "openid" });
      const { clients } = await op.registration.findClients({ tier: "approved" });
      expect(clients).toMatchObject([
        { origin: { template: "partner" }, metadata: { scope: "openid read" } },
      ]);
    } finally {
      await servers.close();
    }
  });

  test("judges what the operator adds as well", async () => {
    const { clients } = trusting(template({ source: "operator" }, { tier: "first_party" }));
    const added = await clients.addClient({ clientId: "ours", metadata: PUBLIC });
    expect(added).toMatchObject({ client: { origin: { template: "partner", tier: "first_party" } } });
    const untrusted = { clientId: "theirs", metadata: PUBLIC, administration: { tier: "unknown" } } as const;
    await clients.addClient(untrusted);
    expect(await clients.inspectClient("theirs")).toMatchObject({
      client: { administration: { tier: "unknown" } },
      acceptance: { template: "partner", tier: "unknown" },
    });
  });
});

describe("trustTiers", () => {
  const options = (trust: unknown) => () => trusting(trust as TrustTiersOptions);
  const templates = (...list: object[]) => options({ templates: list.map((one) => ({ name: "a", ...one })) });

  test.each([
    ["a tier by nothing", templates({ match: {}, tier: "approved" })],
    ["a tier by source open", templates({ match: { source: "open" }, tier: "domain_verified" })],
    ["a tier by any document", templates({ match: { source: "metadata_document" }, tier: "first_party" })],
    ["no match", templates({ tier: "unknown" })],
    ["an unknown source", templates({ match: { source: "opne" } })],
    ["an unknown tier", templates({ match: {}, tier: "root" })],
    ["an unknown tier of settings", options({ tiers: { root: {} } })],
    ["an empty software_id", templates({ match: { softwareId: "" }, tier: "approved" })],
    ["two of a name", templates({ match: {} }, { match: {} })],
    ["a name with a colon", options({ templates: [{ name: "a:b", match: {} }] })],
    ["templates that are no list", options({ templates: {} })],
    ["scopes that are no list", options({ tiers: { unknown: { scopes: "read" } } })],
    ["a scope that the server does not have", options({ tiers: { unknown: { scopes: ["raed"] } } })],
    ["a time of 0", options({ tiers: { unknown: { lifecycle: { idleTtlSeconds: 0 } } } })],
    ["a quota of 0", options({ tiers: { unknown: { quotas: { total: 0 } } } })],
    ["policies that are no list", options({ tiers: { unknown: { policies: {} } } })],
    ["what trustTiers did not make", () => trusting({}, { trust: { tiers: {} } as never })],
  ])("refuses %s", (_, make) => {
    expect(misuseOf(make)).toBe("ERR_OPTION");
  });

  test.each([
    ["a host with a scheme", templates({ match: { host: "https://app.example" } }), "ERR_HOST_PATTERN"],
    ["a policy without a judge", options({ tiers: { unknown: { policies: [{}] } } }), "ERR_POLICY"],
  ])("refuses %s", (_, make, code) => {
    expect(misuseOf(make)).toBe(code);
  });

  test("lets a template demote by a client's own words, and bound anybody", () => {
    expect(misuseOf(templates({ match: { source: "open" }, tier: "unknown", scopes: ["read"] }))).toBe(
      undefined,
    );
    expect(misuseOf(options({}))).toBe(undefined);
  });
});
