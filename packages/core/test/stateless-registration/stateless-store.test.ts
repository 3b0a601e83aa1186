import { describe, expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { createClientRegistration } from "../../src/client-registration.js";
import { MisuseError } from "../../src/lib/misuse.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { requireConsent } from "../../src/policy/require-consent.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import {
  statelessStore,
  type StatelessStoreOptions,
} from "../../src/stateless-registration/stateless-store.js";
import { tracedStore } from "../../src/opentelemetry/index.js";
import { metrics, trace } from "@opentelemetry/api";
import corpus from "../../../../tests/corpus/client-registrations.json" with { type: "json" };

const ISSUER = "https://as.example";
const START = 1_800_000_000;
const DAY = 86_400;
const key = (id: string, byte = 1) => ({ id, secret: new Uint8Array(32).fill(byte) });
const PUBLIC = { redirect_uris: ["https://app.example/cb"], token_endpoint_auth_method: "none" };
const CONFIDENTIAL = { ...PUBLIC, token_endpoint_auth_method: "client_secret_post" };

/** One of many instances: nothing in it outlives a call but its clock. */
function instance(
  store: Partial<StatelessStoreOptions> = {},
  options: Partial<ClientRegistrationOptions> = {},
) {
  const time = { seconds: START };
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: ISSUER, scopes_supported: ["read", "write"] }),
    access: openRegistration({ dangerouslyUnlimited: true }),
    store: statelessStore({ issuer: ISSUER, keys: [key("a")], ttlSeconds: DAY, ...store }),
    audit: () => undefined,
    onError: () => undefined,
    clock: () => time.seconds * 1000,
    ...options,
  });
  const register = async (body: object) => {
    const registered = await registration.registerClient(body);
    if (!registered.ok) throw new Error(JSON.stringify(registered.error));
    return registered.value.response;
  };
  const authenticate = (client_id: string, client_secret?: string) =>
    registration.authenticateClient({
      parameters: new URLSearchParams({ client_id, ...(client_secret !== undefined && { client_secret }) }),
    });
  return { registration, time, register, authenticate };
}

test("an owner that a verifier gives as null does not make its clients unreadable", async () => {
  const store = statelessStore({ issuer: ISSUER, keys: [key("a")], ttlSeconds: DAY });
  const identity = store.identify(
    {
      clientIdIssuedAt: START,
      version: 1,
      status: "pending",
      requirements: {},
      origin: { source: "open", owner: null as unknown as string, policies: [] },
      metadata: PUBLIC,
    },
    (bytes) => bytes.fill(1),
  );
  if (!identity.ok) throw new Error(identity.error.kind);
  expect(await store.findClient(identity.value.clientId)).toMatchObject({ origin: { source: "open" } });
});

const UNKNOWN = { ok: false, error: { kind: "unknown_client" } };

