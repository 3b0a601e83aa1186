export { createClientRegistration, type ClientPage, type ClientRegistration } from "./client-registration.js";
export type { ClientRegistrationOptions } from "./configuration/options.js";
export { mcpPreset } from "./configuration/presets/mcp.js";
export { tokenGatedPreset } from "./configuration/presets/token-gated.js";
export type { Preset } from "./configuration/presets/preset.js";
export { webConfidentialPreset } from "./configuration/presets/web-confidential.js";

export {
  openRegistration,
  type OpenRegistrationOptions,
  type UnlimitedRegistration,
} from "./access/open-registration.js";
export type { BearerCredentials } from "./access/bearer-credentials.js";
export {
  protectedRegistration,
  type InitialAccessTokenOptions,
  type ProtectedRegistrationOptions,
} from "./access/protected-registration.js";
export { requireSoftwareStatement } from "./access/require-software-statement.js";
export type { LimitedRegistration, RateLimitScope, RegistrationRateLimiters } from "./access/rate-limited.js";
export type {
  AccessGrant,
  AccessRequest,
  RegistrationAccess,
  RegistrationLimits,
} from "./access/registration-access.js";
export { initialAccessTokenProblem, type InitialAccessTokenProblem } from "./store/standing.js";
export type { InitialAccessToken, InitialAccessTokenConstraints } from "./store/records.js";
export {
  initialAccessTokens,
  type InitialAccessTokens,
  type InitialAccessTokensOptions,
  type IssueInitialAccessTokenOptions,
} from "./initial-access-token/initial-access-tokens.js";
export {
  redirectUriPolicy,
  type RedirectUri,
  type RedirectUriPolicy,
  type RedirectUriPolicyOptions,
  type RedirectUriRule,
} from "./redirect-uri/redirect-uri-policy.js";
export {
  httpsRedirects,
  mcpRedirects,
  nativeRedirects,
  type RedirectUriProfile,
} from "./redirect-uri/redirect-uri-profile.js";

export type { Assessment } from "./client-metadata/assess-client-metadata.js";
export type { WrongApplicationType } from "./client-metadata/application-type.js";
export type { AssessedClientMetadata, ClientMetadata } from "./client-metadata/client-metadata.js";
export type { Finding, MetadataError } from "./client-metadata/finding.js";
export type { MemberKind, MetadataMember } from "./client-metadata/members.js";
export type { UnsupportedMetadata } from "./client-metadata/narrow.js";
export type { Rule } from "./client-metadata/rules.js";
export type { SupportedMetadata } from "./client-metadata/supported-metadata.js";
export type {
  AuthorizationServerMetadata,
  CompleteServerMetadata,
} from "./discovery/authorization-server-metadata.js";
export type { ClientInformationResponse } from "./registration-endpoint/client-information-response.js";
export type { Registration } from "./registration-endpoint/register-client.js";

export {
  statelessStore,
  type StatelessStore,
  type StatelessStoreOptions,
} from "./stateless-registration/stateless-store.js";
export type { StatelessKey } from "./stateless-registration/client-id-seal.js";
export type { ConsentView, ConsentWarning, ShownMember } from "./consent/consent-view.js";
export type { WellKnownNames } from "./consent/well-known-names.js";
export { clientAuthenticationResponse, unknownClientPage } from "./http/client-answers.js";
export type { ClientLookupFailure } from "./client-authentication/find-client.js";
export type { ClientIdMetadataDocumentOptions } from "./client-id-metadata-document/document-options.js";
export type { ClientManagementOptions } from "./client-configuration-endpoint/client-management.js";
export type { ManagementOperation } from "./client-configuration-endpoint/endpoint-operation.js";
export type { AuditDelivery } from "./audit/audit-delivery.js";
export type {
  AuditActor,
  AuditEvent,
  AuditSink,
  ClientDocumentEvent,
  ClientLifecycleEvent,
  ClientServedEvent,
  InitialAccessTokenEvent,
  MetadataChange,
  RequestRefusedEvent,
} from "./audit/audit-event.js";
export { auditSinks } from "./audit/audit-sinks.js";
export type { OnError } from "./audit/on-error.js";
export type { RateLimiter, RateLimitVerdict } from "./rate-limit/rate-limiter.js";
export type {
  ChangeClientStatusOutcome,
  ClientCounts,
  ClientStatusChange,
  ClientUse,
  CreateClientGuards,
  CreateClientOutcome,
  DeleteClientOutcome,
  Quota,
  RecordClientUseOutcome,
  RegistrationStore,
  ReplaceClientOutcome,
  RevokeInitialAccessTokenOutcome,
} from "./store/registration-store.js";
export type {
  ClientRequirements,
  ClientStatus,
  ProposalOrigin,
  RegisteredClient,
  RegistrationOrigin,
  RegistrationSource,
} from "./store/records.js";

