import type { CompleteServerMetadata } from "./authorization-server-metadata.js";

/** Without these a document is none of an OpenID provider, whatever else is in it. */
const OPENID_PROVIDER = [
  "authorization_endpoint",
  "jwks_uri",
  "subject_types_supported",
  "id_token_signing_alg_values_supported",
];

/** Whether the document is that of an OpenID provider. */
export function isOpenIdProvider(metadata: CompleteServerMetadata): boolean {
  return OPENID_PROVIDER.every((member) => metadata[member] !== undefined);
}

/**
 * The paths at which the document stands. The well-known part of RFC 8414 goes between the issuer's host and its path. Where
 * the document is that of an OpenID provider it stands behind the path too, as OpenID Connect has it, and between, where
 * clients look that go by RFC 8414 alone.
 *
 * @see RFC 8414 section 3.1 https://www.rfc-editor.org/rfc/rfc8414#section-3.1
 * @see RFC 8414 section 5 https://www.rfc-editor.org/rfc/rfc8414#section-5
 * @see OpenID Connect Discovery section 4 https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 */
export function wellKnownPaths(metadata: CompleteServerMetadata): readonly string[] {
  const path = new URL(metadata.issuer).pathname.replace(/\/$/, "");
  const oauth = `/.well-known/oauth-authorization-server${path}`;
  if (!isOpenIdProvider(metadata)) return [oauth];
  const openid = "/.well-known/openid-configuration";
  return [oauth, ...new Set([path + openid, openid + path])];
}
