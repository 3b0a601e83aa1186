import { nearestName, requireKnownOptions } from "../lib/known-options.js";
import type { ClientAssertionVerifier } from "../client-authentication/client-assertion-verifier.js";
import { MEMBER_KINDS, type MetadataMember } from "../client-metadata/member-table.js";
import { isGuardedFetch } from "../guarded-fetch/is-guarded-fetch.js";
import { requireThat } from "../lib/misuse.js";
import type { ClientRegistrationOptions } from "./options.js";
import type { RegistrationStore } from "../store/registration-store.js";

/** For each option what it must be, and whether a value that was given is that. */
type Check = readonly [
  option: keyof ClientRegistrationOptions,
  mustBe: string,
  holds: (value: unknown) => boolean,
];

const REQUIRED: readonly Check[0][] = ["authorizationServer", "redirectUris", "store", "audit"];

const STORE_METHODS: readonly (keyof RegistrationStore)[] = [
  "createClient",
  "findClient",
  "findClientByRegistrationAccessToken",
  "replaceClient",
  "deleteClient",
  "findClientByFingerprint",
  "recordClientUse",
  "findClients",
  "changeClientStatus",
  "changeClientAdministration",
  "findExpiredClients",
  "deleteExpiredClients",
  "countClients",
  "createInitialAccessToken",
  "findInitialAccessToken",
  "listInitialAccessTokens",
  "revokeInitialAccessToken",
];

const CHECKS: readonly Check[] = [
  ["authorizationServer", "must be a discovery document", isObject],
  [
    "redirectUris",
    "must be a policy, such as redirectUriPolicy()",
    (value) => hasMethods(value, "parse", "admits"),
  ],
  [
    "access",
    "must say who may register, such as openRegistration({ rateLimiter })",
    (value) => hasMethods(value, "admit"),
  ],
  [
    "store",
    "must be a RegistrationStore, such as memoryStore() of @oauth-dcr/core/memory",
    (value) => hasMethods(value, ...STORE_METHODS),
  ],
  ["audit", "must be a function that takes an audit event", isFunction],
  [
    "addressPseudonymKey",
    "must be a Uint8Array of at least 16 bytes",
    (value) => value instanceof Uint8Array && value.length >= 16,
  ],
  ["defaultScopes", "must be a list of scopes", Array.isArray],
  ["baselineScopes", "must be a list of scopes", Array.isArray],
  ["unsupportedMetadata", "must be narrow or refuse", (value) => value === "narrow" || value === "refuse"],
  ["wrongApplicationType", "must be correct or refuse", (value) => value === "correct" || value === "refuse"],
  ["extensionMembers", "must be a list of members with a name and a known kind", areMembers],
  [
    "policies",
    "must be an object of lists, such as { every: [requirePkce()] }",
    (value) => isObject(value) && !Array.isArray(value),
  ],
  ["trust", "must be made by trustTiers({ tiers, templates })", (value) => hasMethods(value, "rules")],
  [
    "softwareStatements",
    "must be a verifier, such as softwareStatements({ trustedIssuers })",
    (value) => hasMethods(value, "verify"),
  ],
  [
    "clientAssertions",
    "must be a verifier, such as privateKeyJwt({ audience, replay })",
    (value) => hasMethods(value, "verify") && Array.isArray((value as ClientAssertionVerifier).algorithms),
  ],
  [
    "authenticationMethods",
    "must be a list of methods, such as [tlsClientAuth({ trustAnchors })]",
    (value) => Array.isArray(value) && value.every((method) => hasMethods(method, "verify")),
  ],
  ["guardedFetch", "must be a function, such as guardedFetch({ connection })", isGuardedFetch],
  [
    "clientIdMetadataDocuments",
    "must be made by clientIdMetadataDocuments({ guardedFetch })",
    (value) => hasMethods(value, "finder"),
  ],
  [
    "federation",
    "must be made by federationRegistration({ trustAnchors })",
    (value) => hasMethods(value, "endpoint"),
  ],
  ["wellKnownNames", 'must be an object such as { Claude: ["claude.ai"] }', isObject],
  [
    "clientManagement",
    "must be left out, or be an object with revokeTokens",
    (value) => hasMethods(value, "revokeTokens"),
  ],
  ["clientSecretTtlSeconds", "must be a whole number of seconds, or 0", isCount],
  ["clientSecretGraceSeconds", "must be a whole number of seconds, or 0", isCount],
  ["lifecycle", "must be an object of times", isObject],
  ["quotas", "must be an object of numbers, such as { perAddress: 20 }", isObject],
  [
    "idempotentRegistration",
    "must be true, false or any_software_version",
    (value) => [true, false, "any_software_version"].includes(value as boolean),
  ],
  ["documentsNeedName", "must be true or false", (value) => typeof value === "boolean"],
  ["clientsWithoutGrants", "must be true or false", (value) => typeof value === "boolean"],
  ["maxBodyBytes", "must be a positive integer", (value) => Number.isInteger(value) && Number(value) > 0],
  ["corsOrigins", 'must be "*" or a list of origins such as https://app.example', areOrigins],
  ["onError", "must be a function", isFunction],
  ["randomBytes", "must be a function", isFunction],
  ["clock", "must be a function that answers milliseconds", isClock],
];

const MEMBER_OPTIONS: readonly (keyof MetadataMember)[] = ["name", "kind", "localisable", "inputOnly"];

const ACCESS_MEMBERS = ["admit", "limits", "requiresSoftwareStatement"];

/** @throws MisuseError for the first option that is missing or makes no sense */
export function checkOptions(options: ClientRegistrationOptions): void {
  requireKnownOptions(
    "createClientRegistration",
    options,
    CHECKS.map(([option]) => option),
  );
  for (const member of options.extensionMembers ?? []) {
    if (isObject(member)) requireKnownOptions("extensionMembers", member, MEMBER_OPTIONS);
  }
  for (const [option, mustBe, holds] of CHECKS) {
    const value = options[option];
    const mayBeMissing = value === undefined && !REQUIRED.includes(option);
    requireThat(mayBeMissing || holds(value), "ERR_OPTION", `${option}: ${mustBe}`);
  }
  // An access mode may be an object of a class, with whatever members; but a misspelt one would hold no limit.
  for (const name of Object.keys(options.access ?? {})) {
    const meant = ACCESS_MEMBERS.includes(name) ? undefined : nearestName(name, ACCESS_MEMBERS, 1);
    requireThat(meant === undefined, "ERR_OPTION", `access: there is no ${name}; did you mean ${meant}?`);
  }
  requireThat(
    !options.access?.requiresSoftwareStatement || options.softwareStatements !== undefined,
    "ERR_OPTION",
    "softwareStatements: must be given where access requires a software statement",
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function hasMethods(value: unknown, ...names: string[]): boolean {
  return isObject(value) && names.every((name) => isFunction(value[name]));
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function areMembers(value: unknown): boolean {
  const isMember = (member: { name?: unknown; kind?: unknown } | null): boolean =>
    typeof member?.name === "string" && MEMBER_KINDS.includes(member.kind as never);
  return Array.isArray(value) && value.every(isMember);
}

function areOrigins(value: unknown): boolean {
  return value === "*" || (Array.isArray(value) && value.every(isOrigin));
}

function isOrigin(origin: unknown): boolean {
  try {
    return new URL(String(origin)).origin === origin;
  } catch {
    return false;
  }
}

function isClock(clock: unknown): boolean {
  return typeof clock === "function" && Number.isFinite((clock as () => unknown)());
}
