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
