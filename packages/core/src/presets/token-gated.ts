import { protectedRegistration } from "../access/protected-registration.js";
import type { RegistrationAccess } from "../access/registration-access.js";
import type { AuthorizationServerMetadata } from "../discovery/authorization-server-metadata.js";
import { nativeRedirects } from "../redirect-uri/redirect-uri-profile.js";
import { redirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import { mcpPreset } from "./mcp.js";
import type { Preset } from "./preset.js";

/**
 * For servers that know whom they let register: an initial access token is required. Public and confidential clients,
 * HTTPS, loopback and reverse-domain redirects; what the server does not support is dropped, and the answer says so.
 *
 * @see RFC 7591 Appendix A.1.2 https://www.rfc-editor.org/rfc/rfc7591#appendix-A.1.2
 */
export function tokenGatedPreset(
  authorizationServer: AuthorizationServerMetadata,
): Preset & { readonly access: RegistrationAccess } {
  return {
    ...mcpPreset(authorizationServer),
    redirectUris: redirectUriPolicy(nativeRedirects),
    wrongApplicationType: "refuse",
    access: protectedRegistration(),
  };
}
