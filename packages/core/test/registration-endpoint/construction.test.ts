import { describe, expect, test } from "vitest";
import { openRegistration, type OpenRegistrationOptions } from "../../src/access/open-registration.js";
import { createClientRegistration } from "../../src/client-registration.js";
import { MisuseError } from "../../src/lib/misuse.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { mcpPreset, tokenGatedPreset, webConfidentialPreset } from "../../src/configuration/presets.js";
import { redirectUriPolicy } from "../../src/redirect-uri/redirect-uri-policy.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { memoryStore } from "../../src/store/memory-store.js";

const issuer = "https://as.example";

function options(): ClientRegistrationOptions {
  return {
    ...mcpPreset({ issuer, scopes_supported: ["read", "write"] }),
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 5, windowSeconds: 60 }) }),
    store: memoryStore(),
    audit: () => undefined,
  };
}

// As a JavaScript caller might write them: the compiler would have stopped most of these.
type Given = Readonly<Record<string, unknown>>;
const build = (given: Given) => createClientRegistration({ ...options(), ...given });

function codeOf(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(MisuseError);
    expect(error).toBeInstanceOf(TypeError);
    return (error as MisuseError).code;
  }
}

describe("a registration that cannot be built", () => {
  const server = (members: Given): Given => ({ authorizationServer: { issuer, ...members } });

  test.each<[string, Given]>([
    ["ERR_OPTION", { authorizationServer: undefined }],
    ["ERR_OPTION", { authorizationServer: "https://as.example" }],
    ["ERR_OPTION", { authorizationServer: null }],
    ["ERR_OPTION", { corsOrigins: "https://app.example" }],
    ["ERR_OPTION", { unsupportedMetadata: "nope" }],
    ["ERR_OPTION", { wrongApplicationType: "ignore" }],
    ["ERR_OPTION", { clock: () => Number.NaN }],
    ["ERR_OPTION", { clock: 0 }],
    ["ERR_OPTION", { onError: "log" }],
    ["ERR_OPTION", { randomBytes: new Uint8Array(8) }],
    ["ERR_OPTION", { extensionMembers: [{ name: "tenant", kind: "colour" }] }],
    ["ERR_OPTION", { extensionMembers: [null] }],
    ["ERR_OPTION", { store: undefined }],
    ["ERR_OPTION", { store: {} }],
    ["ERR_OPTION", { store: { createClient: () => undefined } }],
    ["ERR_OPTION", { redirectUris: undefined }],
    ["ERR_OPTION", { redirectUris: ["https://app.example/"] }],
    ["ERR_OPTION", { audit: undefined }],
    ["ERR_OPTION", { audit: {} }],
    ["ERR_OPTION", { maxBodyBytes: 0 }],
    ["ERR_OPTION", { maxBodyBytes: -1 }],
    ["ERR_OPTION", { maxBodyBytes: 1.5 }],
    ["ERR_OPTION", { maxBodyBytes: Number.POSITIVE_INFINITY }],
    ["ERR_OPTION", { maxBodyBytes: "64kb" }],
    ["ERR_OPTION", { corsOrigins: ["app.example"] }],
    ["ERR_OPTION", { corsOrigins: ["https://app.example/"] }],
    ["ERR_OPTION", { corsOrigins: ["https://app.example", "*"] }],
    ["ERR_OPTION", { corsOrigins: ["null"] }],
    ["ERR_OPTION", { defaultScopes: ["admin"] }],
    ["ERR_OPTION", { defaultScopes: ["read", "__proto__"] }],
    ["ERR_OPTION", { access: {} }],
    ["ERR_EXTENSION_MEMBER", { extensionMembers: [{ name: "", kind: "text" }] }],
    ["ERR_EXTENSION_MEMBER", { extensionMembers: [{ name: "a b", kind: "text" }] }],
    ["ERR_EXTENSION_MEMBER", { extensionMembers: [{ name: "a#ja", kind: "text" }] }],
    ["ERR_EXTENSION_MEMBER", { extensionMembers: [{ name: "__proto__", kind: "text" }] }],
    ["ERR_EXTENSION_MEMBER", { extensionMembers: [{ name: "client_name", kind: "text" }] }],
    ["ERR_EXTENSION_MEMBER", { extensionMembers: [{ name: "client_id", kind: "text" }] }],
    ["ERR_EXTENSION_MEMBER", { extensionMembers: [{ name: "client_secret", kind: "text" }] }],
    ["ERR_EXTENSION_MEMBER", { extensionMembers: [{ name: "software_statement", kind: "text" }] }],
    [
      "ERR_EXTENSION_MEMBER",
      {
        extensionMembers: [
          { name: "x", kind: "text" },
          { name: "x", kind: "token" },
        ],
      },
    ],
    ["ERR_PUBLIC_URL", { authorizationServer: {} }],
    ["ERR_PUBLIC_URL", server({ issuer: "" })],
    ["ERR_PUBLIC_URL", server({ issuer: "as.example" })],
    ["ERR_PUBLIC_URL", server({ issuer: "http://as.example" })],
    ["ERR_PUBLIC_URL", server({ issuer: "https://as.example?a=b" })],
    ["ERR_PUBLIC_URL", server({ issuer: "https://as.example#a" })],
    ["ERR_PUBLIC_URL", server({ issuer: "https://user@as.example" })],
    ["ERR_PUBLIC_URL", server({ issuer: "javascript:x" })],
    ["ERR_PUBLIC_URL", server({ issuer: 7 })],
    ["ERR_PUBLIC_URL", server({ registration_endpoint: "/register" })],
    ["ERR_PUBLIC_URL", server({ registration_endpoint: "http://as.example/register" })],
    ["ERR_SERVER_METADATA", server({ scopes_supported: "read write" })],
    ["ERR_SERVER_METADATA", server({ scopes_supported: ["read", ""] })],
    ["ERR_SERVER_METADATA", server({ response_types_supported: [7] })],
    ["ERR_SERVER_METADATA", server({ grant_types_supported: null, scopes_supported: {} })],
    ["ERR_SERVER_METADATA", server({ token_endpoint_auth_methods_supported: [] })],
    ["ERR_CLIENT_SECRET_JWT", server({ token_endpoint_auth_methods_supported: ["client_secret_jwt"] })],
  ])("%s for %j", (code, given) => {
    expect(codeOf(() => build({ defaultScopes: [], ...given }))).toBe(code);
  });

  test.each([
    [{}],
    [{ rateLimiter: undefined }],
    [{ rateLimiter: {} }],
    [{ rateLimiter: () => true }],
    [{ dangerouslyUnlimited: false }],
    [{ dangerouslyUnlimited: 1 }],
    [{ rateLimiter: { consume: () => undefined }, dangerouslyUnlimited: true }],
    [{ rateLimiter: { consume: () => undefined }, dangerouslyUnlimited: false }],
  ])("open registration without a rate limiter: %j", (given) => {
    expect(codeOf(() => openRegistration(given as OpenRegistrationOptions))).toBe(
      "ERR_RATE_LIMITER_REQUIRED",
    );
  });
});

