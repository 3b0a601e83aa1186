import { shown } from "../shown-text.js";

const LISTS = [
  "scopes_supported",
  "response_types_supported",
  "response_modes_supported",
  "grant_types_supported",
  "token_endpoint_auth_methods_supported",
  "token_endpoint_auth_signing_alg_values_supported",
  "ui_locales_supported",
  "revocation_endpoint_auth_methods_supported",
  "introspection_endpoint_auth_methods_supported",
  "code_challenge_methods_supported",
];
const URLS = [
  "authorization_endpoint",
  "token_endpoint",
  "jwks_uri",
  "registration_endpoint",
  "service_documentation",
  "op_policy_uri",
  "op_tos_uri",
  "revocation_endpoint",
  "introspection_endpoint",
];

/**
 * What is wrong with the members of a metadata document.
 * @see RFC 8414 section 2 https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export function malformedMembers(document: Readonly<Record<string, unknown>>): readonly string[] {
  const problems: string[] = [];
  const issuer = document["issuer"];
  if (typeof issuer !== "string" || !URL.canParse(issuer) || /[?#]/.test(issuer)) {
    problems.push(`issuer must be a URL without query and fragment, and is ${shown(issuer)}`);
  }
  if (document["response_types_supported"] === undefined)
    problems.push("response_types_supported is required");
  for (const name of LISTS) {
    const value = document[name];
    if (value === undefined) continue;
    const isList = Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string");
    if (!isList) problems.push(`${name} must be a list of strings, not empty, and is ${shown(value, 60)}`);
  }
  for (const name of URLS) {
    const value = document[name];
    if (value === undefined) continue;
    const isUrl = typeof value === "string" && URL.canParse(value);
    if (!isUrl) problems.push(`${name} must be an absolute URL, and is ${shown(value, 60)}`);
  }
  return problems;
}
