import { requireNoState, isStateless } from "./require-no-state.js";
import { randomIdentity } from "../client-credentials/client-identity.js";
import { checkOptions } from "./check-options.js";
import { protectedRegistration } from "../access/protected-registration.js";
import type { AuditSink } from "../audit/audit-event.js";
import { logError, neverThrowing, type OnError } from "../audit/on-error.js";
import type { MetadataMember } from "../client-metadata/member-table.js";
import { REGISTERED_MEMBERS, RESERVED_MEMBERS } from "../client-metadata/members.js";
import { lookAlikes, type LookAlike } from "../consent/well-known-names.js";
import { pseudonyms, type Pseudonym } from "../crypto/pseudonym.js";
import {
  completeServerMetadata,
  type CompleteServerMetadata,
} from "../discovery/authorization-server-metadata.js";
import type { CorsOrigins } from "../http/cors.js";
import type { SignedObjectReader } from "../http/read-json-object.js";
import { pooledRandomBytes } from "../crypto/random-token.js";
import type { JsonObject } from "../lib/json.js";
import { requireThat } from "../lib/misuse.js";
import type { ClientAssertionVerifier } from "../client-authentication/client-assertion-verifier.js";
import type { ClientAuthenticationMethod } from "../client-authentication/client-authentication-method.js";
import type { ClientSecretRules } from "../client-credentials/client-secret.js";
import type { RegistrationConfig } from "../registration-endpoint/register-client.js";
import {
  resolveClientManagement,
  type ClientManagement,
} from "../client-configuration-endpoint/client-management.js";
import { resolveClientLifecycle } from "../lifecycle/client-lifecycle.js";
import { resolveClientQuotas } from "../quota/client-quotas.js";
import { policyTable } from "../policy/policy-table.js";
import { signedMetadataReader } from "../software-statement/accept-software-statement.js";
import type { ClientRegistrationOptions } from "./options.js";

/** The options with every default said, checked once and independent of the caller's objects. */
export interface ResolvedOptions extends RegistrationConfig {
  /** Missing where clients cannot manage themselves. */
  readonly management?: ClientManagement;
  /** Missing where no client uses `private_key_jwt`. */
  readonly clientAssertions?: ClientAssertionVerifier;
  readonly authenticationMethods: readonly ClientAuthenticationMethod[];
  readonly clientSecrets: ClientSecretRules;
  readonly serverMetadata: CompleteServerMetadata;
  readonly isLookAlike: LookAlike;
  readonly documentsNeedName: boolean;
  readonly corsOrigins: CorsOrigins;
  readonly maxBodyBytes: number;
  /** Missing where bodies are plain JSON. */
  readonly readSigned?: SignedObjectReader;
  readonly audit: AuditSink;
  /** What stands for an address in an event and on a record. */
  readonly addressPseudonym: Pseudonym;
  readonly onError: OnError;
}