describe("a stateless client", () => {
  test.each(corpus.bodies)(
    "$client is known to another instance with all that was registered",
    async ({ body }) => {
      const { client_id, client_id_issued_at, client_secret, client_secret_expires_at, ...metadata } =
        await instance().register(body);
      const found = await instance().registration.findClient(client_id);
      if (!found.ok) throw new Error(found.error.kind);
      expect(found.value.metadata).toEqual(metadata);
      expect(found.value).toMatchObject({
        clientId: client_id,
        clientIdIssuedAt: client_id_issued_at,
        expiresAt: START + DAY,
        status: "pending",
        origin: { source: "open" },
      });
      if (client_secret !== undefined) expect(client_secret_expires_at).toBe(START + DAY);
      for (const uri of body.redirect_uris) {
        expect(instance().registration.allowsRedirectUri(found.value, uri)).toBe(true);
      }
      expect(client_id).toMatch(/^[\w.-]+$/);
    },
  );

  test("has at most 428 characters for what real clients send, as the documents say", async () => {
    const registered = corpus.bodies.map(({ body }) => instance().register(body));
    const lengths = (await Promise.all(registered)).map(({ client_id }) => client_id.length);
    expect(Math.max(...lengths)).toBe(428);
  });

  test("of every member and language comes back as it was", async () => {
    const body = {
      ...PUBLIC,
      grant_types: ["authorization_code"],
      client_name: "N\u00e4me \u{1f511}",
      "client_name#ja": "\u540d\u524d",
      logo_uri: "https://app.example/l.png",
      contacts: ["a@app.example"],
      software_id: "id",
      default_max_age: 60,
      require_auth_time: false,
    };
    const { client_id, client_id_issued_at: _, ...metadata } = await instance().register(body);
    const found = await instance().registration.findClient(client_id);
    expect(found).toMatchObject({ ok: true, value: { metadata } });
    expect(metadata).toMatchObject(body);
  });

  test("without redirects has neither response types nor PKCE", async () => {
    const preset = mcpPreset({
      issuer: ISSUER,
      grant_types_supported: ["client_credentials", "authorization_code"],
    });
    const made = instance({}, preset);
    const { client_id } = await made.register({ grant_types: ["client_credentials"] });
    const found = await made.registration.findClient(client_id);
    if (!found.ok) throw new Error(found.error.kind);
    expect(found.value.metadata).toMatchObject({ grant_types: ["client_credentials"] });
    expect(found.value.metadata).not.toHaveProperty("response_types");
    expect(found.value.requirements).toEqual({});
  });

  test("R7591-23: has a secret of its own, which every instance knows and nobody keeps", async () => {
    const [one, other] = [await instance().register(CONFIDENTIAL), await instance().register(CONFIDENTIAL)];
    expect(one.client_id).not.toBe(other.client_id);
    expect(one.client_secret).not.toBe(other.client_secret);
    expect(one.client_secret).toMatch(/^[\w-]{43}$/);
    expect(await instance().authenticate(one.client_id, one.client_secret)).toMatchObject({ ok: true });
    for (const secret of [other.client_secret, "", "x"]) {
      expect(await instance().authenticate(one.client_id, secret)).toMatchObject({ ok: false });
    }
  });

  test("keeps what policies put on it, and by what right it came", async () => {
    const policies = { every: [requireConsent()] };
    const { client_id } = await instance({}, { policies }).register(PUBLIC);
    expect(await instance().registration.findClient(client_id)).toMatchObject({
      value: { requirements: { consent: true, pkce: true } },
    });
  });

  test("is refused where a policy would hold it: nobody could ever approve it", async () => {
    const { registration } = instance({}, { policies: { every: [holdForApproval()] } });
    expect(await registration.registerClient(PUBLIC)).toMatchObject({
      ok: false,
      error: { kind: "refused_metadata", findings: [{ rule: "metadata.not_approvable" }] },
    });
  });

  test("ends on the second, and its secret with it", async () => {
    const { client_id, client_secret } = await instance().register(CONFIDENTIAL);
    const { registration, time, authenticate } = instance();
    time.seconds = START + DAY - 1;
    expect(await registration.findClient(client_id)).toMatchObject({ ok: true });
    expect(await authenticate(client_id, client_secret)).toMatchObject({ ok: true });
    time.seconds = START + DAY;
    expect(await registration.findClient(client_id)).toEqual({
      ok: false,
      error: { kind: "expired_client" },
    });
    expect(await authenticate(client_id, client_secret)).toMatchObject({ ok: false });
  });

  test("has no registration access token, and its use changes nothing", async () => {
    const { registration, register } = instance();
    const response = await register(PUBLIC);
    expect(response).not.toHaveProperty("registration_access_token");
    const found = await registration.findClient(response.client_id);
    if (!found.ok) throw new Error(found.error.kind);
    expect(await registration.recordClientUse(found.value)).toBe("recorded");
    expect(await registration.findClient(response.client_id)).toEqual(found);
    expect(await registration.disableClient(response.client_id)).toBe(false);
    expect(await registration.rotateClientSecret(response.client_id)).toBeUndefined();
    expect(await registration.sweepClients()).toMatchObject({ deleted: 0 });
    await expect(registration.countClients()).rejects.toThrow("count");
    await expect(registration.findClients()).rejects.toThrow("look for");
    await expect(registration.initialAccessTokens.issue()).rejects.toThrow("initial access tokens");
  });

  test("has no use any more once it has ended or is revoked", async () => {
    const { registration, time, register } = instance();
    const found = await registration.findClient((await register(PUBLIC)).client_id);
    if (!found.ok) throw new Error(found.error.kind);
    const { registration: revoking } = instance({ isRevoked: () => true });
    expect(await revoking.recordClientUse(found.value)).toBe("not_found");
    time.seconds = START + DAY;
    expect(await registration.recordClientUse(found.value)).toBe("unusable");
  });

  test("is known to a thousand instances that share nothing but keys", async () => {
    const { client_id, client_secret } = await instance().register(CONFIDENTIAL);
    const all = Array.from({ length: 1000 }, () => instance().authenticate(client_id, client_secret));
    expect((await Promise.all(all)).every(({ ok }) => ok)).toBe(true);
  });

  test("is refused when it does not fit, with the rule", async () => {
    const redirect_uris = Array.from(
      { length: 20 },
      (_, index) => `https://app.example/${index}/${"x".repeat(100)}`,
    );
    const refused = await instance().registration.registerClient({ ...PUBLIC, redirect_uris });
    expect(refused).toMatchObject({
      ok: false,
      error: { kind: "refused_metadata", findings: [{ rule: "metadata.too_large", severity: "error" }] },
    });
    const { client_id } = await instance({ maxClientIdLength: 8000 }).register({ ...PUBLIC, redirect_uris });
    expect(client_id.length).toBeGreaterThan(1500);
  });
});

