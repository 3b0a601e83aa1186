import { expect, test } from "vitest";
import { privateKeyJwt, jwtInitialAccessTokens, softwareStatements } from "../../src/jose.js";
import { clientAdministration } from "../../src/administration/index.js";
import * as attestation from "../../src/client-attestation/index.js";
import * as mutualTls from "../../src/mutual-tls/index.js";
import * as spiffe from "../../src/spiffe/index.js";
import { federationRegistration } from "../../src/federation.js";
import { checkEntityConfiguration } from "../../src/federation/entity-configuration.js";
import { consentPage, pageLook } from "../../src/consent-page/index.js";
import { consentLedger } from "../../src/consent-ledger/index.js";
import * as documents from "../../src/client-id-metadata-document/index.js";
import { domainVerification } from "../../src/domain-verification/index.js";
import * as outgoing from "../../src/guarded-fetch/index.js";
import * as root from "../../src/index.js";
import * as tokens from "../../src/initial-access-token/index.js";
import { logoProxy } from "../../src/logo-proxy/index.js";
import { manyIssuers } from "../../src/many-issuers/index.js";
import { openBankingPreset } from "../../src/open-banking/index.js";
import * as policy from "../../src/policy/index.js";
import * as redirectUri from "../../src/redirect-uri/index.js";
import * as stateless from "../../src/stateless-registration/index.js";
import { trustTiers } from "../../src/trust/index.js";
import { udapSoftwareStatements } from "../../src/udap/index.js";
import * as webhooks from "../../src/webhooks/index.js";
import { nearestName } from "../../src/lib/known-options.js";
import { memoryRateLimiter, memoryReplayStore, memoryStore } from "../../src/memory.js";

const core = { ...root, ...documents, ...outgoing, ...tokens, ...policy, ...redirectUri, ...stateless };
const rateLimiter = memoryRateLimiter({ limit: 1, windowSeconds: 1 });
const registration = (more: object) =>
  core.createClientRegistration({
    ...core.mcpPreset({ issuer: "https://as.example" }),
    access: core.openRegistration({ rateLimiter }),
    audit: () => undefined,
    store: memoryStore(),
    ...more,
  });
/** Options as a caller without types may write them. */
const untyped = (options: unknown): never => options as never;
const nothing = (): void => undefined;
const keys = { jwks: { keys: [] } };

const verifiable = () => ({
  ...core.tokenGatedPreset({ issuer: "https://as.example" }),
  audit: nothing,
  store: memoryStore(),
});

