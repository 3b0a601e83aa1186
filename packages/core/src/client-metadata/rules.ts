import type { RedirectUriRule } from "../redirect-uri/redirect-uri-policy.js";

/** What a finding may say, under a name that stays the same from release to release. */
export type Rule =
  | RedirectUriRule
  | "metadata.type"
  | "metadata.text"
  | "metadata.length"
  | "metadata.count"
  | "metadata.token"
  | "metadata.boolean"
  | "metadata.seconds"
  | "metadata.choice"
  | "metadata.object"
  | "metadata.web_scheme"
  | "metadata.https"
  | "metadata.language_twice"
  | "metadata.required"
  | "metadata.inconsistent"
  | "metadata.unsupported"
  | "metadata.nothing_left"
  | "metadata.not_for_web"
  | "metadata.corrected"
  | "metadata.empty"
  | "metadata.unknown"
  | "metadata.server_assigned"
  | "metadata.input_only"
  | "software_statement.unsupported"
  | "client_update.forbidden_member"
  | "client_update.client_id"
  | "client_update.client_secret"
  | "scope.syntax"
  | "scope.unsupported"
  | "initial_access_token.redirect_host"
  | "initial_access_token.software_id"
  | "jwks.shape"
  | "jwks.key_type"
  | "jwks.private_key"
  | "jwks.public_member"
  | "jwks.with_jwks_uri"
  | "jwks.required";

interface RuleText {
  /** Ends the sentence that the place of the value begins; ASCII, without quotes or backslashes (RFC 6749 section 5.2). */
  readonly says: string;
  readonly specification: string;
}

const RFC = "https://www.rfc-editor.org/rfc/rfc";
const RFC3986 = (section: string) => `${RFC}3986#section-${section}`;
const RFC7591 = (section: string) => `${RFC}7591#section-${section}`;
const RFC7592 = (section: string) => `${RFC}7592#section-${section}`;
const RFC7517 = (section: string) => `${RFC}7517#section-${section}`;
const RFC9700 = (section: string) => `${RFC}9700#section-${section}`;
const URL_STANDARD = "https://url.spec.whatwg.org/#concept-basic-url-parser";
const OIDC_REGISTRATION = "https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata";

