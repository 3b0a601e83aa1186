import type { Rule } from "./rules.js";

/** What a member's value can be, which decides how it is checked. */
export const MEMBER_KINDS = [
  "text",
  "text_list",
  "token",
  "token_list",
  "boolean",
  "seconds",
  "application_type",
  "subject_type",
  "scope",
  "page_uri",
  "https_uri",
  "https_uri_list",
  "document_uri",
  "redirect_uri_list",
  "json_web_key_set",
  "object",
] as const;

export type MemberKind = (typeof MEMBER_KINDS)[number];

/** One client metadata member: all that the rest of the code knows about it. */
export interface MetadataMember {
  readonly name: string;
  readonly kind: MemberKind;
  /**
   * Whether `name#tag` variants exist.
   * @see RFC 7591 section 2.2 https://www.rfc-editor.org/rfc/rfc7591#section-2.2
   */
  readonly localisable?: boolean;
  /** Checked when sent, and neither stored nor answered. */
  readonly inputOnly?: boolean;
}

const of = (kind: MemberKind, ...names: string[]): MetadataMember[] => names.map((name) => ({ name, kind }));
const localised = (kind: MemberKind, ...names: string[]): MetadataMember[] =>
  names.map((name) => ({ name, kind, localisable: true }));
const inputOnly = (kind: MemberKind, ...names: string[]): MetadataMember[] =>
  names.map((name) => ({ name, kind, inputOnly: true }));

/**
 * The members of the IANA registry "OAuth Dynamic Client Registration Metadata", and those in use beside it.
 * Names are case-sensitive.
 *
 * @see RFC 7591 section 4.1 https://www.rfc-editor.org/rfc/rfc7591#section-4.1
 */