describe("nobody else makes one", () => {
  test("by changing any letter, or by cutting or adding one", async () => {
    const { client_id } = await instance().register(PUBLIC);
    const { registration } = instance();
    for (let at = 0; at < client_id.length; at += 1) {
      for (const letter of ["A", "Q", "g", "w", "4", "_", ".", ""]) {
        const other = client_id.slice(0, at) + letter + client_id.slice(at + 1);
        if (other !== client_id) expect(await registration.findClient(other), other).toEqual(UNKNOWN);
      }
    }
    for (const other of [
      `${client_id}A`,
      `${client_id}=`,
      `${client_id}.`,
      ` ${client_id}`,
      `${client_id}\n`,
    ]) {
      expect(await registration.findClient(other)).toEqual(UNKNOWN);
    }
  });

  test.each([
    "",
    "s1",
    "s1...",
    "s1.a..",
    `s1.a.e30.${"A".repeat(43)}`,
    "x".repeat(100_000),
    "s1.__proto__.e30.x",
  ])("by making %j up", async (clientId) => {
    expect(await instance().registration.findClient(clientId)).toEqual(UNKNOWN);
  });

  test("with another key, and with the same key at another issuer", async () => {
    const { client_id } = await instance({ keys: [key("a", 2)] }).register(PUBLIC);
    expect(await instance().registration.findClient(client_id)).toEqual(UNKNOWN);
    const other = "https://other.example";
    const elsewhere = instance({ issuer: other }, mcpPreset({ issuer: other }));
    const foreign = await elsewhere.register(CONFIDENTIAL);
    expect(await instance().registration.findClient(foreign.client_id)).toEqual(UNKNOWN);
  });
});

