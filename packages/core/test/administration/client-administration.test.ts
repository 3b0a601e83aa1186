import { describe, expect, test } from "vitest";
import { clientAdministration } from "../../src/administration/client-administration.js";
import type { ClientAdministrationOptions } from "../../src/administration/client-administration.js";
import { foreignClient } from "../../src/administration/foreign-client.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration } from "../../src/client-registration.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { tokenGatedPreset } from "../../src/configuration/presets.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { statelessStore } from "../../src/stateless-registration/stateless-store.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { RegisteredClient } from "../../src/store/records.js";

function tools(options: Partial<ClientRegistrationOptions> = {}, more: ClientAdministrationOptions = {}) {
  const events: AuditEvent[] = [];
  const store = memoryStore();
  const given: ClientRegistrationOptions = {
    ...tokenGatedPreset({ issuer: "https://as.example", scopes_supported: ["read", "write"] }),
    store,
    audit: (event) => void events.push(event),
    ...options,
  };
  const registration = createClientRegistration(given);
  return { ...clientAdministration(given, more), registration, store, events };
}

const APP = {
  clientId: "our-app",
  metadata: { redirect_uris: ["https://app.example/callback"], client_name: "Our app", scope: "read" },
};
const PUBLIC = {
  clientId: "public",
  metadata: { redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: "none" },
};

describe("addClient", () => {
  test("adds a client of that identifier, by the rules of a registration, with its event and a secret", async () => {
    const { addClient, registration, events } = tools();
    const administration = { tier: "first_party", owner: "team", tags: ["env:prod"], notes: "n" } as const;
    const added = await addClient({ ...APP, administration });
    if (added.outcome !== "added") throw new Error(added.outcome);
    expect(added.client).toMatchObject({
      clientId: "our-app",
      status: "pending",
      origin: { source: "operator" },
      administration,
      metadata: { token_endpoint_auth_method: "client_secret_basic", scope: "read" },
    });
    expect(added.client).not.toHaveProperty("expiresAt");
    expect(events).toMatchObject([
      { type: "client_added", clientId: "our-app", actor: "operator", tier: "first_party" },
    ]);
    const basic = `Basic ${btoa(`our-app:${added.clientSecret ?? ""}`)}`;
    const request = { authorization: basic, parameters: new URLSearchParams() };
    expect(await registration.authenticateClient(request as never)).toMatchObject({ ok: true });
    expect(JSON.stringify(events)).not.toContain(added.clientSecret);
    expect(await addClient(APP)).toEqual({ outcome: "duplicate_client_id" });
    expect(events).toHaveLength(1);
  });

  test("does not let it expire either when it was disabled before anybody used it", async () => {
    const { addClient, registration, store } = tools({ lifecycle: { unusedTtlSeconds: 60 } });
    await addClient(PUBLIC);
    expect(await registration.disableClient("public")).toBe(true);
    expect(await registration.enableClient("public")).toBe(true);
    const client = await store.findClient("public");
    expect(client).toMatchObject({ status: "pending" });
    expect(client).not.toHaveProperty("expiresAt");
  });

  test("does not let it expire, and counts it in no pool", async () => {
    const { addClient, registration, store } = tools();
    await addClient(PUBLIC);
    const found = await registration.findClient("public");
    if (!found.ok) throw new Error(found.error.kind);
    expect(await registration.recordClientUse(found.value)).toBe("recorded");
    const client = await store.findClient("public");
    expect(client).toMatchObject({ status: "active" });
    expect(client).not.toHaveProperty("expiresAt");
    expect(client).not.toHaveProperty("quotaKeys");
  });

  test("takes the operator's word for an approval, and judges by the operator's policies", async () => {
    const { addClient } = tools({ policies: { every: [holdForApproval()] } });
    expect(await addClient(PUBLIC)).toMatchObject({ outcome: "added", client: { status: "pending" } });
  });

  test("refuses metadata that a registration would be refused for, and nothing is written", async () => {
    const { addClient, store, events } = tools();
    const metadata = { redirect_uris: ["http://app.example/callback"] };
    expect(await addClient({ clientId: "bad", metadata })).toMatchObject({
      outcome: "refused",
      failure: { kind: "refused_metadata" },
    });
    expect(await store.findClient("bad")).toBe(undefined);
    expect(events).toEqual([]);
  });

  test.each([
    [{ ...APP, clientId: "" }],
    [{ ...APP, clientId: "https://app.example/client.json" }],
    [{ ...APP, clientId: "ä" }],
    [{ ...APP, clientId: "a".repeat(256) }],
    [{ ...APP, clientSecret: "short" }],
    [{ ...APP, metadata: null }],
    [{ ...APP, metadata: [] }],
    [{ ...APP, adminstration: {} }],
    [{ ...APP, administration: { tier: "trusted" } }],
    [{ ...APP, administration: { tags: ["a b"] } }],
    [{ ...APP, administration: { tags: ["a", "a"] } }],
    [{ ...APP, administration: { owner: "" } }],
    [{ ...APP, administration: { notes: "n".repeat(2001) } }],
    [{ ...APP, administration: { statusReason: "x" } }],
  ])("rejects %j with a MisuseError", async (client) => {
    await expect(tools().addClient(client as never)).rejects.toMatchObject({ name: "MisuseError" });
  });
});

