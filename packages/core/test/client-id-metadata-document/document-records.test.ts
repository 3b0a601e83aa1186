import { describe, expect, test } from "vitest";
import { clientAdministration } from "../../src/administration/client-administration.js";
import { tokenGatedPreset } from "../../src/configuration/presets.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { memoryStore } from "../../src/store/memory-store.js";
import "reflect-metadata";
import { tlsClientAuth } from "../../src/mutual-tls/index.js";
import { authority } from "../mutual-tls/certificates.js";
import { DOCUMENT, documentRegistration, URL_OF_CLIENT } from "../support/document-registration.js";
import { jsonDocument } from "../support/recording-connection.js";

type Document = Record<string, unknown>;

/** A server whose document may change, and another process on the same store. */
function servers(options: object = {}) {
  let document: Document = DOCUMENT;
  const store = memoryStore();
  const answer = () => jsonDocument(document);
  const one = documentRegistration(answer, { minFreshSeconds: 1, maxFreshSeconds: 1 }, { store, ...options });
  const other = documentRegistration(
    answer,
    { minFreshSeconds: 1, maxFreshSeconds: 1 },
    { store, ...options },
  );
  return { one, other, store, change: (members: Document) => void (document = { ...DOCUMENT, ...members }) };
}

async function used(server: ReturnType<typeof documentRegistration>) {
  const found = await server.find();
  if (!found.ok) throw new Error(found.error.kind);
  expect(await server.registration.recordClientUse(found.value)).toBe("recorded");
}

