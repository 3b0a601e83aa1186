import type { RegistrationAccess } from "../access/registration-access.js";
import type { AuditSink } from "../audit/audit-event.js";
import type { OnError } from "../audit/on-error.js";
import type { ClientAssertionVerifier } from "../client-authentication/client-assertion-verifier.js";
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
import type { RedirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import type { RegistrationStore } from "../store/registration-store.js";

/** What a registration server is built from. */
export interface ClientRegistrationOptions {
  /** The discovery document; a registration gets nothing that this does not publish. */
  readonly authorizationServer: AuthorizationServerMetadata;
  /** Which redirect URIs are accepted, such as `redirectUriPolicy(mcpRedirects)`. A preset brings one. */
  readonly redirectUris: RedirectUriPolicy;
  /** Who may register. Default `protectedRegistration()`: whoever has an initial access token. */
  readonly access?: RegistrationAccess;
  /** Where clients and initial access tokens are kept. */
  readonly store: RegistrationStore;
  /** Gets one event for each request to the endpoints but a preflight; none for the discovery document. */
  readonly audit: AuditSink;
  /**
   * A secret key of at least 16 bytes. With it, addresses stand in audit events and on records as a keyed hash: the same
   * address can be followed, and without the key nobody learns which it is. Left out, they stand there in clear.
   */
  readonly addressPseudonymKey?: Uint8Array;
  /** The scope of a client that asks for none. Default: none. */
  readonly defaultScopes?: readonly string[];
  /** Whether an unsupported grant type, response type or scope is dropped or refused. Default `narrow`. */
  readonly unsupportedMetadata?: UnsupportedMetadata;
  /** Whether an `application_type` that contradicts the redirect URIs is corrected or refused. Default `refuse`. */
  readonly wrongApplicationType?: WrongApplicationType;
  /** What the operator asks of clients, beyond the specifications. Default: nothing. */
  readonly policies?: PolicyLists;
  /** Verifies software statements, such as `softwareStatements` of `@oauth-dcr/core/jose`. Left out, they are ignored. */
  readonly softwareStatements?: SoftwareStatementVerifier;
  /** Verifies assertions of `private_key_jwt`, such as `privateKeyJwt` of `@oauth-dcr/core/jose`. */
  readonly clientAssertions?: ClientAssertionVerifier;
  /** Sends requests to addresses that clients name. Left out, a client with a `sector_identifier_uri` is refused. */
  readonly guardedFetch?: GuardedFetch;
  /**
   * Lets a client be known by the https URL of its metadata: what `clientIdMetadataDocuments` of
   * `@oauth-dcr/core/client-id-metadata-document` makes. Left out, a URL is no client_id.
   */
  readonly clientIdMetadataDocuments?: ClientIdMetadataDocuments;
  /**
   * Names that users trust, each with the hosts of its owner, such as `{ Claude: ["claude.ai"] }`: `consentView` warns of a
   * client that is called like one and is not shown to be the owner's. Default: none.
   */
  readonly wellKnownNames?: WellKnownNames;
  /** Lets clients read, change and delete their own records. Left out, they cannot. */
  readonly clientManagement?: ClientManagementOptions;
  /** How long a client secret lives; 0, the default, for ever. */
  readonly clientSecretTtlSeconds?: number;
  /** How long the secret before is still taken after a new one was issued. Default 86,400, which is a day. */
  readonly clientSecretGraceSeconds?: number;
  /** When clients end. Left out, they stay until somebody deletes them. */
  readonly lifecycle?: ClientLifecycleOptions;
  /** How many clients may be registered and not used yet. Default: any number. */
  readonly quotas?: ClientQuotaOptions;
  /**
   * Whether an open registration of a public client whose metadata is registered already answers with that client, so
   * that a client that registers at each login leaves one row. Nobody can manage such a client, as whoever registers it
   * shares it. Default false; the `mcp` preset says true.
   */
  readonly idempotentRegistration?: boolean;
  /** Members of your own. They are checked by their kind, stored and answered like the registered ones. */
  readonly extensionMembers?: readonly MetadataMember[];
  /** The largest body, in bytes. Default 65,536. */
  readonly maxBodyBytes?: number;
  /** Which web pages may register from a browser; `[]` for none. Default `*`. */
  readonly corsOrigins?: CorsOrigins;
  /** Told of what an operator should look into. Default: a line on the console's error stream. */
  readonly onError?: OnError;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** Fills a buffer with random bytes. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: RandomBytes;
}
