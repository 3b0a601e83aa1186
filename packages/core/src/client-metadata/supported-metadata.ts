import type { SupportedList } from "./members.js";

/**
 * What the server is able to do, in the words of its own discovery document: what is published is what is enforced. Without
 * an optional list any value may come, but for `authorization_details_types_supported`: those are powers like scopes, and
 * a server that names none gives none.
 *
 * @see RFC 8414 section 2 https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export interface SupportedMetadata extends Readonly<Partial<Record<SupportedList, readonly string[]>>> {
  /** The scopes that a client may get. Empty: no client gets a scope. */
  readonly scopes_supported: readonly string[];
  /** The response types that a client may get. */
  readonly response_types_supported: readonly string[];
  /** The grant types that a client may get. */
  readonly grant_types_supported: readonly string[];
  /** The authentication methods that a client may choose. */
  readonly token_endpoint_auth_methods_supported: readonly string[];
}

/** `id_token code` and `code id_token` are one response type (OAuth 2.0 Multiple Response Types section 2). */
export function supportsResponseType(supported: SupportedMetadata, responseType: string): boolean {
  if (supported.response_types_supported.includes(responseType)) return true;
  return supported.response_types_supported.some(
    (type) => type.length === responseType.length && inOneOrder(type) === inOneOrder(responseType),
  );
}

function inOneOrder(responseType: string): string {
  return responseType.includes(" ") ? responseType.split(" ").sort().join(" ") : responseType;
}