describe("applyClients", () => {
  test("adds what is missing, changes what differs, and leaves the rest alone, as often as it is called", async () => {
    const { applyClients, events, store } = tools();
    const list = [APP, PUBLIC];
    expect((await applyClients(list)).map(({ outcome }) => outcome)).toEqual(["added", "added"]);
    const before = [await store.findClient("our-app"), await store.findClient("public")];
    expect((await applyClients(list)).map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged"]);
    expect([await store.findClient("our-app"), await store.findClient("public")]).toEqual(before);
    expect(events).toHaveLength(2);

    const changed = [
      { ...APP, metadata: { ...APP.metadata, client_name: "New name" } },
      { ...PUBLIC, administration: { tier: "approved" } as const },
    ];
    expect((await applyClients(changed)).map(({ outcome }) => outcome)).toEqual(["changed", "changed"]);
    expect(await store.findClient("our-app")).toMatchObject({
      metadata: { client_name: "New name" },
      clientSecretHash: before[0]?.clientSecretHash,
    });
    expect(events.slice(2)).toMatchObject([
      { type: "client_administered", clientId: "our-app" },
      { type: "client_administered", clientId: "public", tier: "approved" },
    ]);
    expect((await applyClients(changed)).map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged"]);
  });

  test("leaves a client alone that somebody registered, and a disabled one disabled", async () => {
    const { applyClients, addClient, registration, store } = tools();
    const client: RegisteredClient = {
      ...{ clientId: "theirs", clientIdIssuedAt: 1, version: 1, status: "active", requirements: {} },
      ...{ origin: { source: "open", policies: [] }, metadata: {} },
    } as const;
    await store.createClient(client);
    expect(await applyClients([{ ...APP, clientId: "theirs" }])).toEqual([
      { clientId: "theirs", outcome: "not_ours" },
    ]);
    expect(await store.findClient("theirs")).toEqual(client);
    await addClient(APP);
    await registration.disableClient("our-app", { reason: "why" });
    await applyClients([{ ...APP, administration: { notes: "n" } }]);
    expect(await store.findClient("our-app")).toMatchObject({
      status: "disabled",
      administration: { notes: "n", statusReason: "why" },
    });
  });

  test("tells of a change of metadata also where somebody else changes the client right behind it", async () => {
    const inner = memoryStore();
    let isDisturbed = false;
    const store = {
      ...inner,
      async changeClientAdministration(...args: Parameters<typeof inner.changeClientAdministration>) {
        if (isDisturbed) {
          isDisturbed = false;
          await inner.changeClientAdministration(args[0], {
            administration: { notes: "n" },
            expectedVersion: 2,
          });
        }
        return inner.changeClientAdministration(...args);
      },
    };
    const { applyClients, events } = tools({ store });
    await applyClients([PUBLIC]);
    isDisturbed = true;
    const metadata = { ...PUBLIC.metadata, redirect_uris: ["http://127.0.0.1/other"] };
    await applyClients([{ ...PUBLIC, metadata, administration: { notes: "n" } }]);
    expect(await inner.findClient("public")).toMatchObject({ metadata, administration: { notes: "n" } });
    expect(events.map(({ type }) => type)).toEqual(["client_added", "client_administered"]);
  });

  test("gives a change of metadata its event in one commit", async () => {
    const inner = memoryStore();
    const given: (readonly object[] | undefined)[] = [];
    const store = {
      ...inner,
      replaceClient: (...args: Parameters<typeof inner.replaceClient>) => {
        given.push(args[2]);
        return inner.replaceClient(...args);
      },
    };
    const { applyClients } = tools({ store });
    await applyClients([PUBLIC]);
    await applyClients([{ ...PUBLIC, metadata: { ...PUBLIC.metadata, client_name: "Other" } }]);
    expect(given).toMatchObject([[{ type: "client_administered", clientId: "public" }]]);
  });

  test("ends the secret before the last one, too, where it sets another", async () => {
    const { applyClients, registration, store } = tools();
    await applyClients([{ ...APP, clientSecret: "a".repeat(32) }]);
    await registration.rotateClientSecret("our-app");
    expect(await store.findClient("our-app")).toHaveProperty("previousClientSecret");
    await applyClients([{ ...APP, clientSecret: "b".repeat(32) }]);
    expect(await store.findClient("our-app")).not.toHaveProperty("previousClientSecret");
  });

  test("checks the whole list before it changes anything", async () => {
    const { applyClients, store } = tools();
    await expect(applyClients([APP, { ...PUBLIC, clientId: "" }])).rejects.toThrow("clientId");
    await expect(applyClients([APP, APP])).rejects.toThrow("same clientId");
    expect(await store.findClient("our-app")).toBe(undefined);
  });
});

describe("administerClient", () => {
  test("changes what is said, takes back what is null, and leaves the rest", async () => {
    const { addClient, administerClient, events } = tools();
    await addClient({ ...PUBLIC, administration: { owner: "team", tags: ["a"] } });
    const patch = { tier: "approved", tags: null, notes: "n" } as const;
    expect(await administerClient("public", patch)).toMatchObject({ version: 2 });
    const changed = await administerClient("public", { notes: null }, { version: 2 });
    expect(changed?.administration).toEqual({ tier: "approved", owner: "team" });
    expect(await administerClient("public", { notes: "m" }, { version: 2 })).toBe(undefined);
    expect(await administerClient("nobody", {})).toBe(undefined);
    expect(events.slice(1)).toMatchObject([
      { type: "client_administered", tier: "approved" },
      { type: "client_administered", clientId: "public" },
    ]);
    expect(events[2]).not.toHaveProperty("tier");
    await expect(administerClient("public", { teir: "x" } as never)).rejects.toThrow("teir");
  });
});

test("a consent view says the tier, which nothing but the operator sets", async () => {
  const { addClient, administerClient, registration } = tools();
  await addClient({ ...PUBLIC, metadata: { ...PUBLIC.metadata, tier: "first_party" } });
  const tier = async () => {
    const found = await registration.findClient("public");
    if (!found.ok) throw new Error(found.error.kind);
    return registration.consentView(found.value, "http://127.0.0.1:1234/callback")?.tier;
  };
  expect(await tier()).toBe("unknown");
  await administerClient("public", { tier: "approved" });
  expect(await tier()).toBe("approved");
});

describe("removeClient", () => {
  test("disables, revokes, deletes, in this order, and tells why", async () => {
    const seen: string[] = [];
    const { addClient, removeClient, store, events } = tools(
      {},
      { revokeTokens: (client) => void seen.push(`${client.clientId} ${client.status}`) },
    );
    await addClient(PUBLIC);
    expect(await removeClient("public", { reason: "left" })).toBe(true);
    expect(seen).toEqual(["public disabled"]);
    expect(await store.findClient("public")).toBe(undefined);
    expect(events.at(-1)).toMatchObject({ type: "client_removed", clientId: "public", statusReason: "left" });
    expect(await removeClient("public")).toBe(false);
  });

  test("leaves the client disabled where its tokens cannot be revoked, and is repeated whole", async () => {
    let isAway = true;
    const revokeTokens = async () => (isAway ? Promise.reject(new Error("away")) : Promise.resolve());
    const { addClient, removeClient, store, events } = tools({}, { revokeTokens });
    await addClient(PUBLIC);
    await expect(removeClient("public")).rejects.toThrow("away");
    expect(await store.findClient("public")).toMatchObject({ status: "disabled" });
    isAway = false;
    expect(await removeClient("public")).toBe(true);
    expect(events.map(({ type }) => type)).toEqual(["client_added", "client_disabled", "client_removed"]);
  });

  test("is refused where nobody could revoke tokens", async () => {
    const { addClient, removeClient, store } = tools();
    await addClient(PUBLIC);
    await expect(removeClient("public")).rejects.toThrow("revokeTokens");
    expect(await store.findClient("public")).toMatchObject({ status: "pending" });
  });
});

test("each change names the operator who made it", async () => {
  const { addClient, administerClient, removeClient, purgeClients, registration, events } = tools(
    {},
    { revokeTokens: () => undefined },
  );
  const operator = "Operator One";
  for (const clientId of ["a", "b"]) {
    await addClient({ ...PUBLIC, clientId, administration: { tags: [clientId] } });
  }
  events.length = 0;
  await registration.disableClient("a", { operator, reason: "why" });
  await registration.enableClient("a", { operator });
  await administerClient("a", { notes: "n" }, { operator });
  await removeClient("a", { operator });
  await purgeClients({ tag: "b" }, { operator, isDryRun: false });
  const { record } = await registration.initialAccessTokens.issue({ operator });
  await registration.initialAccessTokens.revoke(record.id, { operator });
  expect(events.map((event) => [event.type, "operator" in event && event.operator])).toEqual(
    [
      ...["client_disabled", "client_enabled", "client_administered", "client_disabled", "client_removed"],
      ...["client_disabled", "client_removed"],
      ...["initial_access_token_issued", "initial_access_token_revoked"],
    ].map((type) => [type, operator]),
  );
  events.length = 0;
  await registration.initialAccessTokens.issue();
  expect(events[0]).not.toHaveProperty("operator");
});

test.each(["", "x".repeat(201), 1])("%j names no operator", async (name) => {
  const { administerClient, removeClient, registration, events } = tools(
    {},
    { revokeTokens: () => undefined },
  );
  const by = { operator: name as string };
  await expect(registration.disableClient("a", by)).rejects.toThrow("operator");
  await expect(administerClient("a", {}, by)).rejects.toThrow("operator");
  await expect(removeClient("a", by)).rejects.toThrow("operator");
  await expect(registration.initialAccessTokens.issue(by)).rejects.toThrow("operator");
  await expect(registration.initialAccessTokens.revoke("a", by)).rejects.toThrow("operator");
  expect(events).toEqual([]);
});

test("removeClient leaves a client that has changed since an operator looked at it", async () => {
  const revoked: string[] = [];
  const { addClient, administerClient, removeClient, registration, events } = tools(
    {},
    { revokeTokens: ({ clientId }) => void revoked.push(clientId) },
  );
  await addClient({ ...PUBLIC, clientId: "a" });
  await administerClient("a", { notes: "of another operator" });
  events.length = 0;
  expect(await removeClient("a", { version: 1 })).toBe(false);
  expect([revoked, events]).toEqual([[], []]);
  await registration.disableClient("a");
  expect(await removeClient("a", { version: 2 })).toBe(false);
  expect(revoked).toEqual([]);
  expect(await removeClient("a", { version: 3 })).toBe(true);
  await expect(removeClient("a", { version: "3" as never })).rejects.toThrow("version");
});

describe("purgeClients", () => {
  test("tells first, removes when told, and ends at its limit", async () => {
    const { addClient, purgeClients, registration } = tools({}, { revokeTokens: () => undefined });
    for (const clientId of ["a", "b", "c", "kept"]) {
      const tags = clientId === "kept" ? [] : ["old"];
      await addClient({ ...PUBLIC, clientId, administration: { tags } });
    }
    expect(await purgeClients({ tag: "old" })).toEqual({ clientIds: ["a", "b", "c"], more: false });
    expect(await registration.countClients()).toMatchObject({ pending: 4 });
    expect(await purgeClients({ tag: "old" }, { isDryRun: false, limit: 2, reason: "old" })).toEqual({
      clientIds: ["a", "b"],
      more: true,
    });
    expect(await purgeClients({ tag: "old" }, { isDryRun: false })).toEqual({
      clientIds: ["c"],
      more: false,
    });
    expect(await registration.countClients()).toMatchObject({ pending: 1 });
    await expect(purgeClients({ tga: "old" } as never)).rejects.toThrow("tga");
  });

  test("removes only those of the given clients that still meet the query", async () => {
    const { addClient, purgeClients, administerClient, registration } = tools(
      {},
      { revokeTokens: () => undefined },
    );
    for (const clientId of ["a", "b", "c", "d"]) {
      await addClient({ ...PUBLIC, clientId, administration: { tags: ["old"] } });
    }
    const { clientIds } = await purgeClients({ tag: "old" }, { limit: 2 });
    await administerClient("b", { tags: null });
    await addClient({ ...PUBLIC, clientId: "0", administration: { tags: ["old"] } });
    const given = { clientIds: [...clientIds, "d", "nobody"], limit: 2 };
    expect(await purgeClients({ tag: "old" }, given)).toEqual({ clientIds: ["a", "d"], more: true });
    const removed = await purgeClients({ tag: "old" }, { clientIds, isDryRun: false });
    expect(removed).toEqual({ clientIds: ["a"], more: false });
    expect(await registration.countClients()).toMatchObject({ pending: 4 });
    expect(await purgeClients({ tag: "old" }, { clientIds: [], isDryRun: false })).toEqual({
      clientIds: [],
      more: false,
    });
  });

  test("leaves a client that meets the query no more when its turn comes", async () => {
    const { addClient, purgeClients, administerClient, registration } = tools(
      {},
      {
        revokeTokens: async () => {
          await administerClient("b", { tier: "approved" });
        },
      },
    );
    for (const clientId of ["a", "b", "c"]) await addClient({ ...PUBLIC, clientId });
    const purged = await purgeClients({ tier: "unknown" }, { isDryRun: false });
    expect(purged).toEqual({ clientIds: ["a", "c"], more: false });
    expect(await registration.countClients()).toMatchObject({ pending: 1 });
  });

  test.each(["metadata_document", "federation"] as const)(
    "leaves a disabled client of the source %s, which nothing else would keep out",
    async (source) => {
      const { purgeClients, store } = tools({}, { revokeTokens: () => undefined });
      const client: RegisteredClient = {
        ...{ clientId: "https://app.example/client", clientIdIssuedAt: 1, version: 1, requirements: {} },
        ...{ status: "disabled", origin: { source, policies: [] }, metadata: {}, lastUsedAt: 1 },
      };
      await store.createClient(client);
      await store.createClient({ ...client, clientId: "https://app.example/other", status: "active" });
      const left = { clientIds: ["https://app.example/other"], more: false };
      expect(await purgeClients({ usedBefore: 2 })).toEqual(left);
      expect(await purgeClients({ usedBefore: 2 }, { isDryRun: false })).toEqual(left);
      expect(await store.findClient(client.clientId)).toEqual(client);
      const named = { clientIds: [client.clientId], more: false };
      expect(await purgeClients({ usedBefore: 2, status: "disabled" }, { isDryRun: false })).toEqual(named);
    },
  );

  test("is refused without a criterion, which would remove every client", async () => {
    const { purgeClients } = tools({}, { revokeTokens: () => undefined });
    await expect(purgeClients({}, { isDryRun: false })).rejects.toMatchObject({ name: "MisuseError" });
    await expect(purgeClients({ tag: undefined } as never, { isDryRun: false })).rejects.toThrow("query");
  });
});

describe("exportClients and importClient", () => {
  test("lose nothing on the way to another store", async () => {
    const from = tools();
    await from.addClient({ ...APP, administration: { tier: "first_party", tags: ["a"] } });
    await from.addClient(PUBLIC);
    await from.registration.disableClient("public", { reason: "why" });
    const to = tools();
    const lines: string[] = [];
    for await (const line of from.exportClients({}, { limit: 1 })) {
      lines.push(line);
      expect(await to.importClient(line)).toEqual({
        outcome: "imported",
        clientId: expect.any(String) as string,
      });
    }
    expect(lines).toHaveLength(2);
    for (const id of ["our-app", "public"]) {
      expect(await to.store.findClient(id)).toEqual(await from.store.findClient(id));
      expect(await to.importClient(lines.find((line) => line.includes(`"${id}"`)) ?? "")).toEqual({
        outcome: "duplicate_client_id",
        clientId: id,
      });
    }
  });

  test("take no power that the server does not have, and say so", async () => {
    const line = JSON.stringify({
      ...{ clientId: "a", clientIdIssuedAt: 1, version: 1, status: "active", requirements: {} },
      origin: { source: "open", policies: [] },
      metadata: {
        redirect_uris: ["https://app.example/cb"],
        token_endpoint_auth_method: "client_secret_basic",
        grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
        response_types: ["code"],
        scope: "read admin",
        x_of_ours: "stays",
      },
    });
    const to = tools(tokenGatedPreset({ issuer: "https://as.example", scopes_supported: ["read"] }));
    expect(await to.importClient(line)).toMatchObject({
      outcome: "imported",
      findings: [{ member: "grant_types" }, { member: "scope" }],
    });
    expect((await to.store.findClient("a"))?.metadata).toEqual({
      redirect_uris: ["https://app.example/cb"],
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code"],
      response_types: ["code"],
      scope: "read",
      x_of_ours: "stays",
    });
  });

  test.each(["", "null", "[]", "{", "{}", '{"clientId":"a"}'])("take no client from %j", async (line) => {
    expect(await tools().importClient(line)).toEqual({ outcome: "not_a_client" });
  });

  test("refuse metadata that today's rules refuse", async () => {
    const line = JSON.stringify({
      ...{ clientId: "a", clientIdIssuedAt: 1, version: 1, status: "active", requirements: {} },
      ...{ origin: { source: "open", policies: [] }, metadata: { redirect_uris: ["javascript:alert(1)"] } },
    });
    expect(await tools().importClient(line)).toMatchObject({ outcome: "refused" });
  });
});

describe("foreignClient", () => {
  test("reads records of oidc-provider, Ory Hydra and the MCP SDK", async () => {
    const secret = "s".repeat(40);
    const record = {
      ...{ client_id: "app", client_secret: secret, client_id_issued_at: 1, client_secret_expires_at: 0 },
      ...{ redirect_uris: ["https://app.example/cb"], client_name: "App", owner: "team", created_at: "2024" },
    };
    const client = foreignClient(record);
    expect(client).toEqual({
      clientId: "app",
      metadata: { redirect_uris: ["https://app.example/cb"], client_name: "App" },
      administration: { owner: "team" },
      clientSecret: secret,
    });
    expect(client && (await tools().addClient(client))).toMatchObject({ outcome: "added" });
  });

  test("reads client representations of Keycloak, and wildcards are refused by the rules", async () => {
    const keycloak = {
      ...{ clientId: "web", name: "Web", publicClient: false, clientAuthenticatorType: "client-secret" },
      ...{ secret: "0123456789abcdef0123456789abcdef", rootUrl: "https://web.example" },
      ...{ redirectUris: ["/callback"], standardFlowEnabled: true, serviceAccountsEnabled: true },
    };
    expect(foreignClient(keycloak)).toEqual({
      clientId: "web",
      metadata: {
        redirect_uris: ["https://web.example/callback"],
        grant_types: ["authorization_code", "refresh_token", "client_credentials"],
        token_endpoint_auth_method: "client_secret_basic",
        client_name: "Web",
      },
      clientSecret: "0123456789abcdef0123456789abcdef",
    });
    expect(foreignClient({ ...keycloak, enabled: true })).toMatchObject({ clientId: "web" });
    // What is off there must not be on here.
    expect(foreignClient({ ...keycloak, enabled: false })).toBe(undefined);
    const wild = foreignClient({ ...keycloak, redirectUris: ["https://web.example/*"] });
    expect(wild && (await tools().addClient(wild))).toMatchObject({ outcome: "refused" });
  });

  test.each([null, 5, "a", [], {}, { clientId: "a" }, { client_id: 5 }])("knows no client in %j", (value) => {
    expect(foreignClient(value)).toBe(undefined);
  });
});

test("a stateless store is refused", () => {
  const keys = [{ id: "1", secret: new Uint8Array(32) }];
  const store = statelessStore({ issuer: "https://as.example", keys, ttlSeconds: 60 });
  expect(() => tools({ store, access: { admit: () => ({}) as never } })).toThrow(/stateless|store/);
});