export const REGISTERED_MEMBERS: readonly MetadataMember[] = [
  // RFC 7591 section 2
  ...of("redirect_uri_list", "redirect_uris"),
  ...of("token", "token_endpoint_auth_method"),
  ...of("token_list", "grant_types"),
  ...of("text_list", "response_types"),
  ...localised("text", "client_name"),
  ...localised("page_uri", "client_uri"),
  ...localised("https_uri", "logo_uri"),
  ...of("scope", "scope"),
  ...of("text_list", "contacts"),
  ...localised("page_uri", "tos_uri", "policy_uri"),
  ...of("document_uri", "jwks_uri"),
  ...of("json_web_key_set", "jwks"),
  ...of("text", "software_id", "software_version"),

  // OpenID Connect Dynamic Client Registration 1.0 section 2
  ...of("application_type", "application_type"),
  ...of("document_uri", "sector_identifier_uri"),
  ...of("subject_type", "subject_type"),
  ...of(
    "token",
    "id_token_signed_response_alg",
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
  ),
  ...of(
    "token",
    "userinfo_signed_response_alg",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
  ),
  ...of(
    "token",
    "request_object_signing_alg",
    "request_object_encryption_alg",
    "request_object_encryption_enc",
  ),
  ...of("token", "token_endpoint_auth_signing_alg"),
  ...of("seconds", "default_max_age"),
  ...of("boolean", "require_auth_time"),
  ...of("text_list", "default_acr_values"),
  ...of("https_uri", "initiate_login_uri"),
  ...of("https_uri_list", "request_uris"),

  // OpenID Connect logout specifications
  ...of("redirect_uri_list", "post_logout_redirect_uris"),
  ...of("https_uri", "frontchannel_logout_uri"),
  ...of("boolean", "frontchannel_logout_session_required"),
  ...of("https_uri", "backchannel_logout_uri"),
  ...of("boolean", "backchannel_logout_session_required"),

  // OpenID Federation 1.0
  ...of("token_list", "client_registration_types"),
  ...of("https_uri", "signed_jwks_uri"),
  ...localised("text", "organization_name"),
  ...localised("page_uri", "organization_uri"),
  ...localised("text", "description"),
  ...localised("text_list", "keywords"),
  ...localised("page_uri", "information_uri"),

  // RFC 8705, RFC 9101, RFC 9126, RFC 9396, RFC 9449, RFC 9701, FAPI 2.0
  ...of("boolean", "tls_client_certificate_bound_access_tokens"),
  ...of("text", "tls_client_auth_subject_dn", "tls_client_auth_san_dns", "tls_client_auth_san_uri"),
  ...of("text", "tls_client_auth_san_ip", "tls_client_auth_san_email"),
  ...of("boolean", "require_signed_request_object", "require_pushed_authorization_requests"),
  ...of("token_list", "authorization_details_types"),
  ...of("boolean", "dpop_bound_access_tokens"),
  ...of("token", "introspection_signed_response_alg", "introspection_encrypted_response_alg"),
  ...of("token", "introspection_encrypted_response_enc"),
  ...of("boolean", "use_mtls_endpoint_aliases"),

  // UMA 2.0, ETSI GS NFV-SEC 022, OpenID4VP
  ...of("redirect_uri_list", "claims_redirect_uris"),
  ...of("token", "nfv_token_signed_response_alg", "nfv_token_encrypted_response_alg"),
  ...of("token", "nfv_token_encrypted_response_enc"),
  ...of("token_list", "encrypted_response_enc_values_supported"),
  ...of("object", "vp_formats_supported"),

  // JARM, CIBA, OAuth client IP ranges (draft)
  ...of("token", "authorization_signed_response_alg", "authorization_encrypted_response_alg"),
  ...of("token", "authorization_encrypted_response_enc"),
  ...of("token", "backchannel_token_delivery_mode"),
  ...of("https_uri", "backchannel_client_notification_endpoint"),
  ...of("token", "backchannel_authentication_request_signing_alg"),
  ...of("boolean", "backchannel_user_code_parameter"),
  ...of("text_list", "client_ip_ranges"),
  ...of("https_uri", "client_ip_ranges_uri"),

  // OpenID Connect RP Metadata Choices 1.0: the server picks and answers the singular member
  ...inputOnly("token_list", "subject_types_supported", "token_endpoint_auth_methods_supported"),
  ...inputOnly("token_list", "token_endpoint_auth_signing_alg_values_supported"),
  ...inputOnly(
    "token_list",
    "id_token_signing_alg_values_supported",
    "id_token_encryption_alg_values_supported",
  ),
  ...inputOnly(
    "token_list",
    "id_token_encryption_enc_values_supported",
    "userinfo_signing_alg_values_supported",
  ),
  ...inputOnly(
    "token_list",
    "userinfo_encryption_alg_values_supported",
    "userinfo_encryption_enc_values_supported",
  ),
  ...inputOnly("token_list", "request_object_signing_alg_values_supported"),
  ...inputOnly("token_list", "request_object_encryption_alg_values_supported"),
  ...inputOnly("token_list", "request_object_encryption_enc_values_supported"),
  ...inputOnly("token_list", "authorization_signing_alg_values_supported"),
  ...inputOnly("token_list", "authorization_encryption_alg_values_supported"),
  ...inputOnly("token_list", "authorization_encryption_enc_values_supported"),
  ...inputOnly("token_list", "introspection_signing_alg_values_supported"),
  ...inputOnly("token_list", "introspection_encryption_alg_values_supported"),
  ...inputOnly("token_list", "introspection_encryption_enc_values_supported"),
  ...inputOnly("token_list", "backchannel_authentication_request_signing_alg_values_supported"),
];

/** The members whose URIs a browser is sent to. */
export const REDIRECT_MEMBERS: readonly string[] = REGISTERED_MEMBERS.filter(
  ({ kind }) => kind === "redirect_uri_list",
).map(({ name }) => name);

/** Members that a client may send and that this server does not take from it, each with the rule that says so. */
export const RESERVED_MEMBERS: ReadonlyMap<string, Rule> = new Map([
  ["client_id", "metadata.server_assigned"],
  ["client_secret", "metadata.server_assigned"],
  ["client_id_issued_at", "metadata.server_assigned"],
  ["client_secret_expires_at", "metadata.server_assigned"],
  ["registration_access_token", "metadata.server_assigned"],
  ["registration_client_uri", "metadata.server_assigned"],
  ["software_statement", "software_statement.unsupported"],
]);
