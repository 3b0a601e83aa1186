export { createClientRegistration, type ClientRegistration } from "./client-registration.js";
export type { ClientRegistrationOptions } from "./options.js";
export { mcpPreset } from "./presets/mcp.js";
export type { Preset } from "./presets/preset.js";
export { webConfidentialPreset } from "./presets/web-confidential.js";

export {
  openRegistration,
  type LimitedRegistration,
  type OpenRegistrationOptions,
  type RegistrationAccess,
  type UnlimitedRegistration,
} from "./access/open-registration.js";
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

export type { AuditEvent, AuditSink } from "./audit/audit-event.js";
export type { OnError } from "./audit/on-error.js";
export type { RateLimiter, RateLimitVerdict } from "./rate-limit/rate-limiter.js";
export type { CreateClientOutcome, RegisteredClient, RegistrationStore } from "./store/registration-store.js";

export type { Failure } from "./failure.js";
export type { EndpointRequest } from "./http/endpoint-request.js";
export type { CorsOrigins } from "./http/cors.js";
export type { FetchHandler } from "./http/fetch-handler.js";
export type { RandomBytes } from "./crypto/random-token.js";
export type { JsonObject, JsonValue } from "./json.js";
export { MisuseError } from "./misuse.js";
export { forwardedClientAddress, trustedProxyCount, type RequestContext } from "./request-context.js";
export type { Awaitable, Result } from "./result.js";
