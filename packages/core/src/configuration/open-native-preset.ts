import type { AuthorizationServerMetadata } from "../discovery/authorization-server-metadata.js";
import { err } from "../lib/result.js";
import { nativeRedirects } from "../redirect-uri/redirect-uri-profile.js";
import { redirectUriPolicy, type RedirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import { PRESET_LIMITS } from "./preset-limits.js";
import { everyScope, type Preset } from "./presets.js";

/** The scopes of the profile, as servers and clients of mail, contacts and calendars use them. */
const OPEN_SCOPES = [
  ...["mail", "contacts", "calendars"].map((name) => `urn:ietf:params:oauth:scope:${name}`),
  "offline_access",
];

/**
 * For mail, contacts and calendar servers that any native client may use (JMAP, IMAP, SMTP, POP, CalDAV, CardDAV): public
 * clients alone, code flow with PKCE and refresh tokens. A redirect URI is `http` on a loopback address or has a
 * reverse-domain scheme; `https` is refused. An open registration that says the same as an earlier one, but for
 * `software_version`, leads to the same client.
 *
 * `scopes_supported` is mail, contacts, calendars (`urn:ietf:params:oauth:scope:mail` and the like) and `offline_access`
 * unless you name yours. A client that asks for no scope gets all of them.
 *
 * @example
 * ```ts
 * import { createClientRegistration, openNativePreset, openRegistration } from "@oauth-dcr/core";
 * import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";
 *
 * export const registration = createClientRegistration({
 *   ...openNativePreset({ issuer: "https://as.example" }),
 *   access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 20, windowSeconds: 3600 }) }),
 *   store: memoryStore(),
 *   audit: (event) => console.log(JSON.stringify(event)),
 * });
 * ```
 * @throws MisuseError for an empty `scopes_supported`
 * @see draft-ietf-mailmaint-oauth-public-06 https://datatracker.ietf.org/doc/draft-ietf-mailmaint-oauth-public/06/
 */
export function openNativePreset(authorizationServer: AuthorizationServerMetadata): Preset {
  const server = {
    scopes_supported: OPEN_SCOPES,
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    token_endpoint_auth_methods_supported: ["none"],
    code_challenge_methods_supported: ["S256"],
    ...authorizationServer,
  };
  return {
    authorizationServer: server,
    redirectUris: withoutHttps(redirectUriPolicy(nativeRedirects)),
    defaultScopes: everyScope("openNativePreset", server),
    unsupportedMetadata: "narrow",
    wrongApplicationType: "correct",
    idempotentRegistration: "any_software_version",
    ...PRESET_LIMITS,
  };
}

/** A claimed https URI would be as good (RFC 8252 section 7.2); the profile has none, and so no client with a web server. */
function withoutHttps(policy: RedirectUriPolicy): RedirectUriPolicy {
  const parse: RedirectUriPolicy["parse"] = (value) => {
    const judged = policy.parse(value);
    return judged.ok && judged.value.kind === "https" ? err("redirect_uri.native") : judged;
  };
  return Object.freeze({
    ...policy,
    parse,
    admits: (registered: readonly string[], presented: string) =>
      parse(presented).ok && policy.admits(registered, presented),
  });
}