/** Each factory with one misspelt option, and the name that the error should suggest. */
const MISSPELT: readonly (readonly [factory: string, nearest: string, call: () => unknown])[] = [
  ["createClientRegistration", "quotas", () => registration({ quota: {} })],
  ["createClientRegistration", "softwareStatements", () => registration({ software_statements: {} })],
  [
    "clientManagement",
    "operations",
    () => registration({ clientManagement: { revokeTokens: nothing, operation: [] } }),
  ],
  ["lifecycle", "unusedTtlSeconds", () => registration({ lifecycle: { unusedTTLSecond: 1 } })],
  ["quotas", "perAddress", () => registration({ quotas: { perAdress: 1 } })],
  ["policies", "open", () => registration({ policies: { opne: [] } })],
  ["pageLook", "brand", () => pageLook(untyped({ brnad: {} }))],
  ["pageLook.theme", "light", () => pageLook(untyped({ theme: { ligth: {} } }))],
  ["pageLook.theme.dark", "accent", () => pageLook(untyped({ theme: { dark: { acent: "#fff" } } }))],
  ["consentPage", "fields", () => consentPage(untyped({}), untyped({ field: {} }))],
  ["logoProxy", "leastTier", () => logoProxy(untyped({ leastTeir: "approved" }))],
  ["guardedFetchBytes", "maxBytes", () => outgoing.guardedFetchBytes(untyped({ maxByte: 1 }))],
  ["trustTiers", "templates", () => trustTiers(untyped({ template: [] }))],
  ["trustTiers.tiers", "approved", () => trustTiers(untyped({ tiers: { aproved: {} } }))],
  ["trustTiers.tiers.unknown", "scopes", () => trustTiers(untyped({ tiers: { unknown: { scope: [] } } }))],
  [
    "trustTiers.tiers.unknown.quotas",
    "perAddress",
    () => trustTiers(untyped({ tiers: { unknown: { quotas: { perAdress: 1 } } } })),
  ],
  [
    "trustTiers.tiers.unknown.lifecycle",
    "idleTtlSeconds",
    () => trustTiers(untyped({ tiers: { unknown: { lifecycle: { idleTtlSecond: 1 } } } })),
  ],
  [
    "trustTiers.templates[0]",
    "policies",
    () => trustTiers(untyped({ templates: [{ name: "a", match: {}, policys: [] }] })),
  ],
  [
    "trustTiers.templates[0].match",
    "softwareId",
    () => trustTiers(untyped({ templates: [{ name: "a", match: { software_id: "x" } }] })),
  ],
  [
    "extensionMembers",
    "localisable",
    () => registration({ extensionMembers: [{ name: "a", kind: "text", localizable: true }] }),
  ],
  [
    "clientIdMetadataDocuments",
    "admission",
    () => core.clientIdMetadataDocuments(untyped({ guardedFetch: nothing, admissions: [] })),
  ],
  [
    "clientIdMetadataDocuments.admission[0]",
    "match",
    () => core.clientIdMetadataDocuments(untyped({ guardedFetch: nothing, admission: [{ matches: "*" }] })),
  ],
  [
    "clientAdministration",
    "readHistory",
    () =>
      clientAdministration(
        { ...core.tokenGatedPreset({ issuer: "https://as.example" }), store: memoryStore(), audit: nothing },
        untyped({ readHistories: nothing }),
      ),
  ],
  ["consentLedger", "consents", () => consentLedger(untyped({ consent: {} }))],
  [
    "domainVerification",
    "txtRecords",
    () => domainVerification(verifiable(), untyped({ txtRecord: () => Promise.resolve([]) })),
  ],
  ["initialAccessTokens", "store", () => core.initialAccessTokens(untyped({ stores: memoryStore() }))],
  ["manyIssuers", "maxRegistrations", () => manyIssuers(untyped({ maxRegistration: 1 }))],
  ["mcpPreset", "baselineScopes", () => core.mcpPreset(untyped({}), untyped({ baselineScope: [] }))],
  [
    "openBankingPreset",
    "maxAgeSeconds",
    () => openBankingPreset(untyped({ issuer: "https://as.example" }), untyped({ maxAgeSecond: 1 })),
  ],
  ["openRegistration", "rateLimiter", () => core.openRegistration(untyped({ rateLimitter: rateLimiter }))],
  [
    "openRegistration: rateLimiters",
    "global",
    () => core.openRegistration(untyped({ rateLimiter, rateLimiters: { globally: rateLimiter } })),
  ],
  [
    "protectedRegistration",
    "rateLimiter",
    () => core.protectedRegistration(untyped({ rateLimitter: rateLimiter })),
  ],
  ["redirectUriPolicy", "deniedHosts", () => core.redirectUriPolicy(untyped({ deniedHost: ["a.example"] }))],
  [
    "memoryRateLimiter",
    "windowSeconds",
    () => memoryRateLimiter(untyped({ limit: 1, windowSeconds: 1, windowSecond: 1 })),
  ],
  ["memoryReplayStore", "maxKeys", () => memoryReplayStore(untyped({ maxKey: 1 }))],
  ["guardedFetch", "maxBytes", () => core.guardedFetch(untyped({ connection: nothing, maxByte: 1 }))],
  ["statelessStore", "ttlSeconds", () => core.statelessStore(untyped({ ttlSecond: 1 }))],
  ["privateKeyJwt", "audience", () => privateKeyJwt(untyped({ audiences: "a" }))],
  ["tlsClientAuth", "trustAnchors", () => mutualTls.tlsClientAuth(untyped({ trustedAnchors: [] }))],
  [
    "selfSignedTlsClientAuth",
    "guardedFetch",
    () => mutualTls.selfSignedTlsClientAuth(untyped({ guardedFetsh: nothing })),
  ],
  ["spiffeX509", "trustDomains", () => mutualTls.spiffeX509(untyped({ trustDomain: new Map() }))],
  ["spiffeJwt", "maxLifetimeSeconds", () => spiffe.spiffeJwt(untyped({ maxLifeTimeSecond: 1 }))],
  ["spiffeTrustDomains", "domains", () => spiffe.spiffeTrustDomains(untyped({ domain: [] }))],
  [
    "domains",
    "bundle",
    () => spiffe.spiffeTrustDomains({ domains: [untyped({ name: "a.example", bundles: keys })] }),
  ],
  ["attestJwtClientAuth", "mayAttest", () => attestation.attestJwtClientAuth(untyped({ mayAtest: nothing }))],
  [
    "softwareStatements",
    "requireExpiry",
    () => softwareStatements(untyped({ trustedIssuers: [], requiresExpiry: true })),
  ],
  ["jwtInitialAccessTokens", "requiredScope", () => jwtInitialAccessTokens(untyped({ requiredScopes: "a" }))],
  [
    "trustedIssuers",
    "algorithms",
    () => softwareStatements(untyped({ trustedIssuers: [{ issuer: "i", keys, algorithm: [] }] })),
  ],
  ["udapSoftwareStatements", "isRevoked", () => udapSoftwareStatements(untyped({ isRevoke: () => true }))],
  ["federationRegistration", "trustAnchors", () => federationRegistration(untyped({ trustAnchor: [] }))],
  [
    "entityConfiguration",
    "authorityHints",
    () => checkEntityConfiguration(untyped({ authorityHint: [] }), untyped({})),
  ],
  [
    "trustAnchors",
    "entityId",
    () =>
      federationRegistration(
        untyped({
          rateLimiter,
          guardedFetch: core.guardedFetch({ connection: untyped(() => undefined) }),
          trustAnchors: [{ entityID: "https://a.example" }],
        }),
      ),
  ],
  ["forbidDisplayUris", "present", () => core.forbidDisplayUris(untyped({ presence: "drop" }))],
  ["sameHostDisplayUris", "mismatch", () => core.sameHostDisplayUris(untyped({ missmatch: "drop" }))],
  ["holdForApproval", "when", () => core.holdForApproval(untyped({ wen: () => true }))],
  [
    "allowRedirectHosts",
    "loopback",
    () => core.allowRedirectHosts(["a.example"], untyped({ loopBacks: true })),
  ],
  ["allowSoftwareIds", "selfAsserted", () => core.allowSoftwareIds(["a"], untyped({ selfAserted: true }))],
  ["limitScopes", "name", () => core.limitScopes({ open: [] }, untyped({ nam: "a" }))],
  [
    "verifyWebhook",
    "secrets",
    () => webhooks.verifyWebhook({ headers: {}, body: "" }, untyped({ secret: "a" })),
  ],
  ["memoryWebhookQueue", "maxCharacters", () => webhooks.memoryWebhookQueue(untyped({ maxCharacter: 1 }))],
  ["webhookDelivery", "endpoint", () => webhooks.webhookDelivery(untyped({ endpoints: {} }))],
  [
    "webhookDelivery: endpoint",
    "allowPrivateUrl",
    () => webhooks.webhookDelivery(untyped({ endpoint: { allowPrivateURLs: true } })),
  ],
  ["reserveNames", "name", () => core.reserveNames(["Acme"], untyped({ names: "a" }))],
];

