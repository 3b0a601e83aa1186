import type { RedirectUriRule } from "../redirect-uri/redirect-uri-policy.js";

/**
 * What a rule says, and where it is written.
 *
 * `says` ends the sentence that the place of the value begins: ASCII, without quotes or backslashes (RFC 6749 section 5.2).
 * The source is a URL, or its last part for an RFC, an Internet-Draft and a specification of OpenID Connect.
 */
type RuleText = readonly [says: string, source: string];

/** The rules that client metadata can break, and the remarks that can be made on it. Plain data, so that bundlers can move it. */
export const RULES = {
  // URIs, and redirect URIs among them
  "uri.empty": ["must not be empty", "rfc3986#section-3"],
  "uri.length": ["is longer than this server allows", "rfc7591#section-3.2.2"],
  "uri.control_character": ["must not contain control characters", "rfc3986#section-2"],
  "uri.white_space": ["must not contain white space", "rfc3986#section-2"],
  "uri.backslash": ["must not contain a backslash", "rfc3986#section-2"],
  "uri.non_ascii": [
    "must be ASCII; write host names in punycode and percent-encode the rest",
    "rfc3986#section-2.1",
  ],
  "uri.character": ["has a character where a URI may not have it", "rfc3986#section-2"],
  "uri.percent_encoding": ["has a percent sign without two hexadecimal digits", "rfc3986#section-2.1"],
  "uri.encoded_control_character": ["must not contain encoded control characters", "rfc3986#section-2.1"],
  "uri.relative": ["must be absolute, beginning with a scheme", "rfc3986#section-4.3"],
  "uri.userinfo": ["must not contain user information before the host", "rfc3986#section-3.2.1"],
  "uri.host_missing": ["must have a host", "rfc3986#section-3.2.2"],
  "uri.host_name": ["has a host that is not a valid domain name", "rfc3986#section-3.2.2"],
  "uri.host_lookalike": ["has a host that imitates a loopback host", "rfc9700#section-4.1.3"],
  "uri.ip_notation": [
    "has an IP address that is not in its canonical notation",
    "https://url.spec.whatwg.org/#concept-basic-url-parser",
  ],
  "uri.trailing_dot": ["must not have a host that ends with a dot", "rfc3986#section-3.2.2"],
  "uri.wildcard": ["must not contain a wildcard in its host", "rfc9700#section-4.1.3"],
  "uri.port": ["must have a port from 1 to 65535 in plain decimal, or none", "rfc3986#section-3.2.3"],
  "uri.dot_segment": ["must not contain dot segments in its path, encoded or not", "rfc3986#section-5.2.4"],
  "uri.encoded_separator": [
    "must not contain encoded slashes or backslashes in its path",
    "rfc3986#section-2.2",
  ],
  "uri.ambiguous": [
    "is read differently by URL parsers",
    "https://url.spec.whatwg.org/#concept-basic-url-parser",
  ],
  "redirect_uri.type": ["must be a string", "rfc7591#section-2"],
  "redirect_uri.fragment": ["must not have a fragment, not even an empty one", "rfc6749#section-3.1.2"],
  "redirect_uri.wildcard": ["must not contain a wildcard", "rfc9700#section-4.1.3"],
  "redirect_uri.scheme": [
    "has a scheme that this server does not admit; use https, a loopback address or, where admitted, a reverse-domain scheme",
    "rfc8252#section-8.4",
  ],
  "redirect_uri.http": [
    "must use https; http is for 127.0.0.1, [::1] and localhost alone",
    "rfc7591#section-5",
  ],
  "redirect_uri.scheme_length": ["has a scheme of more than 253 characters", "rfc8252#section-7.1"],
  "redirect_uri.native": ["must be a loopback address or have a reverse-domain scheme", "rfc8252#section-7"],
  "redirect_uri.loopback": ["must not be a loopback address on this server", "rfc7591#section-5"],
  "redirect_uri.form": ["must have a path or a host after its private-use scheme", "rfc8252#section-7.1"],
  "redirect_uri.denied_host": ["has a host that this server denies", "rfc9700#section-4.11"],
  "redirect_uri.embedded_url": ["must not contain another URL in its path or query", "rfc9700#section-4.11"],
  "redirect_uri.response_parameter": [
    "must not contain a parameter of the authorization response in its query",
    "rfc6749#section-4.1.2",
  ],

  // Client metadata
  "metadata.type": [
    "has the wrong JSON type: a list is written with brackets, a text without",
    "rfc7591#section-2",
  ],
  "metadata.text": [
    "must not contain control, bidirectional or unpaired surrogate characters",
    "rfc7591#section-2",
  ],
  "metadata.length": ["is longer than this server allows", "rfc7591#section-3.2.2"],
  "metadata.count": ["has more values than this server allows", "rfc7591#section-3.2.2"],
  "metadata.too_large": [
    "does not fit into a client_id of this server, which holds it: leave members out or shorten them",
    "rfc7591#appendix-A.5",
  ],
  "metadata.not_approvable": [
    "would have to be approved by somebody, which this server has no way to do",
    "rfc7591#section-3.2.2",
  ],
  "metadata.token": ["must be printable ASCII without spaces, quotes or backslashes", "rfc7591#section-4"],
  "metadata.boolean": ["must be true or false", "rfc7591#section-2"],
  "metadata.seconds": [
    "must be a whole number of seconds, zero or more",
    "openid-connect-registration-1_0.html#ClientMetadata",
  ],
  "metadata.choice": [
    "has a value that its specification does not define",
    "openid-connect-registration-1_0.html#ClientMetadata",
  ],
  "metadata.object": [
    "must be a JSON object of plain values that is not nested too deeply",
    "rfc7591#section-2",
  ],
  "metadata.web_scheme": ["must be a web address with http or https", "rfc7591#section-2"],
  "metadata.more_findings": ["has more", "rfc7591#section-3.2.2"],
  "metadata.local_address": [
    "must be at a public address, without a fragment: a server sends requests to it",
    "rfc7591#section-5",
  ],
  "metadata.https": ["must be a web address with https", "rfc7591#section-2"],
  "metadata.language_twice": ["is given twice for one language", "rfc7591#section-2.2"],
  "metadata.required": ["is required for the grant types asked for", "rfc7591#section-2"],
  "metadata.inconsistent": [
    "does not go with the grant types and response types asked for",
    "rfc7591#section-2.1",
  ],
  "metadata.unsupported": [
    "has a value that this server does not support; its discovery document lists what it does",
    "rfc7591#section-3.2.1",
  ],
  "metadata.nothing_left": [
    "leaves nothing that a client could start with on this server",
    "rfc7591#section-3.2.2",
  ],
  "metadata.not_for_web": [
    "is not for clients whose application_type is web",
    "openid-connect-registration-1_0.html#ClientMetadata",
  ],
  "metadata.corrected": ["was corrected to agree with redirect_uris", "rfc7591#section-3.2.1"],
  "metadata.empty": ["was empty and is taken as omitted", "rfc7591#section-2"],
  "metadata.unknown": ["is not registered client metadata and was ignored", "rfc7591#section-2"],
  "metadata.server_assigned": ["is for the server to say and was ignored", "rfc7591#section-3.2.1"],
  "metadata.input_only": [
    "was understood and is not registered",
    "openid-connect-rp-metadata-choices-1_0.html",
  ],
  "metadata.other_method": ["is for another token_endpoint_auth_method and was ignored", "rfc7591#section-2"],
  "metadata.twice": ["is given twice", "openid-connect-registration-1_0.html#ClientMetadata"],
  "metadata.not_among_choices": [
    "has a value that is not in the list of supported values sent with it",
    "openid-connect-rp-metadata-choices-1_0.html",
  ],
  "metadata.substituted": [
    "was replaced by one of the supported values sent with it",
    "openid-connect-rp-metadata-choices-1_0.html",
  ],
  "metadata.this_machine": [
    "must not be on the local machine for a web client with the implicit grant",
    "openid-connect-registration-1_0.html#ClientMetadata",
  ],
  "metadata.native_https_loopback": [
    "must use http on the local machine, as a native client does",
    "openid-connect-registration-1_0.html#ClientMetadata",
  ],
  "scope.syntax": ["must be scope tokens separated by spaces", "rfc6749#section-3.3"],
  "scope.unsupported": [
    "asks for a scope that this server does not offer to this client",
    "rfc7591#section-2",
  ],
  "scope.baseline": ["got the baseline scopes of this server too", "rfc7591#section-3.2.1"],

  // Keys
  "jwks.shape": ["must be a JWK Set: an object with a list of keys", "rfc7517#section-5"],
  "jwks.key_type": ["must be a key of type RSA, EC or OKP", "rfc7517#section-4.1"],
  "jwks.unknown_key_type": ["has a key type that is not known here and was left out", "rfc7517#section-5"],
  "jwks.algorithm": [
    "names an algorithm that does not work with its key type or curve",
    "rfc7517#section-4.4",
  ],
  "jwks.coordinate": [
    "has a curve of another key type, or a coordinate that is not as long as its curve demands",
    "rfc7518#section-6.2.1.2",
  ],
  "jwks.private_key": ["must not contain private or symmetric key material", "rfc7517#section-9.2"],
  "jwks.public_member": [
    "lacks a public member of its key type, or has a member of the wrong form",
    "rfc7517#section-4",
  ],
  "jwks.with_jwks_uri": ["must not be given together with jwks_uri", "rfc7591#section-2"],
  "jwks.required": ["needs keys: give jwks or jwks_uri", "rfc7591#section-2"],

  // Algorithms
  "algorithm.unknown": [
    "has an algorithm that is not registered for this use or that this server does not admit",
    "rfc7518",
  ],
  "algorithm.none": ["must not be none here", "openid-connect-registration-1_0.html#ClientMetadata"],
  "algorithm.symmetric": [
    "must be asymmetric: this server keeps only a hash of the client secret",
    "openid-connect-core-1_0.html#SigEnc",
  ],
  "algorithm.enc_alone": [
    "needs the member that names the key management algorithm (alg) beside it",
    "openid-connect-registration-1_0.html#ClientMetadata",
  ],

  // OpenID Connect
  "sector_identifier_uri.required": [
    "is required for pairwise subjects unless all redirect_uris have one and the same host",
    "openid-connect-core-1_0.html#PairwiseAlg",
  ],
  "sector_identifier_uri.backchannel": [
    "or jwks_uri is required for pairwise subjects with backchannel authentication",
    "openid-client-initiated-backchannel-authentication-core-1_0.html#registration",
  ],
  "sector_identifier_uri.unsupported": [
    "cannot be verified by this server, which fetches no documents",
    "openid-connect-registration-1_0.html#SectorIdentifierValidation",
  ],
  "sector_identifier_uri.unreachable": [
    "could not be fetched",
    "openid-connect-registration-1_0.html#SectorIdentifierValidation",
  ],
  "sector_identifier_uri.document": [
    "does not lead to a JSON array of strings",
    "openid-connect-registration-1_0.html#SectorIdentifierValidation",
  ],
  "sector_identifier_uri.redirect_uri_missing": [
    "leads to a document that does not list every one of redirect_uris",
    "openid-connect-registration-1_0.html#SectorIdentifierValidation",
  ],
  "request_uris.fragment": [
    "may have no fragment but the SHA-256 hash of its content, in base64url without padding",
    "openid-connect-registration-1_0.html#ClientMetadata",
  ],
  "logout_uri.fragment": [
    "must not have a fragment, not even an empty one",
    "openid-connect-backchannel-1_0.html#BCRegistration",
  ],
  "frontchannel_logout_uri.origin": [
    "must have the scheme, host and port of one of redirect_uris",
    "openid-connect-frontchannel-1_0.html#RPLogout",
  ],
  "backchannel_authentication.delivery_mode": [
    "is required for backchannel authentication",
    "openid-client-initiated-backchannel-authentication-core-1_0.html#registration",
  ],
  "backchannel_authentication.notification_endpoint": [
    "is required for the delivery modes ping and push",
    "openid-client-initiated-backchannel-authentication-core-1_0.html#registration",
  ],
  "backchannel_authentication.grant_type": [
    "of poll or ping needs the grant type urn:openid:params:grant-type:ciba",
    "openid-client-initiated-backchannel-authentication-core-1_0.html#registration",
  ],

  // Certificates
  "tls_client_auth.subject_missing": [
    "of tls_client_auth needs one tls_client_auth member that names the certificate subject",
    "rfc8705#section-2.1.2",
  ],
  "tls_client_auth.subject_twice": [
    "is a second name of the certificate subject; exactly one may be given",
    "rfc8705#section-2.1.2",
  ],
  "tls_client_auth.subject_form": [
    "is not in the form that its specification gives such a name",
    "rfc8705#section-2.1.2",
  ],
  "tls_client_auth.unused": [
    "is for the method tls_client_auth alone and was ignored",
    "rfc8705#section-2.1.2",
  ],
  "spiffe_id.invalid": [
    "must be a SPIFFE ID of a trust domain of this server",
    "draft-ietf-oauth-spiffe-client-auth-02#section-5.1",
  ],

  // Software statements, tokens, policies, updates
  "software_statement.required": [
    "must be there: this client needs a software statement",
    "rfc7591#section-2.3",
  ],
  "software_statement.type": ["must be a string", "rfc7591#section-2.3"],
  "software_statement.redirect_uris": [
    "must name redirect_uris, as the one did that this client was registered with",
    "rfc7591#section-5",
  ],
  "software_statement.redirect_uri_missing": [
    "is not among the redirect URIs that the software statement lists",
    "rfc7591#section-2.3",
  ],
  "software_statement.invalid": ["is not valid", "rfc7591#section-3.2.2"],
  "software_statement.unapproved": ["is not approved on this server", "rfc7591#section-3.2.2"],
  "signed_request.invalid": ["must be signed by the software of its statement", "rfc7519#section-7.2"],
  "software_statement.unsupported": [
    "is not evaluated by this server and was ignored",
    "rfc7591#section-2.3",
  ],
  "initial_access_token.redirect_host": [
    "has a host that the initial access token does not allow",
    "rfc7591#section-1.2",
  ],
  "initial_access_token.software_id": [
    "is not one that the initial access token allows",
    "rfc7591#section-1.2",
  ],
  "policy.refused": ["is refused by a policy of this server", "rfc7591#section-3.2.2"],
  "client_update.forbidden_member": ["must not be in an update request", "rfc7592#section-2.2"],
  "client_update.client_id": [
    "must be there and be the identifier of the client that is updated",
    "rfc7592#section-2.2",
  ],
  "client_update.client_secret": [
    "must be the secret of the client that is updated, or be left out",
    "rfc7592#section-2.2",
  ],

  "federation.entity": ["cannot be registered", "openid-federation-1_0.html#section-12.2.2"],

  // Client ID Metadata Documents
  "document.url": [
    "must be an https URL with a path, and without a query, a fragment or userinfo",
    "draft-ietf-oauth-client-id-metadata-document#section-3",
  ],
  "document.blocked": [
    "is the URL of a document that this server does not take",
    "draft-ietf-oauth-client-id-metadata-document#section-6.1",
  ],
  "document.fetch": [
    "must lead to a JSON document, with status 200 and without redirects",
    "draft-ietf-oauth-client-id-metadata-document#section-4",
  ],
  "document.json": ["must be a JSON object", "draft-ietf-oauth-client-id-metadata-document#section-4"],
  "document.client_id": [
    "must be the URL of the document, letter by letter",
    "draft-ietf-oauth-client-id-metadata-document#section-4.1",
  ],
  "document.secret": [
    "must not stand in a document that everybody can read",
    "draft-ietf-oauth-client-id-metadata-document#section-4.1",
  ],
  "document.client_name": [
    "must be there",
    "https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#client-id-metadata-documents",
  ],
  "document.local_address": [
    "must be at a public address",
    "draft-ietf-oauth-client-id-metadata-document#section-6",
  ],
  "document.shared_secret": [
    "must not be a method with a shared secret",
    "draft-ietf-oauth-client-id-metadata-document#section-4.1",
  ],
} satisfies Readonly<Record<string, RuleText> & Record<RedirectUriRule, RuleText>>;

/** What a finding may say, under a name that stays the same from release to release. */
export type Rule = keyof typeof RULES;

/** The URL of the section that a rule rests on. */
export function specificationOf(rule: Rule): string {
  const source = RULES[rule][1];
  if (source.startsWith("rfc")) return `https://www.rfc-editor.org/rfc/${source}`;
  if (source.startsWith("draft-")) return `https://datatracker.ietf.org/doc/html/${source}`;
  return source.startsWith("openid-") ? `https://openid.net/specs/${source}` : source;
}