export { clientWithStatus, renewedClient, replacedClient, usedClient } from "./store/client-changes.js";

export type { Failure } from "./failure.js";
export type { EndpointRequest } from "./http/endpoint-request.js";
export type { CorsOrigins } from "./http/cors.js";
export type { EndpointAnswer } from "./http/endpoint-answer.js";
export type { AnswerHandler, FetchHandler } from "./http/fetch-handler.js";
export type { RandomBytes } from "./crypto/random-token.js";
export type { JsonObject, JsonValue } from "./lib/json.js";
export { requireKnownOptions, requireRegistration } from "./lib/known-options.js";
export { MisuseError } from "./lib/misuse.js";
export { forwardedClientAddress, trustedProxyCount, type RequestContext } from "./access/request-context.js";
export type { Awaitable, Result } from "./lib/result.js";

export { allowRedirectHosts, type AllowRedirectHostsOptions } from "./policy/allow-redirect-hosts.js";
export { allowSoftwareIds, type AllowSoftwareIdsOptions } from "./policy/allow-software-ids.js";
export type { DropOrRefuse } from "./policy/drop-or-refuse.js";
export { forbidDisplayUris, type ForbidDisplayUrisOptions } from "./policy/forbid-display-uris.js";
export { holdForApproval, type HoldForApprovalOptions } from "./policy/hold-for-approval.js";
export { limitScopes, type ScopesByCaller } from "./policy/limit-scopes.js";
export type { PolicyLists } from "./policy/policy-table.js";
export type {
  PolicyOptions,
  PolicyVerdict,
  RegistrationPolicy,
  RegistrationProposal,
} from "./policy/registration-policy.js";
export { requireConsent } from "./policy/require-consent.js";
export { requirePkce } from "./policy/require-pkce.js";
export { reserveNames } from "./policy/reserved-names/reserve-names.js";
export { sameHostDisplayUris, type SameHostDisplayUrisOptions } from "./policy/same-host-display-uris.js";

export type {
  SoftwareStatementProblem,
  SoftwareStatementVerifier,
  VerifiedSoftwareStatement,
} from "./software-statement/software-statement.js";
export type {
  InitialAccessTokenVerifier,
  JwtAccessProblem,
  VerifiedInitialAccess,
} from "./initial-access-token/initial-access-token-verifier.js";
export type {
  ClientAssertionProblem,
  ClientAssertionVerifier,
} from "./client-authentication/client-assertion-verifier.js";
export type { JsonWebTokenProblem, JsonWebTokenRefusal } from "./json-web-token/json-web-token-problem.js";
export type { ReplayStore } from "./json-web-token/replay-store.js";
export type { ClientAuthenticationFailure } from "./client-authentication/authenticate-client.js";
export type { TokenRequest } from "./client-authentication/presented-credentials.js";
export type { RotatedClientSecret } from "./client-credentials/rotate-client-secret.js";

export {
  guardedFetch,
  type FetchedDocument,
  type GuardedFetch,
  type GuardedFetchOptions,
} from "./guarded-fetch/guarded-fetch.js";
export type { GuardedFetchProblem } from "./guarded-fetch/guarded-fetch-problem.js";
export {
  AddressRefusedError,
  type OutgoingConnection,
  type OutgoingRequest,
} from "./guarded-fetch/outgoing-connection.js";
export { isSpecialUseAddress } from "./guarded-fetch/special-use-address.js";
export { webConnection } from "./guarded-fetch/web-connection.js";
export type { ClientLifecycleOptions } from "./lifecycle/client-lifecycle.js";
export type { ClientUseRecorder } from "./lifecycle/record-client-use.js";
export type { Sweep } from "./lifecycle/sweep-clients.js";
export type { ClientQuotaOptions } from "./quota/client-quotas.js";