test.each(MISSPELT)("%s refuses a misspelt option and suggests %s", (factory, nearest, call) => {
  expect(call).toThrow(core.MisuseError);
  expect(call).toThrow(`${factory}: there is no option `);
  expect(call).toThrow(`did you mean ${nearest}?`);
});

test.each([
  ["openRegistration", () => core.openRegistration(untyped(undefined))],
  ["guardedFetch", () => core.guardedFetch(untyped(undefined))],
  ["memoryRateLimiter", () => memoryRateLimiter(untyped(null))],
  ["createClientRegistration", () => core.createClientRegistration(untyped([]))],
])("%s without an object of options is a misuse", (factory, call) => {
  expect(call).toThrow(core.MisuseError);
  expect(call).toThrow(`${factory}: give it an object of options`);
});

test("a misspelt constraint of a token is refused, and the right name is suggested", async () => {
  const issuing = registration({}).initialAccessTokens.issue(untyped({ redirectHost: ["app.example"] }));
  await expect(issuing).rejects.toThrow(
    "initialAccessTokens.issue: there is no option redirectHost; did you mean redirectHosts?",
  );
});

test("a misspelt limit of an access mode of your own is refused", () => {
  const access = { admit: () => ({ ok: true, value: { origin: { source: "open" } } }) };
  expect(() => registration({ access: { ...access, counted: 0 } })).not.toThrow();
  expect(() => registration({ access: { ...access, limit: {} } })).toThrow("did you mean limits?");
});

test("a name that is near none is told what there is", () => {
  const call = () => core.redirectUriPolicy(untyped({ xyz: 1 }));
  expect(call).toThrow("redirectUriPolicy: there is no option xyz; there are loopback, ");
  expect(nearestName("xyz", ["loopback"])).toBeUndefined();
});

test.each([
  ["scopesSupported", "scopes_supported"],
  ["scope_supported", "scopes_supported"],
  ["grant_type_supported", "grant_types_supported"],
  ["token_endpoint_auth_method_supported", "token_endpoint_auth_methods_supported"],
  ["registrationEndpoint", "registration_endpoint"],
])("a discovery document with %s is refused, and %s is suggested", (member, meant) => {
  const call = () => registration({ authorizationServer: { issuer: "https://as.example", [member]: ["a"] } });
  expect(call).toThrow(core.MisuseError);
  expect(call).toThrow(`did you mean ${meant}?`);
});

test("a discovery document keeps members that registration does not know", () => {
  const more = {
    device_authorization_endpoint: "https://as.example/device",
    op_tos_uri: "https://as.example/tos",
  };
  const { authorizationServerMetadata } = registration({
    authorizationServer: { issuer: "https://as.example", ...more },
  });
  expect(authorizationServerMetadata).toMatchObject(more);
});