describe("a registration that can", () => {
  test.each([
    ["https://as.example", "/register", "/.well-known/oauth-authorization-server"],
    ["https://as.example/", "/register", "/.well-known/oauth-authorization-server"],
    ["https://as.example/tenant/1", "/tenant/1/register", "/.well-known/oauth-authorization-server/tenant/1"],
    ["http://localhost:8080", "/register", "/.well-known/oauth-authorization-server"],
  ])("serves %s where its discovery document says", async (given, register, wellKnown) => {
    const registration = createClientRegistration({ ...options(), ...mcpPreset({ issuer: given }) });
    const post = await registration.fetch(new Request(new URL(register, given), { method: "POST" }));
    expect(post.status).toBe(415);
    const document = await registration.fetch(new Request(new URL(wellKnown, given)));
    expect(await document.json()).toMatchObject({
      issuer: given,
      registration_endpoint: registration.authorizationServerMetadata.registration_endpoint,
    });
    expect(new URL(registration.authorizationServerMetadata.registration_endpoint).pathname).toBe(register);
  });

  test("takes options that are frozen to the bottom, and leaves them as they are", async () => {
    const given = options();
    freeze(given.authorizationServer);
    Object.freeze(given.access);
    Object.freeze(given.store);
    const extensionMembers = freeze([{ name: "x_tenant", kind: "token" as const }]);
    const corsOrigins = freeze(["https://app.example"]);
    const frozen = Object.freeze({
      ...given,
      extensionMembers,
      corsOrigins,
      defaultScopes: freeze(["read"]),
    });
    const registration = createClientRegistration(frozen);
    const { metadata } = registration.explainClientMetadata({
      redirect_uris: ["https://app.example/"],
      x_tenant: "acme",
    });
    expect(metadata).toMatchObject({ x_tenant: "acme", scope: "read" });
    const outcome = await registration.registerClient(freeze({ redirect_uris: ["https://app.example/"] }));
    expect(outcome.ok).toBe(true);
  });

  test("does not listen to its options once it is built", () => {
    const scopes_supported = ["read"];
    const defaultScopes = ["read"];
    const member = { name: "x_tenant", kind: "token" as "token" | "text" };
    const extensionMembers = [member];
    const authorizationServer = { issuer, scopes_supported };
    const registration = createClientRegistration({
      ...options(),
      authorizationServer,
      defaultScopes,
      extensionMembers,
    });
    scopes_supported.push("admin");
    defaultScopes.push("admin");
    member.kind = "text";
    extensionMembers.length = 0;
    const { metadata } = registration.explainClientMetadata({ redirect_uris: ["https://app.example/"] });
    expect(metadata?.scope).toBe("read");
    const body = { redirect_uris: ["https://app.example/"], scope: "admin", x_tenant: "two words" };
    const { findings } = registration.explainClientMetadata(body);
    expect(findings.map(({ rule }) => rule).sort()).toEqual(["metadata.token", "scope.unsupported"]);
  });

  test("does not let more web pages in once it is built", async () => {
    const corsOrigins = ["https://app.example"];
    const registration = createClientRegistration({ ...options(), corsOrigins });
    corsOrigins.push("https://evil.example");
    const allowed = async (origin: string) => {
      const request = new Request("https://as.example/register", { method: "OPTIONS", headers: { origin } });
      return (await registration.fetch(request)).headers.get("access-control-allow-origin");
    };
    expect(await allowed("https://app.example")).toBe("https://app.example");
    expect(await allowed("https://evil.example")).toBeNull();
    expect(await allowed("null")).toBeNull();
  });

  test("does not let its own parts be replaced", () => {
    expect(Object.isFrozen(createClientRegistration(options()))).toBe(true);
  });

  test("the preset for confidential clients has none that are public, and https alone", () => {
    const registration = createClientRegistration({ ...options(), ...webConfidentialPreset({ issuer }) });
    const errorsOf = (body: object) =>
      registration
        .explainClientMetadata(body)
        .findings.flatMap(({ severity, rule }) => (severity === "error" ? rule : []));
    const redirect_uris = ["https://app.example/cb"];
    expect(errorsOf({ redirect_uris })).toEqual([]);
    expect(errorsOf({ redirect_uris, token_endpoint_auth_method: "none" })).toEqual(["metadata.unsupported"]);
    expect(errorsOf({ redirect_uris: ["http://localhost/cb"] })).toEqual(["redirect_uri.loopback"]);
    expect(errorsOf({ redirect_uris, scope: "admin" })).toEqual(["scope.unsupported"]);
    expect(errorsOf({ redirect_uris, grant_types: ["authorization_code", "password"] })).toEqual([
      "metadata.unsupported",
    ]);
  });

  test("a policy of one's own is the one that counts, at both doors", async () => {
    const registration = createClientRegistration({
      ...options(),
      redirectUris: redirectUriPolicy({ schemes: ["myapp"] }),
    });
    const outcome = await registration.registerClient({
      redirect_uris: ["myapp://callback", "http://localhost:1/cb"],
    });
    const client = outcome.ok ? outcome.value.client : undefined;
    expect(client && registration.allowsRedirectUri(client, "myapp://callback")).toBe(true);
    expect(client && registration.allowsRedirectUri(client, "http://localhost:2/cb")).toBe(true);
    expect(client && registration.allowsRedirectUri(client, "cursor://callback")).toBe(false);
  });

  test("explaining what is no object is an answer too", () => {
    const registration = createClientRegistration(options());
    for (const value of [undefined, null, 7, "x", [], () => undefined]) {
      const { metadata, findings } = registration.explainClientMetadata(value);
      expect(metadata).toBeUndefined();
      expect(findings).toEqual([expect.objectContaining({ place: "(body)", rule: "metadata.object" })]);
    }
  });
});

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

