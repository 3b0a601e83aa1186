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
  "document_uri",
  "document_uri_list",
  "redirect_uri_list",
  "json_web_key_set",
  "object",
] as const;

/** One of the kinds of member. */
export type MemberKind = (typeof MEMBER_KINDS)[number];

/** One client metadata member: all that the rest of the code knows about it. */
export interface MetadataMember {
  /** The name on the wire; case-sensitive. */
  readonly name: string;
  /** What its value can be. */
  readonly kind: MemberKind;
  /**
   * Whether `name#tag` variants exist.
   * @see RFC 7591 section 2.2 https://www.rfc-editor.org/rfc/rfc7591#section-2.2
   */
  readonly localisable?: boolean;
  /** Checked when sent, and neither stored nor answered. */
  readonly inputOnly?: boolean;
}

/** What else the rules know of a registered member. */
export interface RegisteredMember extends Omit<MetadataMember, "name" | "inputOnly"> {
  /** The list of the discovery document that offers its values. */
  readonly supported?: `${string}_supported`;
  /**
   * For a member with one value, of which client and server may both list what they support: when the server chooses one
   * for a client that sends a list and names none. `when_published`: something is used in any case, and the server says
   * what it has. `when_asked_for`: never, as a client that says which encryption it can read has not asked for
   * encryption. `with_its_alg`: an `enc` is used where there is an `alg`. `by_server_alone`: clients have no such list.
   */
  readonly choose?: "when_published" | "when_asked_for" | "with_its_alg" | "by_server_alone";
  /** What its value names an algorithm for. */
  readonly algorithm?: "signature" | "key_management" | "content_encryption";
  /** When a signature algorithm may be `none`. Default: never. */
  readonly none?: "without_id_token_in_front" | "unless_signature_required";
  /** Whether its algorithm works with keys of the client, such as those that its responses are encrypted to. */
  readonly needsKeys?: boolean;
  /** Of an `enc`: the member that names the `alg`. */
  readonly alg?: string;
}

/**
 * The members of the IANA registry "OAuth Dynamic Client Registration Metadata", and those in use beside it. All lists of
 * members that the rules need are derived from this table. Names are case-sensitive.
 *
 * @see RFC 7591 section 4.1 https://www.rfc-editor.org/rfc/rfc7591#section-4.1
 */
