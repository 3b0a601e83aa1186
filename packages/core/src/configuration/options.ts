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

/** Options of `createClientRegistration`. */
export interface ClientRegistrationOptions {
  /** The discovery document. No client is registered with a scope, grant type or algorithm that this document does not list. */
  readonly authorizationServer: AuthorizationServerMetadata;
  /** Which redirect URIs are accepted, such as `redirectUriPolicy(mcpRedirects)`. Presets set it. */
  readonly redirectUris: RedirectUriPolicy;
  /** Who may register. Default `protectedRegistration()`: callers with an initial access token. */
  readonly access?: RegistrationAccess;
  /** Stores clients and initial access tokens. */
  readonly store: RegistrationStore;
  /**
   * Receives all audit events: of requests to the endpoints, calls of the operator, sweeps, initial access tokens and metadata
   * documents. Preflights and requests for the discovery document have no event.
   */
  readonly audit: AuditSink;
  /**
   * A secret key of at least 16 bytes. With it, audit events and records show a keyed hash in place of each address. Events of one
   * address can still be linked. Only with the key can you compare a hash with an address. Default: addresses in clear text.
   */
  readonly addressPseudonymKey?: Uint8Array;
  /** The scopes of a client that requests none. Default: none. */
  readonly defaultScopes?: readonly string[];
  /**
   * Scopes that a client gets in addition to those it requests. Use this only for clients that request less than they need.
   *
   * - Each must be in `scopes_supported`. An initial access token and policies still limit them.
   * - A client whose software statement names a scope gets none of them.
   * - The response contains them, and the audit event has the finding `scope.baseline`.
   *
   * Default: none.
   */
  readonly baselineScopes?: readonly string[];
  /** Whether an unsupported grant type, response type or scope is removed (`narrow`) or refused. Default `narrow`. */
  readonly unsupportedMetadata?: UnsupportedMetadata;
  /** Whether an `application_type` that contradicts the redirect URIs is corrected or refused. Default `refuse`. */
  readonly wrongApplicationType?: WrongApplicationType;
  /** Your own rules, beyond the specifications. Default: none. */
  readonly policies?: PolicyLists;
  /**
   * What the tiers of clients decide, and which clients get one by a template. Made by `trustTiers` of `@oauth-dcr/core/trust`.
   * Default: a tier is only shown.
   */
  readonly trust?: TrustTiers;
  /** Verifies software statements. Made by `softwareStatements` of `@oauth-dcr/core/jose`. Default: they are ignored. */
  readonly softwareStatements?: SoftwareStatementVerifier;
  /** Verifies the assertions of `private_key_jwt`. Made by `privateKeyJwt` of `@oauth-dcr/core/jose`. Default: none is valid. */
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
  /** Whether a metadata document without `client_name` is refused, as MCP requires. Default false. `mcpPreset` sets true. */
  readonly documentsNeedName?: boolean;
  /**
   * Names that users trust, each with the hosts of its owner, such as `{ Claude: ["claude.ai"] }`. `consentView` warns of a client
   * with such a name, unless its redirect URI or metadata document is at one of these hosts. Default: none.
   */
  readonly wellKnownNames?: WellKnownNames;
  /**
   * Adds an endpoint where members of a federation register. Made by `federationRegistration` of `@oauth-dcr/core/federation`.
   * Default: no such endpoint.
   */
  readonly federation?: FederationRegistration;
  /** Lets clients read, change and delete their own records (RFC 7592). Default: they cannot. */
  readonly clientManagement?: ClientManagementOptions;
  /** The lifetime of a client secret, in seconds. Default 0: it does not expire. */
  readonly clientSecretTtlSeconds?: number;
  /** How long the previous secret stays valid after a new one was issued, in seconds. Default 86,400, a day. */
  readonly clientSecretGraceSeconds?: number;
  /** When clients expire. Default: never. With the presets, a client that was never used expires after a day. */
  readonly lifecycle?: ClientLifecycleOptions;
  /** How many unused clients there may be. Default: no limit. The presets allow 100 for each caller. */
  readonly quotas?: ClientQuotaOptions;
  /**
   * Whether an open registration of a public client returns the existing client with the same metadata, if there is one. A client
   * that registers at each login then has one record.
   *
   * - All callers that register the same metadata share the client. So no caller gets a token to manage it.
   * - `any_software_version`: the same, also if only `software_version` differs. The record keeps the first version.
   *
   * Default false. `mcpPreset` sets true, and `openNativePreset` sets `any_software_version`.
   */
  readonly idempotentRegistration?: boolean | "any_software_version";
  /**
   * Whether `grant_types: []` registers a client without grants, such as a resource server that introspects tokens. Such a client
   * must authenticate. Default false: an empty list counts as a missing one, because real clients send it so.
   */
  readonly clientsWithoutGrants?: boolean;
  /** Your own metadata members. They are checked by their kind, stored and returned like standard members. Default: none. */
  readonly extensionMembers?: readonly MetadataMember[];
  /** The largest body, in bytes. Default 65,536. The presets set 16,384. */
  readonly maxBodyBytes?: number;
  /** The origins of web pages that may register from a browser. `[]` allows none. Default `*`: all origins. */
  readonly corsOrigins?: CorsOrigins;
  /** Receives problems that need the attention of the operator. Default: writes a line with `console.error`. */
  readonly onError?: OnError;
  /** The time, in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
  /** Fills a buffer with random bytes. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: RandomBytes;
}
