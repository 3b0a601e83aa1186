import { protectedRegistration } from "../access/protected-registration.js";
import type { RegistrationAccess } from "../access/registration-access.js";
import type { AuthorizationServerMetadata } from "../discovery/authorization-server-metadata.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { httpsRedirects, mcpRedirects, nativeRedirects } from "../redirect-uri/redirect-uri-profile.js";
import { redirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import type { ClientRegistrationOptions } from "./options.js";
import { PRESET_LIMITS } from "./preset-limits.js";

/**
 * The part of the options that a preset answers. Spread it, and say otherwise below it.
 *
 * Each preset bounds what strangers can store: `maxBodyBytes` is 16,384; `quotas` allow 100 unused clients for each
 * address, and for each initial access token; `lifecycle` ends a client that was not used for 86,400 seconds, a day. So
 * call `recordClientUse` after each token that you issue, and `scheduleSweep` or `sweepClients`, as a client counts until
 * it is deleted. Without an address, as from a platform that tells none, all callers are one address. An option of your
 * own replaces that of the preset as a whole: `lifecycle: {}` for no expiry, `quotas: {}` for no quota.
 */
export type Preset = Pick<
  ClientRegistrationOptions,
  | "authorizationServer"
  | "redirectUris"
  | "defaultScopes"
  | "baselineScopes"
  | "unsupportedMetadata"
  | "wrongApplicationType"
  | "idempotentRegistration"
  | "documentsNeedName"
  | "lifecycle"
  | "quotas"
  | "maxBodyBytes"
>;

/** Options of `mcpPreset`. */
export type McpPresetOptions = Pick<ClientRegistrationOptions, "baselineScopes">;

/**
 * For authorization servers of MCP servers: public and confidential clients, code flow with PKCE, loopback and the
 * callbacks of editors. A client that asks for no scope gets every scope listed in `scopes_supported`, as MCP clients expect.
 * Many of them register at each login: an open registration that says the same leads to the same client. One that asks for
 * some scopes gets those alone; `baselineScopes` adds to them.
 *
 * @example
 * ```ts
 * import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
 * import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";
 *
 * export const registration = createClientRegistration({
 *   ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["mcp:tools"] }),
 *   access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 20, windowSeconds: 3600 }) }),
 *   store: memoryStore(),
 *   audit: (event) => console.log(JSON.stringify(event)),
 * });
 * ```
 * @throws MisuseError for an empty `scopes_supported`
 * @see MCP authorization https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization
 */
export function mcpPreset(
  authorizationServer: AuthorizationServerMetadata,
  options: McpPresetOptions = {},
): Preset {
  requireKnownOptions("mcpPreset", options, ["baselineScopes"]);
  const { baselineScopes } = options;
  return {
    authorizationServer: {
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "client_secret_post"],
      code_challenge_methods_supported: ["S256"],
      ...authorizationServer,
    },
    redirectUris: redirectUriPolicy(mcpRedirects),
    defaultScopes: everyScope("mcpPreset", authorizationServer),
    ...(baselineScopes && { baselineScopes }),
    unsupportedMetadata: "narrow",
    wrongApplicationType: "correct",
    idempotentRegistration: true,
    documentsNeedName: true,
    ...PRESET_LIMITS,
  };
}

/**
 * For servers that know whom they let register: an initial access token is required. Public and confidential clients,
 * HTTPS, loopback and reverse-domain redirects; what the server does not support is dropped, and the answer says so. A
 * client that asks for no scope gets every scope in `scopes_supported`, within what its token allows.
 *
 * @example
 * ```ts
 * import { createClientRegistration, tokenGatedPreset } from "@oauth-dcr/core";
 * import { memoryStore } from "@oauth-dcr/core/memory";
 *
 * export const registration = createClientRegistration({
 *   ...tokenGatedPreset({ issuer: "https://as.example", scopes_supported: ["read", "write"] }),
 *   store: memoryStore(),
 *   audit: (event) => console.log(JSON.stringify(event)),
 * });
 * ```
 * @throws MisuseError for an empty `scopes_supported`
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
    defaultScopes: everyScope("tokenGatedPreset", authorizationServer),
    unsupportedMetadata: "narrow",
    wrongApplicationType: "refuse",
    access: protectedRegistration(),
    ...PRESET_LIMITS,
  };
}

/**
 * For clients that run on a server and keep a secret: HTTPS redirects alone, no public clients, and what the server does
 * not support is refused rather than narrowed. A client that asks for no scope gets every scope in `scopes_supported`.
 *
 * @example
 * ```ts
 * import { createClientRegistration, webConfidentialPreset } from "@oauth-dcr/core";
 * import { memoryStore } from "@oauth-dcr/core/memory";
 *
 * export const registration = createClientRegistration({
 *   ...webConfidentialPreset({ issuer: "https://as.example", scopes_supported: ["read"] }),
 *   store: memoryStore(),
 *   audit: (event) => console.log(JSON.stringify(event)),
 * });
 * ```
 * @throws MisuseError for an empty `scopes_supported`
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
    defaultScopes: everyScope("webConfidentialPreset", authorizationServer),
    unsupportedMetadata: "refuse",
    wrongApplicationType: "refuse",
    ...PRESET_LIMITS,
  };
}

/** Left out, it is a server without scopes; an empty list is more likely a configuration that was not filled in. */
export function everyScope(
  preset: string,
  { scopes_supported: scopes }: AuthorizationServerMetadata,
): readonly string[] {
  requireThat(
    scopes?.length !== 0,
    "ERR_SERVER_METADATA",
    `${preset}: scopes_supported is empty, so that no client gets a scope; name your scopes, or leave it out`,
  );
  return scopes ?? [];
}