export const MEMBER_TABLE = {
  // RFC 7591 section 2
  redirect_uris: { kind: "redirect_uri_list" },
  token_endpoint_auth_method: {
    kind: "token",
    supported: "token_endpoint_auth_methods_supported",
    choose: "when_published",
  },
  grant_types: { kind: "token_list" },
  response_types: { kind: "text_list" },
  client_name: { kind: "text", localisable: true },
  client_uri: { kind: "page_uri", localisable: true },
  logo_uri: { kind: "https_uri", localisable: true },
  scope: { kind: "scope" },
  contacts: { kind: "text_list" },
  tos_uri: { kind: "page_uri", localisable: true },
  policy_uri: { kind: "page_uri", localisable: true },
  jwks_uri: { kind: "document_uri" },
  jwks: { kind: "json_web_key_set" },
  software_id: { kind: "text" },
  software_version: { kind: "text" },

  // OpenID Connect Dynamic Client Registration 1.0 section 2
  application_type: { kind: "application_type" },
  sector_identifier_uri: { kind: "document_uri" },
  subject_type: { kind: "subject_type", supported: "subject_types_supported", choose: "when_published" },
  id_token_signed_response_alg: {
    kind: "token",
    algorithm: "signature",
    none: "without_id_token_in_front",
    supported: "id_token_signing_alg_values_supported",
    choose: "when_published",
  },
  id_token_encrypted_response_alg: {
    kind: "token",
    algorithm: "key_management",
    needsKeys: true,
    supported: "id_token_encryption_alg_values_supported",
    choose: "when_asked_for",
  },
  id_token_encrypted_response_enc: {
    kind: "token",
    algorithm: "content_encryption",
    alg: "id_token_encrypted_response_alg",
    supported: "id_token_encryption_enc_values_supported",
    choose: "with_its_alg",
  },
  userinfo_signed_response_alg: {
    kind: "token",
    algorithm: "signature",
    supported: "userinfo_signing_alg_values_supported",
    choose: "when_asked_for",
  },
  userinfo_encrypted_response_alg: {
    kind: "token",
    algorithm: "key_management",
    needsKeys: true,
    supported: "userinfo_encryption_alg_values_supported",
    choose: "when_asked_for",
  },
  userinfo_encrypted_response_enc: {
    kind: "token",
    algorithm: "content_encryption",
    alg: "userinfo_encrypted_response_alg",
    supported: "userinfo_encryption_enc_values_supported",
    choose: "with_its_alg",
  },
  request_object_signing_alg: {
    kind: "token",
    algorithm: "signature",
    needsKeys: true,
    none: "unless_signature_required",
    supported: "request_object_signing_alg_values_supported",
    choose: "when_asked_for",
  },
  request_object_encryption_alg: {
    kind: "token",
    algorithm: "key_management",
    supported: "request_object_encryption_alg_values_supported",
    choose: "when_asked_for",
  },
  request_object_encryption_enc: {
    kind: "token",
    algorithm: "content_encryption",
    alg: "request_object_encryption_alg",
    supported: "request_object_encryption_enc_values_supported",
    choose: "with_its_alg",
  },
  token_endpoint_auth_signing_alg: {
    kind: "token",
    algorithm: "signature",
    supported: "token_endpoint_auth_signing_alg_values_supported",
    choose: "when_asked_for",
  },
  default_max_age: { kind: "seconds" },
  require_auth_time: { kind: "boolean" },
  default_acr_values: { kind: "text_list", supported: "acr_values_supported" },
  initiate_login_uri: { kind: "https_uri" },
  request_uris: { kind: "document_uri_list" },

  // OpenID Connect logout specifications
  post_logout_redirect_uris: { kind: "redirect_uri_list" },
  frontchannel_logout_uri: { kind: "https_uri" },
  frontchannel_logout_session_required: { kind: "boolean" },
  backchannel_logout_uri: { kind: "document_uri" },
  backchannel_logout_session_required: { kind: "boolean" },

  // OpenID Federation 1.0
  client_registration_types: { kind: "token_list" },
  signed_jwks_uri: { kind: "document_uri" },
  organization_name: { kind: "text", localisable: true },
  organization_uri: { kind: "page_uri", localisable: true },
  description: { kind: "text", localisable: true },
  keywords: { kind: "text_list", localisable: true },
  information_uri: { kind: "page_uri", localisable: true },

  // RFC 8705, RFC 9101, RFC 9126, RFC 9396, RFC 9449, RFC 9701, FAPI 2.0
  tls_client_certificate_bound_access_tokens: { kind: "boolean" },
  tls_client_auth_subject_dn: { kind: "text" },
  tls_client_auth_san_dns: { kind: "text" },
  tls_client_auth_san_uri: { kind: "text" },
  tls_client_auth_san_ip: { kind: "text" },
  tls_client_auth_san_email: { kind: "text" },
  require_signed_request_object: { kind: "boolean" },
  require_pushed_authorization_requests: { kind: "boolean" },
  authorization_details_types: { kind: "token_list", supported: "authorization_details_types_supported" },
  dpop_bound_access_tokens: { kind: "boolean" },
  introspection_signed_response_alg: {
    kind: "token",
    algorithm: "signature",
    supported: "introspection_signing_alg_values_supported",
    choose: "when_asked_for",
  },
  introspection_encrypted_response_alg: {
    kind: "token",
    algorithm: "key_management",
    needsKeys: true,
    supported: "introspection_encryption_alg_values_supported",
    choose: "when_asked_for",
  },
  introspection_encrypted_response_enc: {
    kind: "token",
    algorithm: "content_encryption",
    alg: "introspection_encrypted_response_alg",
    supported: "introspection_encryption_enc_values_supported",
    choose: "with_its_alg",
  },
  use_mtls_endpoint_aliases: { kind: "boolean" },

  // UMA 2.0, ETSI GS NFV-SEC 022, OpenID4VP
  claims_redirect_uris: { kind: "redirect_uri_list" },
  nfv_token_signed_response_alg: { kind: "token", algorithm: "signature" },
  nfv_token_encrypted_response_alg: { kind: "token", algorithm: "key_management", needsKeys: true },
  nfv_token_encrypted_response_enc: {
    kind: "token",
    algorithm: "content_encryption",
    alg: "nfv_token_encrypted_response_alg",
  },
  encrypted_response_enc_values_supported: { kind: "token_list" },
  vp_formats_supported: { kind: "object" },

  // JARM, CIBA, OAuth client IP ranges (draft)
  authorization_signed_response_alg: {
    kind: "token",
    algorithm: "signature",
    supported: "authorization_signing_alg_values_supported",
    choose: "when_asked_for",
  },
  authorization_encrypted_response_alg: {
    kind: "token",
    algorithm: "key_management",
    needsKeys: true,
    supported: "authorization_encryption_alg_values_supported",
    choose: "when_asked_for",
  },
  authorization_encrypted_response_enc: {
    kind: "token",
    algorithm: "content_encryption",
    alg: "authorization_encrypted_response_alg",
    supported: "authorization_encryption_enc_values_supported",
    choose: "with_its_alg",
  },
  // A client has no list of delivery modes of its own.
  backchannel_token_delivery_mode: {
    kind: "token",
    supported: "backchannel_token_delivery_modes_supported",
    choose: "by_server_alone",
  },
  backchannel_client_notification_endpoint: { kind: "document_uri" },
  backchannel_authentication_request_signing_alg: {
    kind: "token",
    algorithm: "signature",
    needsKeys: true,
    supported: "backchannel_authentication_request_signing_alg_values_supported",
    choose: "when_asked_for",
  },
  backchannel_user_code_parameter: { kind: "boolean" },
  client_ip_ranges: { kind: "text_list" },
  client_ip_ranges_uri: { kind: "document_uri" },
} as const satisfies Readonly<Record<string, RegisteredMember>>;