/** @throws MisuseError for an option that is missing or makes no sense */
export function resolveOptions(options: ClientRegistrationOptions): ResolvedOptions {
  checkOptions(options);
  const {
    access = protectedRegistration(),
    store,
    audit,
    redirectUris,
    corsOrigins = "*",
    maxBodyBytes = 65_536,
    clientSecretTtlSeconds = 0,
    clientSecretGraceSeconds = 86_400,
    clientManagement,
    softwareStatements,
    clientAssertions,
    guardedFetch,
    policies = {},
    trust: tiers,
    idempotentRegistration = false,
    authenticationMethods: added = [],
    clock = Date.now,
  } = options;
  // A preset's limits are for what is kept.
  const { lifecycle = {}, quotas = {} } = isStateless(store) ? {} : options;
  const addressPseudonym = pseudonyms(options.addressPseudonymKey?.slice());
  const authenticationMethods = [...added];
  const serverMetadata = completeServerMetadata({
    ...structuredClone(options.authorizationServer),
    ...(Object.assign({}, ...authenticationMethods.map((method) => method.serverMetadata)) as JsonObject),
    ...options.federation?.serverMetadata(options.authorizationServer.issuer),
    ...(options.clientIdMetadataDocuments && { client_id_metadata_document_supported: true }),
  });
  const scopesOf = (option: "defaultScopes" | "baselineScopes"): readonly string[] => {
    const scopes = [...(options[option] ?? [])];
    requireThat(
      scopes.every((scope) => serverMetadata.scopes_supported.includes(scope)),
      "ERR_OPTION",
      `${option}: must be among authorizationServer.scopes_supported`,
    );
    return scopes;
  };
  const { token_endpoint_auth_signing_alg_values_supported: algorithms = [] } = serverMetadata;
  requireThat(
    !clientAssertions || algorithms.every((algorithm) => clientAssertions.algorithms.includes(algorithm)),
    "ERR_OPTION",
    "clientAssertions: cannot verify all of authorizationServer.token_endpoint_auth_signing_alg_values_supported",
  );
  requireThat(
    !clientAssertions || serverMetadata.token_endpoint_auth_methods_supported.includes("private_key_jwt"),
    "ERR_OPTION",
    "clientAssertions: are for clients of private_key_jwt, which token_endpoint_auth_methods_supported does not publish",
  );
  requireThat(
    authenticationMethods.every(({ name }) =>
      serverMetadata.token_endpoint_auth_methods_supported.includes(name),
    ),
    "ERR_OPTION",
    "authenticationMethods: token_endpoint_auth_methods_supported does not publish each of them",
  );
  if (isStateless(store)) requireNoState(options, store, serverMetadata.issuer);
  const trust = tiers?.rules(serverMetadata.scopes_supported, policies);
  const clientSecrets = { ttlSeconds: clientSecretTtlSeconds, graceSeconds: clientSecretGraceSeconds };
  return Object.freeze({
    serverMetadata,
    rules: Object.freeze({
      members: memberTable(options.extensionMembers ?? [], authenticationMethods),
      authenticationMethods,
      redirectUris,
      supported: serverMetadata,
      defaultScopes: scopesOf("defaultScopes"),
      baselineScopes: scopesOf("baselineScopes"),
      unsupportedMetadata: options.unsupportedMetadata ?? "narrow",
      wrongApplicationType: options.wrongApplicationType ?? "refuse",
      clientsWithoutGrants: options.clientsWithoutGrants ?? false,
    }),
    access,
    policies: policyTable(trust?.policies ?? policies),
    ...(trust && { trust }),
    ...(softwareStatements && { softwareStatements }),
    ...(clientAssertions && { clientAssertions }),
    authenticationMethods,
    ...(guardedFetch && { guardedFetch }),
    clientSecrets,
    identify: isStateless(store) ? store.identify : randomIdentity(clientSecrets),
    ...(clientManagement && {
      management: resolveClientManagement(clientManagement),
      registrationClientUri: (clientId: string) =>
        `${serverMetadata.registration_endpoint.replace(/\/$/, "")}/${clientId}`,
    }),
    lifecycle: resolveClientLifecycle(lifecycle, trust),
    quotas: resolveClientQuotas(quotas, addressPseudonym, trust?.ownPool),
    addressPseudonym,
    documentsNeedName: options.documentsNeedName ?? false,
    isLookAlike: lookAlikes(options.wellKnownNames ?? {}),
    // A stateless client is never shared: each has an identifier of its own.
    idempotentRegistration: isStateless(store) ? false : idempotentRegistration,
    store,
    audit,
    corsOrigins: corsOrigins === "*" ? corsOrigins : [...corsOrigins],
    maxBodyBytes,
    ...(softwareStatements?.readSignedRequest && {
      readSigned: signedMetadataReader(softwareStatements.readSignedRequest, clock),
    }),
    onError: neverThrowing(options.onError ?? logError),
    clock,
    randomBytes:
      options.randomBytes ??
      pooledRandomBytes((bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes)),
  });
}

function memberTable(
  extensions: readonly MetadataMember[],
  methods: readonly ClientAuthenticationMethod[],
): ReadonlyMap<string, MetadataMember> {
  const ofMethods = methods.flatMap(({ members = [] }) => members);
  const members = new Map([...REGISTERED_MEMBERS, ...ofMethods].map((member) => [member.name, member]));
  for (const member of extensions) {
    const { name } = member;
    requireThat(
      /^[A-Za-z][\w.-]*$/.test(name),
      "ERR_EXTENSION_MEMBER",
      `extensionMembers: "${name}" is not a member name`,
    );
    requireThat(
      !members.has(name) && !RESERVED_MEMBERS.has(name),
      "ERR_EXTENSION_MEMBER",
      `extensionMembers: ${name} is taken`,
    );
    members.set(name, Object.freeze({ ...member }));
  }
  return members;
}
