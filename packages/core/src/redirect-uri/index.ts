export {
  redirectUriPolicy,
  type RedirectUri,
  type RedirectUriPolicy,
  type RedirectUriPolicyOptions,
  type RedirectUriRule,
} from "./redirect-uri-policy.js";
export {
  httpsRedirects,
  mcpRedirects,
  nativeRedirects,
  type RedirectUriProfile,
} from "./redirect-uri-profile.js";
