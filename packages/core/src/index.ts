export {
  mcpPreset,
  tokenGatedPreset,
  webConfidentialPreset,
  type McpPresetOptions,
  type Preset,
} from "./configuration/presets.js";
export { openNativePreset } from "./configuration/open-native-preset.js";
export { createClientRegistration, type ClientRegistration } from "./client-registration.js";
export type { ClientPage } from "./store/registration-store.js";
export type { ClientRegistrationOptions } from "./configuration/options.js";
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
export type { Assessment } from "./client-metadata/assess-client-metadata.js";
export type { WrongApplicationType } from "./client-metadata/application-type.js";
export type { AssessedClientMetadata, ClientMetadata } from "./client-metadata/client-metadata.js";
export type { Finding, MetadataError } from "./client-metadata/finding.js";
export type { MemberKind, MetadataMember } from "./client-metadata/member-table.js";
export type { UnsupportedMetadata } from "./client-metadata/narrow.js";
export type { Rule } from "./client-metadata/rules.js";
export type { SupportedMetadata } from "./client-metadata/supported-metadata.js";
export type {
  AuthorizationServerMetadata,
  CompleteServerMetadata,
} from "./discovery/authorization-server-metadata.js";
export type { ClientInformationResponse } from "./registration-endpoint/client-information-response.js";
export type { Registration } from "./registration-endpoint/register-client.js";
export type { ConsentView, ConsentWarning, ShownMember } from "./consent/consent-view.js";
export type { WellKnownNames } from "./consent/well-known-names.js";
export type { ClientLookupFailure } from "./client-authentication/find-client.js";
export type { ClientManagementOptions } from "./client-configuration-endpoint/client-management.js";
export type { ManagementOperation } from "./client-configuration-endpoint/endpoint-operation.js";
export type { CacheUse } from "./lib/cache-use.js";
export type { AuditDelivery } from "./audit/audit-delivery.js";
export type {
  AuditActor,
  AuditEvent,
  AuditSink,
  ClientDocumentEvent,
  ClientLifecycleEvent,
  ClientServedEvent,
  ConsentEvent,
  InitialAccessTokenEvent,
  MetadataChange,
  RequestRefusedEvent,
} from "./audit/audit-event.js";
export { auditSinks } from "./audit/audit-sinks.js";
export type { OnError } from "./audit/on-error.js";
export type { RateLimiter, RateLimitVerdict } from "./rate-limit/rate-limiter.js";
export type { RegistrationStore } from "./store/registration-store.js";
export type { RegisteredClient } from "./store/records.js";
export type { Failure } from "./failure.js";
export type { CorsOrigins } from "./http/cors.js";
export type { RandomBytes } from "./crypto/random-token.js";
export type { JsonObject, JsonValue } from "./lib/json.js";
export { requireKnownOptions, requireRegistration } from "./lib/known-options.js";
export { MisuseError } from "./lib/misuse.js";
export type { RequestContext } from "./access/request-context.js";
export type { Awaitable, Result } from "./lib/result.js";
export type { ClientAuthenticationFailure } from "./client-authentication/authenticate-client.js";
export type {
  ClientAuthenticationMethod,
  ClientAuthenticationProblem,
} from "./client-authentication/client-authentication-method.js";
export type { TokenRequest } from "./client-authentication/presented-credentials.js";
export type { RotatedClientSecret } from "./client-credentials/rotate-client-secret.js";
export type { ClientLifecycleOptions } from "./lifecycle/client-lifecycle.js";
export type { ClientUseRecorder } from "./lifecycle/record-client-use.js";
export type { Sweep } from "./lifecycle/sweep-clients.js";
export type { ClientQuotaOptions } from "./quota/client-quotas.js";