test("8414-4: private_key_jwt needs its algorithms published, and a verifier that can do all of them", () => {
  const build = (algorithms: string[] | undefined, verifiable = ["ES256"]) =>
    createClientRegistration({
      ...mcpPreset({
        issuer: "https://as.example",
        token_endpoint_auth_methods_supported: ["private_key_jwt"],
        ...(algorithms && { token_endpoint_auth_signing_alg_values_supported: algorithms }),
      }),
      store: memoryStore(),
      audit: () => undefined,
      clientAssertions: { algorithms: verifiable, verify: () => Promise.reject(new Error("not asked")) },
    });
  expect(build(["ES256"])).toBeDefined();
  for (const wrong of [undefined, [], ["none"], ["ES256", "RS256"]]) {
    expect(() => build(wrong), String(wrong)).toThrow(MisuseError);
  }
});

test("an option that there is not, and one that could do nothing, are mistakes", () => {
  expect(() => createClientRegistration({ ...options(), clientSecretTTL: 5 } as never)).toThrow(
    /clientSecretTTL/,
  );
  const clientAssertions = { algorithms: [], verify: () => Promise.reject(new Error("not asked")) };
  expect(() => createClientRegistration({ ...options(), clientAssertions })).toThrow(/private_key_jwt/);
});

test.each([mcpPreset, tokenGatedPreset, webConfidentialPreset])(
  "%o tells of an empty scopes_supported",
  (preset) => {
    expect(codeOf(() => preset({ issuer, scopes_supported: [] }))).toBe("ERR_SERVER_METADATA");
    expect(preset({ issuer }).defaultScopes).toEqual([]);
  },
);