export const RULES: Readonly<Record<Rule, RuleText>> = {
  "uri.empty": { says: "must not be empty", specification: RFC3986("3") },
  "uri.length": { says: "is longer than this server allows", specification: RFC7591("3.2.2") },
  "uri.control_character": { says: "must not contain control characters", specification: RFC3986("2") },
  "uri.white_space": { says: "must not contain white space", specification: RFC3986("2") },
  "uri.backslash": { says: "must not contain a backslash", specification: RFC3986("2") },
  "uri.non_ascii": {
    says: "must be ASCII; write host names in punycode and percent-encode the rest",
    specification: RFC3986("2.1"),
  },
  "uri.character": { says: "has a character where a URI may not have it", specification: RFC3986("2") },
  "uri.percent_encoding": {
    says: "has a percent sign without two hexadecimal digits",
    specification: RFC3986("2.1"),
  },
  "uri.encoded_control_character": {
    says: "must not contain encoded control characters",
    specification: RFC3986("2.1"),
  },
  "uri.relative": { says: "must be absolute, beginning with a scheme", specification: RFC3986("4.3") },
  "uri.userinfo": {
    says: "must not contain user information before the host",
    specification: RFC3986("3.2.1"),
  },
  "uri.host_missing": { says: "must have a host", specification: RFC3986("3.2.2") },
  "uri.host_name": { says: "has a host that is not a valid domain name", specification: RFC3986("3.2.2") },
  "uri.host_lookalike": { says: "has a host that imitates a loopback host", specification: RFC9700("4.1.3") },
  "uri.ip_notation": {
    says: "has an IP address that is not in its canonical notation",
    specification: URL_STANDARD,
  },
  "uri.trailing_dot": { says: "must not have a host that ends with a dot", specification: RFC3986("3.2.2") },
  "uri.wildcard": { says: "must not contain a wildcard in its host", specification: RFC9700("4.1.3") },
  "uri.port": {
    says: "must have a port from 1 to 65535 in plain decimal, or none",
    specification: RFC3986("3.2.3"),
  },
  "uri.dot_segment": {
    says: "must not contain dot segments in its path, encoded or not",
    specification: RFC3986("5.2.4"),
  },
  "uri.encoded_separator": {
    says: "must not contain encoded slashes or backslashes in its path",
    specification: RFC3986("2.2"),
  },
  "uri.ambiguous": { says: "is read differently by URL parsers", specification: URL_STANDARD },

  "redirect_uri.type": { says: "must be a string", specification: RFC7591("2") },
  "redirect_uri.fragment": {
    says: "must not have a fragment, not even an empty one",
    specification: `${RFC}6749#section-3.1.2`,
  },
  "redirect_uri.wildcard": { says: "must not contain a wildcard", specification: RFC9700("4.1.3") },
  "redirect_uri.scheme": {
    says: "has a scheme that this server does not admit; use https, a loopback address or, where admitted, a reverse-domain scheme",
    specification: `${RFC}8252#section-8.4`,
  },
  "redirect_uri.http": {
    says: "must use https; http is for 127.0.0.1, [::1] and localhost alone",
    specification: RFC7591("5"),
  },
  "redirect_uri.loopback": {
    says: "must not be a loopback address on this server",
    specification: RFC7591("5"),
  },
  "redirect_uri.form": {
    says: "must have a path or a host after its private-use scheme",
    specification: `${RFC}8252#section-7.1`,
  },
  "redirect_uri.denied_host": { says: "has a host that this server denies", specification: RFC9700("4.11") },
  "redirect_uri.embedded_url": {
    says: "must not contain another URL in its path or query",
    specification: RFC9700("4.11"),
  },
  "redirect_uri.response_parameter": {
    says: "must not contain a parameter of the authorization response in its query",
    specification: `${RFC}6749#section-4.1.2`,
  },

  "metadata.type": {
    says: "has the wrong JSON type: a list is written with brackets, a text without",
    specification: RFC7591("2"),
  },
  "metadata.text": {
    says: "must not contain control, bidirectional or unpaired surrogate characters",
    specification: RFC7591("2"),
  },
  "metadata.length": { says: "is longer than this server allows", specification: RFC7591("3.2.2") },
  "metadata.count": { says: "has more values than this server allows", specification: RFC7591("3.2.2") },
  "metadata.token": {
    says: "must be printable ASCII without spaces, quotes or backslashes",
    specification: RFC7591("4"),
  },
  "metadata.boolean": { says: "must be true or false", specification: RFC7591("2") },
  "metadata.seconds": {
    says: "must be a whole number of seconds, zero or more",
    specification: OIDC_REGISTRATION,
  },
  "metadata.choice": {
    says: "has a value that its specification does not define",
    specification: OIDC_REGISTRATION,
  },
  "metadata.object": {
    says: "must be a JSON object of plain values that is not nested too deeply",
    specification: RFC7591("2"),
  },
  "metadata.web_scheme": { says: "must be a web address with http or https", specification: RFC7591("2") },
  "metadata.https": { says: "must be a web address with https", specification: RFC7591("2") },
  "metadata.language_twice": { says: "is given twice for one language", specification: RFC7591("2.2") },
  "metadata.required": { says: "is required for the grant types asked for", specification: RFC7591("2") },
  "metadata.inconsistent": {
    says: "does not go with the grant types and response types asked for",
    specification: RFC7591("2.1"),
  },
  "metadata.unsupported": {
    says: "has a value that this server does not support; its discovery document lists what it does",
    specification: RFC7591("3.2.1"),
  },
  "metadata.nothing_left": {
    says: "leaves nothing that a client could start with on this server",
    specification: RFC7591("3.2.2"),
  },
  "metadata.not_for_web": {
    says: "is not for clients whose application_type is web",
    specification: OIDC_REGISTRATION,
  },
  "metadata.corrected": {
    says: "was corrected to agree with redirect_uris",
    specification: RFC7591("3.2.1"),
  },
  "metadata.empty": { says: "was empty and is taken as omitted", specification: RFC7591("2") },
  "metadata.unknown": {
    says: "is not registered client metadata and was ignored",
    specification: RFC7591("2"),
  },
  "metadata.server_assigned": {
    says: "is for the server to say and was ignored",
    specification: RFC7591("3.2.1"),
  },
  "metadata.input_only": {
    says: "was understood and is not registered",
    specification: "https://openid.net/specs/openid-connect-rp-metadata-choices-1_0.html",
  },

  "software_statement.unsupported": {
    says: "is not evaluated by this server and was ignored",
    specification: RFC7591("2.3"),
  },
  "client_update.forbidden_member": {
    says: "must not be in an update request",
    specification: RFC7592("2.2"),
  },
  "client_update.client_id": {
    says: "must be there and be the identifier of the client that is updated",
    specification: RFC7592("2.2"),
  },
  "client_update.client_secret": {
    says: "must be the secret of the client that is updated, or be left out",
    specification: RFC7592("2.2"),
  },
  "scope.syntax": {
    says: "must be scope tokens separated by spaces",
    specification: `${RFC}6749#section-3.3`,
  },
  "scope.unsupported": {
    says: "asks for a scope that this server does not offer",
    specification: RFC7591("2"),
  },

  "initial_access_token.redirect_host": {
    says: "has a host that the initial access token does not allow",
    specification: RFC7591("1.2"),
  },
  "initial_access_token.software_id": {
    says: "is not one that the initial access token allows",
    specification: RFC7591("1.2"),
  },
  "jwks.shape": { says: "must be a JWK Set: an object with a list of keys", specification: RFC7517("5") },
  "jwks.key_type": { says: "must be a key of type RSA, EC or OKP", specification: RFC7517("4.1") },
  "jwks.private_key": {
    says: "must not contain private or symmetric key material",
    specification: RFC7517("9.2"),
  },
  "jwks.public_member": {
    says: "lacks a public member of its key type, or has a member of the wrong form",
    specification: RFC7517("4"),
  },
  "jwks.with_jwks_uri": { says: "must not be given together with jwks_uri", specification: RFC7591("2") },
  "jwks.required": { says: "needs keys: give jwks or jwks_uri", specification: RFC7591("2") },
};
