export { createClientRegistration, type ClientRegistration } from "./client-registration.js";
export type { ClientRegistrationOptions } from "./options.js";
export { mcpPreset, type Preset } from "./presets/mcp.js";
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
export type { ClientMetadata } from "./client-metadata/client-metadata.js";
export type { Finding, MetadataError } from "./client-metadata/finding.js";
export type { MemberKind, MetadataMember } from "./client-metadata/members.js";
export type { Rule } from "./client-metadata/rules.js";
export type { AuthorizationServerMetadata } from "./discovery/authorization-server-metadata.js";
export type { ClientInformationResponse } from "./registration-endpoint/client-information-response.js";
export type { Registration } from "./registration-endpoint/register-client.js";

export type { AuditEvent, AuditSink } from "./audit/audit-event.js";
export type { OnError } from "./audit/record-audit-event.js";
export type { RateLimiter, RateLimitVerdict } from "./rate-limit/rate-limiter.js";
export type { CreateClientOutcome, RegisteredClient, RegistrationStore } from "./store/registration-store.js";

export type { Failure } from "./failure.js";
export type { EndpointRequest } from "./http/endpoint-request.js";
export type { FetchHandler } from "./http/fetch-handler.js";
export type { JsonObject, JsonValue } from "./json.js";
export { MisuseError } from "./misuse.js";
export { forwardedClientAddress, trustedProxyCount, type RequestContext } from "./request-context.js";
export type { Awaitable, Result } from "./result.js";
