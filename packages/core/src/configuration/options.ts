import type { RegistrationAccess } from "../access/registration-access.js";
import type { AuditSink } from "../audit/audit-event.js";
import type { OnError } from "../audit/on-error.js";
import type { ClientAssertionVerifier } from "../client-authentication/client-assertion-verifier.js";
import type { ClientAuthenticationMethod } from "../client-authentication/client-authentication-method.js";
import type { ClientIdMetadataDocuments } from "../client-id-metadata-document/client-id-metadata-documents.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import type { ClientLifecycleOptions } from "../lifecycle/client-lifecycle.js";
import type { PolicyLists } from "../policy/policy-table.js";
import type { ClientQuotaOptions } from "../quota/client-quotas.js";
import type { SoftwareStatementVerifier } from "../software-statement/software-statement.js";
import type { ClientManagementOptions } from "../client-configuration-endpoint/client-management.js";
import type { WrongApplicationType } from "../client-metadata/application-type.js";
import type { MetadataMember } from "../client-metadata/member-table.js";
import type { UnsupportedMetadata } from "../client-metadata/narrow.js";
import type { RandomBytes } from "../crypto/random-token.js";
import type { AuthorizationServerMetadata } from "../discovery/authorization-server-metadata.js";
import type { WellKnownNames } from "../consent/well-known-names.js";
import type { CorsOrigins } from "../http/cors.js";
import type { FederationRegistration } from "../http/federation-endpoint.js";
import type { RedirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import type { RegistrationStore } from "../store/registration-store.js";
import type { TrustTiers } from "../trust/trust-rules.js";

/** What a registration server is built from. */
export interface ClientRegistrationOptions {
  /** The discovery document. A client is registered with no scope, grant type or algorithm that it does not publish. */
  readonly authorizationServer: AuthorizationServerMetadata;
  /** Which redirect URIs are accepted, such as `redirectUriPolicy(mcpRedirects)`. A preset brings one. */
  readonly redirectUris: RedirectUriPolicy;
  /** Who may register. Default `protectedRegistration()`: whoever has an initial access token. */
  readonly access?: RegistrationAccess;
  /** Where clients and initial access tokens are kept. */
  readonly store: RegistrationStore;
  /**
   * Receives all audit events: of each request to the endpoints except preflights, of the operator's calls, of sweeps, of
   * initial access tokens and of metadata documents. Requests for the discovery document have no event.
   */
  readonly audit: AuditSink;
  /**
   * A secret key of at least 16 bytes. With it, audit events and records show a keyed hash of each address. Events of the
   * same address can still be linked; only with the key can a hash be compared with an address. Default: addresses are
   * shown in clear.
   */
  readonly addressPseudonymKey?: Uint8Array;
  /** The scopes of a client that asks for none. Default: none. */
  readonly defaultScopes?: readonly string[];
  /**
   * Scopes that a client gets beyond those it asks for. An exception to the rule that nobody gets more than they ask for: for
   * clients that ask for less than they need. Only out of `scopes_supported`, and of what the client's initial access
   * token allows; a client whose software statement names its scope gets none of them. The answer shows them, and the
   * finding `scope.baseline` in the audit event tells of them. Policies still narrow them. Default: none.
   */
  readonly baselineScopes?: readonly string[];
  /** Whether an unsupported grant type, response type or scope is dropped or refused. Default `narrow`. */
  readonly unsupportedMetadata?: UnsupportedMetadata;
  /** Whether an `application_type` that contradicts the redirect URIs is corrected or refused. Default `refuse`. */
  readonly wrongApplicationType?: WrongApplicationType;
  /** The operator's own rules, beyond the specifications. Default: none. */
  readonly policies?: PolicyLists;
  /**
   * What the tiers of clients decide, and which clients get one by a template. Made by `trustTiers` of `@oauth-dcr/core/trust`.
   * Default: a tier is only shown.
   */
  readonly trust?: TrustTiers;
  /** Verifies software statements, such as `softwareStatements` of `@oauth-dcr/core/jose`. Default: they are ignored. */
  readonly softwareStatements?: SoftwareStatementVerifier;
  /** Verifies assertions of `private_key_jwt`, such as `privateKeyJwt` of `@oauth-dcr/core/jose`. */
  readonly clientAssertions?: ClientAssertionVerifier;
  /**
   * Verifies further methods of client authentication: `tlsClientAuth` and `selfSignedTlsClientAuth` of
   * `@oauth-dcr/core/mutual-tls`, `spiffeJwt` and `spiffeX509` of `@oauth-dcr/core/spiffe`, `attestJwtClientAuth` of
   * `@oauth-dcr/core/client-attestation`. Name each in `token_endpoint_auth_methods_supported`. Default: none.
   */
  readonly authenticationMethods?: readonly ClientAuthenticationMethod[];
  /**
   * Fetches URLs that clients name, such as `sector_identifier_uri`. Default: no fetch, and a client with a
   * `sector_identifier_uri` is refused.
   */
  readonly guardedFetch?: GuardedFetch;
  /**
   * Accepts the https URL of a client's metadata as its `client_id`. Made by `clientIdMetadataDocuments` of
   * `@oauth-dcr/core/client-id-metadata-document`. Default: a URL is an unknown client.
   */
  readonly clientIdMetadataDocuments?: ClientIdMetadataDocuments;
  /**
   * Whether a metadata document without `client_name` is refused, as MCP demands it. Default false; `mcpPreset` sets true.
   */
  readonly documentsNeedName?: boolean;
  /**
   * Names that users trust, each with the hosts of its owner, such as `{ Claude: ["claude.ai"] }`. `consentView` warns of
   * a client with such a name unless its redirect URI, or its metadata document, is at a host of the owner. Default: none.
   */
  readonly wellKnownNames?: WellKnownNames;
  /**
   * Lets members of a federation register at an endpoint of its own. Made by `federationRegistration` of
   * `@oauth-dcr/core/federation`. Default: there is no such endpoint.
   */
  readonly federation?: FederationRegistration;
  /** Lets clients read, change and delete their own records (RFC 7592). Default: they cannot. */
  readonly clientManagement?: ClientManagementOptions;
  /** How long a client secret lives, in seconds. Default 0: it does not expire. */
  readonly clientSecretTtlSeconds?: number;
  /** How long the previous secret is still accepted after a new one was issued, in seconds. Default 86,400, a day. */
  readonly clientSecretGraceSeconds?: number;
  /** When clients expire. Default: they do not expire. The presets end a client that was not used for a day. */
  readonly lifecycle?: ClientLifecycleOptions;
  /** How many clients may be registered but not yet used. Default: no limit. The presets allow 100 for each caller. */
  readonly quotas?: ClientQuotaOptions;
  /**
   * Whether an open registration of a public client answers with the existing client of the same metadata, if there is
   * one. A client that registers at each login then leaves one record. All who register the same metadata share that
   * client, so that nobody gets a token to manage it. `any_software_version`: also if only `software_version` differs; the
   * record keeps the first one. Default false; `mcpPreset` sets true, and `openNativePreset` `any_software_version`.
   */
  readonly idempotentRegistration?: boolean | "any_software_version";
  /**
   * Whether `grant_types: []` registers a client without grants, such as a resource server that introspects tokens. It has
   * to authenticate. Default false: real clients send an empty list for what they leave out, and get the default.
   */
  readonly clientsWithoutGrants?: boolean;
  /** Metadata members of your own. They are checked by their kind, stored, and returned like those of the specifications. */
  readonly extensionMembers?: readonly MetadataMember[];
  /** The largest body, in bytes. Default 65,536. The presets say 16,384. */
  readonly maxBodyBytes?: number;
  /** The origins of web pages that may register from a browser; `[]` for none. Default `*`, every origin. */
  readonly corsOrigins?: CorsOrigins;
  /** Receives what an operator should look into. Default: writes a line with `console.error`. */
  readonly onError?: OnError;
  /** The time, in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
  /** Fills a buffer with random bytes. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: RandomBytes;
}