describe("the record of a document's client", () => {
  test("is small, has its last use, and is found and counted like any other", async () => {
    const { one, store } = servers();
    await used(one);
    const record = await store.findClient(URL_OF_CLIENT);
    expect(record).toMatchObject({
      status: "active",
      version: 1,
      origin: { source: "metadata_document", document: { fetchedAt: expect.any(Number) as number } },
      metadata: { client_name: "An app", redirect_uris: ["https://app.example/callback"] },
    });
    expect(Object.keys(record?.metadata ?? {}).sort()).toEqual(["client_name", "redirect_uris"]);
    expect(record?.lastUsedAt).toBeTypeOf("number");
    const { clients } = await one.registration.findClients({
      source: "metadata_document",
      host: "app.example",
    });
    expect(clients).toMatchObject([{ clientId: URL_OF_CLIENT }]);
    expect(await one.registration.countClients({ by: "source" })).toEqual(
      new Map([["metadata_document", 1]]),
    );
    expect(await one.find()).toMatchObject({
      ok: true,
      value: { status: "active", lastUsedAt: record?.lastUsedAt },
    });
  });

  test("blocks the client at the next request of every process, and its server is not asked any more", async () => {
    const { one, other } = servers();
    await used(one);
    await other.find();
    expect(await one.registration.disableClient(URL_OF_CLIENT, { reason: "phishing" })).toBe(true);
    const [before, ...events] = [other.asked.length, ...one.events.slice(-1)];
    expect(events).toMatchObject([{ type: "client_disabled", statusReason: "phishing", actor: "operator" }]);
    expect(await other.find()).toEqual({ ok: false, error: { kind: "disabled" } });
    expect(other.asked.length).toBe(before);
    expect(await one.registration.enableClient(URL_OF_CLIENT)).toBe(true);
    expect(await other.find()).toMatchObject({ ok: true, value: { status: "active" } });
  });

  test("is made by blocking a client that nobody has seen yet", async () => {
    const { one, other } = servers();
    expect(await one.registration.disableClient(URL_OF_CLIENT, { reason: "known to be bad" })).toBe(true);
    expect(await one.registration.disableClient(URL_OF_CLIENT)).toBe(false);
    expect(await other.find()).toEqual({ ok: false, error: { kind: "disabled" } });
    expect(other.asked).toEqual([]);
    await one.registration.enableClient(URL_OF_CLIENT);
    expect(await other.find()).toMatchObject({ ok: true, value: { status: "pending" } });
    expect(other.events).not.toContainEqual(expect.objectContaining({ type: "client_document_changed" }));
  });

  test("is blocked although another process records its first use at that very moment", async () => {
    const { other, store } = servers();
    const one = documentRegistration(
      () => jsonDocument(DOCUMENT),
      {},
      {
        store: {
          ...store,
          async createClient(...call: Parameters<typeof store.createClient>) {
            await used(other);
            return store.createClient(...call);
          },
        },
      },
    );
    expect(await one.registration.disableClient(URL_OF_CLIENT, { reason: "known to be bad" })).toBe(true);
    expect(await store.findClient(URL_OF_CLIENT)).toMatchObject({
      status: "disabled",
      administration: { statusReason: "known to be bad" },
    });
    expect(one.events).toMatchObject([{ type: "client_disabled", statusReason: "known to be bad" }]);
    expect(await other.find()).toEqual({ ok: false, error: { kind: "disabled" } });
  });

  test("asks for consent again when keys or redirect URIs change, once, and tells of it", async () => {
    const { one, other, change, store } = servers();
    await used(one);
    change({ redirect_uris: ["https://app.example/elsewhere"] });
    one.at(5);
    other.at(5);
    const found = await one.find();
    expect(found).toMatchObject({
      ok: true,
      value: { version: 2, requirements: { consentSince: expect.any(Number) as number, pkce: true } },
    });
    expect(one.events).toContainEqual(
      expect.objectContaining({ type: "client_document_changed", clientId: URL_OF_CLIENT, actor: "system" }),
    );
    const record = await store.findClient(URL_OF_CLIENT);
    expect(record?.metadata.redirect_uris).toEqual(["https://app.example/elsewhere"]);
    await other.find();
    await one.find();
    expect(await store.findClient(URL_OF_CLIENT)).toEqual(record);
    expect(other.events).not.toContainEqual(expect.objectContaining({ type: "client_document_changed" }));
  });

  describe("that may use a grant that needs no user", () => {
    const HOUR = 3600;
    const alone = {
      ...{ grant_types: ["client_credentials"], redirect_uris: [], response_types: [] },
      ...{ token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://app.example/jwks" },
    };
    const server = (members: Document = alone, options: object = {}) =>
      documentRegistration(
        (url) => jsonDocument({ ...DOCUMENT, ...members, client_id: url }),
        {},
        {
          authorizationServer: {
            issuer: "https://as.example",
            scopes_supported: ["read", "write"],
            grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
            token_endpoint_auth_methods_supported: ["none", "private_key_jwt"],
            token_endpoint_auth_signing_alg_values_supported: ["ES256"],
          },
          ...options,
        },
      );
    const use = async ({ find, registration }: ReturnType<typeof server>, url: string) => {
      const found = await find(url);
      if (!found.ok) throw new Error(JSON.stringify(found.error));
      return registration.recordClientUse(found.value);
    };

    test("is made for 10 clients of a host and 50 of a site, until they are used again later", async () => {
      const one = server();
      const other = server(alone, { store: one.store });
      const first = "https://h0.example.com:4000/client";
      // Another process looks the client up before its first use, and records one after it.
      const early = await other.find(first);
      for (let index = 0; index < 50; index += 1) {
        const url = `https://h${Math.floor(index / 10)}.example.com:${4000 + index}/client`;
        expect(await use(one, url), url).toBe("recorded");
      }
      const further = "https://h0.example.com/another";
      expect(await use(one, further)).toBe("quota_exceeded");
      expect(await one.store.findClient(further)).toBeUndefined();
      expect(await use(one, "https://h5.example.com/client")).toBe("quota_exceeded");
      expect(await use(one, "https://app.example.org/client")).toBe("recorded");

      if (!early.ok) throw new Error(early.error.kind);
      expect(await other.registration.recordClientUse(early.value)).toBe("recorded");
      expect(await use(one, further)).toBe("quota_exceeded");

      one.at(HOUR + 1);
      expect(await use(one, first)).toBe("recorded");
      expect(await use(one, further)).toBe("recorded");
    });

    test("ends by itself within hours while it counts, also where clients do not expire", async () => {
      for (const lifecycle of [{}, { idleTtlSeconds: 90 * 86_400 }]) {
        const one = server(alone, { lifecycle });
        await use(one, URL_OF_CLIENT);
        const record = await one.store.findClient(URL_OF_CLIENT);
        expect(record?.expiresAt).toBe((record?.lastUsedAt ?? 0) + 36 * HOUR);
        one.at(24 * HOUR);
        await use(one, URL_OF_CLIENT);
        expect((await one.store.findClient(URL_OF_CLIENT))?.expiresAt).not.toBe(record?.expiresAt);
      }
    });

    test("does not end once the operator has said something of it", async () => {
      const one = server();
      await use(one, URL_OF_CLIENT);
      await clientAdministration({
        ...tokenGatedPreset({ issuer: "https://as.example" }),
        store: one.store,
        audit: () => undefined,
      }).administerClient(URL_OF_CLIENT, { tier: "approved" });
      expect(await one.store.findClient(URL_OF_CLIENT)).not.toHaveProperty("expiresAt");
    });

    test("has room for another domain after 20 of a stranger, and gives a domain less the fuller it is", async () => {
      const one = server();
      const madeBy = async (domain: string) => {
        for (let made = 0; ; made += 1) {
          const url = `https://h${Math.floor(made / 10)}.${domain}:${4000 + made}/client`;
          if ((await use(one, url)) === "quota_exceeded") return made;
        }
      };
      for (let index = 0; index < 10; index += 1) expect(await madeBy(`flood${index}.example`)).toBe(50);
      for (let index = 10; index < 35; index += 1) expect(await madeBy(`flood${index}.example`)).toBe(10);
      for (let index = 35; index < 85; index += 1) expect(await madeBy(`flood${index}.example`)).toBe(3);
      for (let index = 85; index < 185; index += 1) expect(await madeBy(`flood${index}.example`)).toBe(1);
      expect(await madeBy("late.example")).toBe(0);
    }, 20_000);

    test.each([
      ["an IPv6 /48", (index: number) => `[2606:4700:1:${index}::1]`],
      ["an IPv4 /24", (index: number) => `93.184.216.${index}`],
    ])("counts all addresses of %s as one site", async (_, address) => {
      const one = server();
      for (let index = 1; index <= 50; index += 1) {
        expect(await use(one, `https://${address(index)}/client`)).toBe("recorded");
      }
      expect(await use(one, `https://${address(51)}/client`)).toBe("quota_exceeded");
      expect(await use(one, "https://93.184.217.1/client")).toBe("recorded");
    });

    test("has no such bound where each grant takes a user", async () => {
      const one = server({ grant_types: ["authorization_code", "refresh_token"] });
      for (let index = 0; index < 12; index += 1) {
        expect(await use(one, `https://app.example/${index}`)).toBe("recorded");
      }
    });
  });

  test("tells the tier that other hosts end, and no tier where it stays", async () => {
    const { one, change, store } = servers();
    await used(one);
    const proof = { domain: "app.example", method: "dns", verifiedAt: 1, seenAt: 1, checkedAt: 1 } as const;
    await store.changeClientAdministration(URL_OF_CLIENT, { administration: { domains: [proof] } });
    change({ redirect_uris: ["https://app.example/elsewhere"] });
    one.at(5);
    await one.find();
    change({ redirect_uris: ["https://other.example/cb"] });
    one.at(10);
    await one.find();
    const told = one.events.filter(({ type }) => type === "client_document_changed");
    expect(told[0]).not.toHaveProperty("tier");
    expect(told.slice(1)).toMatchObject([{ tier: "unknown", previousTier: "domain_verified" }]);
  });

  test("asks for consent again when another certificate can act as the client", async () => {
    const tls = (name: string) => ({
      token_endpoint_auth_method: "tls_client_auth",
      tls_client_auth_san_dns: name,
    });
    const { one, change } = servers({
      authorizationServer: {
        issuer: "https://as.example",
        scopes_supported: ["read", "write"],
        token_endpoint_auth_methods_supported: ["none", "tls_client_auth"],
      },
      authenticationMethods: [tlsClientAuth({ trustAnchors: [(await authority()).der] })],
    });
    change(tls("app.example"));
    await used(one);
    change(tls("other.example"));
    one.at(5);
    expect(await one.find()).toMatchObject({
      ok: true,
      value: { requirements: { consentSince: expect.any(Number) as number } },
    });
    expect(one.events).toContainEqual(expect.objectContaining({ type: "client_document_changed" }));
  });

  test("tells of no change where another process still has the document from before", async () => {
    const { one, other, change, store } = servers();
    await used(one);
    await other.find();
    change({ redirect_uris: ["https://app.example/elsewhere"] });
    one.at(5);
    await one.find();
    const record = await store.findClient(URL_OF_CLIENT);
    await other.find();
    expect(await store.findClient(URL_OF_CLIENT)).toEqual(record);
  });

  test("tells of no change of a name", async () => {
    const { one, change, store } = servers();
    await used(one);
    change({ client_name: "Another name" });
    one.at(5);
    expect(await one.find()).toMatchObject({
      ok: true,
      value: { metadata: { client_name: "Another name" } },
    });
    expect((await store.findClient(URL_OF_CLIENT))?.requirements).toEqual({});
  });

  test("waits for the operator where a policy holds it, who approves or rejects it", async () => {
    const { one, other } = servers({ policies: { metadataDocument: [holdForApproval()] } });
    expect(await one.find()).toEqual({ ok: false, error: { kind: "awaiting_approval" } });
    const { clients } = await one.registration.findClients({ status: "awaiting_approval" });
    expect(clients).toMatchObject([{ clientId: URL_OF_CLIENT }]);
    expect(await one.registration.approveClient(URL_OF_CLIENT)).toBe(true);
    expect(await other.find()).toMatchObject({ ok: true, value: { status: "pending" } });
    const refused = servers({ policies: { metadataDocument: [holdForApproval()] } });
    await refused.one.find();
    expect(await refused.one.registration.rejectClient(URL_OF_CLIENT, { reason: "no" })).toBe(true);
    expect(await refused.other.find()).toEqual({ ok: false, error: { kind: "disabled" } });
  });

  test("tells once that a policy or an admission rule holds it, and again when a change holds it again", async () => {
    const held = (events: readonly { readonly type: string }[]) =>
      events.filter(({ type }) => type === "client_held");
    const { one, other, change } = servers({ policies: { metadataDocument: [holdForApproval()] } });
    await Promise.all([one.find(), one.find(), other.find()]);
    await other.find();
    expect([...held(one.events), ...held(other.events)]).toEqual([
      {
        type: "client_held",
        at: expect.any(String) as string,
        actor: "system",
        clientId: URL_OF_CLIENT,
        heldBecause: "held by policy",
      },
    ]);
    await one.registration.approveClient(URL_OF_CLIENT);
    change({ redirect_uris: ["https://app.example/elsewhere"] });
    one.at(5);
    other.at(5);
    expect(await one.find()).toEqual({ ok: false, error: { kind: "awaiting_approval" } });
    await other.find();
    expect([...held(one.events), ...held(other.events)]).toHaveLength(2);
    const told = one.events.filter(
      ({ type }) => type === "client_document_changed" || type === "client_held",
    );
    expect(told.map(({ type }) => type)).toEqual(["client_held", "client_document_changed", "client_held"]);

    const admission = [{ match: "*", verdict: "hold" }] as const;
    const { find, events } = documentRegistration(undefined, { admission });
    await find();
    await find();
    expect(held(events)).toMatchObject([{ heldBecause: "the admission rule for * holds it" }]);
  });

  test("gives its events to the store with the change that they tell of", async () => {
    const given: (readonly object[] | undefined)[] = [];
    const inner = memoryStore();
    const store = {
      ...inner,
      createClient: (...[client, guards]: Parameters<typeof inner.createClient>) => {
        given.push(guards?.auditEvents);
        return inner.createClient(client, guards);
      },
    };
    const { find, events } = documentRegistration(undefined, undefined, {
      store,
      policies: { metadataDocument: [holdForApproval()] },
    });
    await find();
    expect(given).toHaveLength(1);
    expect(given[0]?.[0]).toBe(events.find(({ type }) => type === "client_held"));
  });

  test("is kept for 10 held documents of a host, so that strangers fill no table", async () => {
    const { registration, find, events } = documentRegistration(
      (url) => jsonDocument({ ...DOCUMENT, client_id: url }),
      {},
      { policies: { metadataDocument: [holdForApproval()] } },
    );
    for (let index = 0; index < 20; index += 1) {
      const found = await find(`https://many.example/${index}`);
      expect(found).toEqual({ ok: false, error: { kind: "awaiting_approval" } });
    }
    await find("https://other.example/1");
    expect(await registration.countClients()).toMatchObject({ awaiting_approval: 11 });
    expect(events.filter(({ type }) => type === "client_held")).toHaveLength(11);
  });

  test("is kept for 10 held documents of a host, whatever its ports", async () => {
    const { registration, find } = documentRegistration(
      (url) => jsonDocument({ ...DOCUMENT, client_id: url }),
      {},
      { policies: { metadataDocument: [holdForApproval()] } },
    );
    for (let index = 0; index < 20; index += 1) await find(`https://many.example:${2000 + index}/client`);
    expect(await registration.countClients()).toMatchObject({ awaiting_approval: 10 });
  });

  test("is kept for 50 held documents of all hosts below a domain, so that one stranger does not take the room of all", async () => {
    const { registration, find } = documentRegistration(
      (url) => jsonDocument({ ...DOCUMENT, client_id: url }),
      {},
      { policies: { metadataDocument: [holdForApproval()] } },
    );
    for (let index = 0; index < 60; index += 1) await find(`https://host-${index}.many.example/client`);
    expect(await registration.countClients()).toMatchObject({ awaiting_approval: 50 });
    await find("https://honest.test/client");
    expect(await registration.countClients()).toMatchObject({ awaiting_approval: 51 });
    const { clients } = await registration.findClients({ host: "honest.test" });
    expect(clients[0]?.expiresAt).toBe((clients[0]?.clientIdIssuedAt ?? 0) + 72 * 3600);
  });

  test("cannot be read while the store is away, and then nobody is let through", async () => {
    const store = { ...memoryStore(), findClient: () => Promise.reject(new Error("away")) };
    const { find } = documentRegistration(undefined, undefined, { store });
    expect(await find()).toMatchObject({ ok: false, error: { kind: "unavailable" } });
  });
});
