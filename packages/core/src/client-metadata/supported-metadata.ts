/**
 * What the server is able to do, in the words of its own discovery document: what is published is what is enforced.
 *
 * @see RFC 8414 section 2 https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export interface SupportedMetadata {
  readonly scopes_supported: readonly string[];
  readonly response_types_supported: readonly string[];
  readonly grant_types_supported: readonly string[];
  readonly token_endpoint_auth_methods_supported: readonly string[];
}
