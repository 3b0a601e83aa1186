import type { AuthorizationServerMetadata } from "../../discovery/authorization-server-metadata.js";
import { mcpRedirects } from "../../redirect-uri/redirect-uri-profile.js";
import { redirectUriPolicy } from "../../redirect-uri/redirect-uri-policy.js";
import type { Preset } from "./preset.js";

/**
 * For authorization servers of MCP servers: public and confidential clients, code flow with PKCE, loopback and editors'
 * own schemes. A client that asks for no scope gets every scope listed in `scopes_supported`, as MCP clients expect.
 * Many of them register at each login: an open registration that says the same leads to the same client.
 *
 * @see MCP authorization https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization
 */
export function mcpPreset(authorizationServer: AuthorizationServerMetadata): Preset {
  return {
    authorizationServer: {
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "client_secret_post"],
      code_challenge_methods_supported: ["S256"],
      ...authorizationServer,
    },
    redirectUris: redirectUriPolicy(mcpRedirects),
    defaultScopes: authorizationServer.scopes_supported ?? [],
    unsupportedMetadata: "narrow",
    wrongApplicationType: "correct",
    idempotentRegistration: true,
  };
}