describe("the operator", () => {
  test("rotates keys: the first seals, and the old one opens until it is taken away", async () => {
    const { client_id: old } = await instance({ keys: [key("a")] }).register(PUBLIC);
    const behind = instance({ keys: [key("a"), key("b", 2)] });
    const both = instance({ keys: [key("b", 2), key("a")] });
    expect(await both.registration.findClient(old)).toMatchObject({ ok: true });
    const { client_id: young } = await both.register(PUBLIC);
    expect(await behind.registration.findClient(young)).toMatchObject({ ok: true });
    const last = instance({ keys: [key("b", 2)] });
    expect(await last.registration.findClient(young)).toMatchObject({ ok: true });
    expect(await last.registration.findClient(old)).toEqual(UNKNOWN);
  });

  test("ends all clients of an epoch by beginning another", async () => {
    const { client_id } = await instance().register(PUBLIC);
    expect(await instance({ epoch: 1 }).registration.findClient(client_id)).toEqual(UNKNOWN);
    const { client_id: next } = await instance({ epoch: 1 }).register(PUBLIC);
    expect(await instance({ epoch: 1 }).registration.findClient(next)).toMatchObject({ ok: true });
    expect(await instance().registration.findClient(next)).toEqual(UNKNOWN);
  });

  test("revokes one client by a list, which may be away", async () => {
    const { client_id, client_secret } = await instance().register(CONFIDENTIAL);
    const { client_id: other } = await instance().register(CONFIDENTIAL);
    const revoked = new Set([client_id]);
    const { registration, authenticate } = instance({
      isRevoked: (clientId) => Promise.resolve(revoked.has(clientId)),
    });
    expect(await registration.findClient(client_id)).toEqual(UNKNOWN);
    expect(await authenticate(client_id, client_secret)).toMatchObject({ ok: false });
    expect(await registration.findClient(other)).toMatchObject({ ok: true });
    const away = instance({ isRevoked: () => Promise.reject(new Error("away")) });
    expect(await away.registration.findClient(client_id)).toMatchObject({ error: { kind: "unavailable" } });
  });

  test("is not asked about what is no client", async () => {
    const asked: string[] = [];
    const { registration } = instance({ isRevoked: (clientId) => asked.push(clientId) > 0 });
    await registration.findClient("s1.a.e30.made-up");
    expect(asked).toEqual([]);
  });
});

test("a store that is wrapped with telemetry stays stateless, and one that lost what it is acknowledges nothing", async () => {
  const options = { issuer: ISSUER, keys: [key("a")], ttlSeconds: DAY };
  const none = { tracer: trace.getTracer("x"), meter: metrics.getMeter("x") };
  const traced = instance({}, { store: tracedStore(statelessStore(options), none) });
  const { client_id } = await traced.register(PUBLIC);
  expect(await instance().registration.findClient(client_id)).toMatchObject({ ok: true });
  const { identify: _, issuer: __, ...stripped } = statelessStore(options);
  const registered = await instance({}, { store: stripped }).registration.registerClient(PUBLIC);
  expect(registered).toMatchObject({ ok: false, error: { kind: "store_unavailable" } });
});

describe("no registration is built", () => {
  test.each([
    { issuer: "" },
    { issuer: "https://other.example" },
    { keys: [] },
    { keys: [{ id: "a", secret: new Uint8Array(31) }] },
    { keys: [{ id: "", secret: new Uint8Array(32) }] },
    { keys: [{ id: "a.b", secret: new Uint8Array(32) }] },
    { keys: [key("a"), key("a", 2)] },
    { keys: "secret" },
    { ttlSeconds: 0 },
    { ttlSeconds: undefined },
    { epoch: -1 },
    { isRevoked: [] },
    { maxClientIdLength: 0 },
  ])("with a store of %j", (wrong) => {
    expect(() => instance(wrong as never)).toThrow(MisuseError);
  });

  test.each([
    { clientManagement: { revokeTokens: () => undefined } },
    { lifecycle: {} },
    { quotas: {} },
    { clientSecretTtlSeconds: 60 },
    { access: undefined as never },
  ])("that needs a store, with %j", (wrong) => {
    expect(() => instance({}, wrong)).toThrow(MisuseError);
  });
});
