import { protectedRegistration } from "../../access/protected-registration.js";
import type { RegistrationAccess } from "../../access/registration-access.js";
import type { AuthorizationServerMetadata } from "../../discovery/authorization-server-metadata.js";
import { nativeRedirects } from "../../redirect-uri/redirect-uri-profile.js";
import { redirectUriPolicy } from "../../redirect-uri/redirect-uri-policy.js";
import type { Preset } from "./preset.js";

/**
 * For servers that know whom they let register: an initial access token is required. Public and confidential clients,
 * HTTPS, loopback and reverse-domain redirects; what the server does not support is dropped, and the answer says so. A
 * client that asks for no scope gets every scope in `scopes_supported`, within what its token allows.
 *
 * @see RFC 7591 Appendix A.1.2 https://www.rfc-editor.org/rfc/rfc7591#appendix-A.1.2
 */
export function tokenGatedPreset(
  authorizationServer: AuthorizationServerMetadata,
): Preset & { readonly access: RegistrationAccess } {
  return {
    authorizationServer: {
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
      token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "client_secret_post"],
      code_challenge_methods_supported: ["S256"],
      ...authorizationServer,
    },
    redirectUris: redirectUriPolicy(nativeRedirects),
    defaultScopes: authorizationServer.scopes_supported ?? [],
    unsupportedMetadata: "narrow",
    wrongApplicationType: "refuse",
    access: protectedRegistration(),
  };
}
