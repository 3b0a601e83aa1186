/**
 * Lists that a server may publish, and by which registrations are then judged. Without one, any value may come, but for
 * `authorization_details_types`: those are powers like scopes, and a server that names none gives none.
 */
export const OPTIONAL_SUPPORTED_LISTS = [
  "subject_types_supported",
  "id_token_signing_alg_values_supported",
  "id_token_encryption_alg_values_supported",
  "id_token_encryption_enc_values_supported",
  "userinfo_signing_alg_values_supported",
  "userinfo_encryption_alg_values_supported",
  "userinfo_encryption_enc_values_supported",
  "request_object_signing_alg_values_supported",
  "request_object_encryption_alg_values_supported",
  "request_object_encryption_enc_values_supported",
  "token_endpoint_auth_signing_alg_values_supported",
  "authorization_signing_alg_values_supported",
  "authorization_encryption_alg_values_supported",
  "authorization_encryption_enc_values_supported",
  "introspection_signing_alg_values_supported",
  "introspection_encryption_alg_values_supported",
  "introspection_encryption_enc_values_supported",
  "backchannel_authentication_request_signing_alg_values_supported",
  "backchannel_token_delivery_modes_supported",
  "authorization_details_types_supported",
] as const;

export type OptionalSupportedList = (typeof OPTIONAL_SUPPORTED_LISTS)[number];

/**
 * What the server is able to do, in the words of its own discovery document: what is published is what is enforced.
 *
 * @see RFC 8414 section 2 https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export interface SupportedMetadata extends Readonly<
  Partial<Record<OptionalSupportedList, readonly string[]>>
> {
  readonly scopes_supported: readonly string[];
  readonly response_types_supported: readonly string[];
  readonly grant_types_supported: readonly string[];
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
