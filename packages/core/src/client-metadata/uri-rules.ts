import type { RedirectUriRule } from "../redirect-uri/redirect-uri-policy.js";
import type { RuleText } from "./rule-text.js";

const RFC = "https://www.rfc-editor.org/rfc/rfc";
const RFC3986 = (section: string) => `${RFC}3986#section-${section}`;
const RFC7591 = (section: string) => `${RFC}7591#section-${section}`;
const RFC9700 = (section: string) => `${RFC}9700#section-${section}`;
const URL_STANDARD = "https://url.spec.whatwg.org/#concept-basic-url-parser";

/** What the rules of URIs, and of redirect URIs among them, say. */
export const URI_RULES: Readonly<Record<RedirectUriRule, RuleText>> = {
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
};
