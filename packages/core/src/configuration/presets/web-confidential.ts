import type { AuthorizationServerMetadata } from "../../discovery/authorization-server-metadata.js";
import { httpsRedirects } from "../../redirect-uri/redirect-uri-profile.js";
import { redirectUriPolicy } from "../../redirect-uri/redirect-uri-policy.js";
import type { Preset } from "./preset.js";

/**
 * For clients that run on a server and keep a secret: HTTPS redirects alone, no public clients, and what the server does
 * not support is refused rather than narrowed. A client that asks for no scope gets every scope in `scopes_supported`.
 */
export function webConfidentialPreset(authorizationServer: AuthorizationServerMetadata): Preset {
  return {
    authorizationServer: {
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
      code_challenge_methods_supported: ["S256"],
      ...authorizationServer,
    },
    redirectUris: redirectUriPolicy(httpsRedirects),
    defaultScopes: authorizationServer.scopes_supported ?? [],
    unsupportedMetadata: "refuse",
    wrongApplicationType: "refuse",
  };
}
