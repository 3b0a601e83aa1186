import { decodeFully } from "../uri/percent-decoding.js";

/**
 * Names that the authorization response adds to the query. A redirect URI that carries one already makes the client
 * read the attacker's value, or both.
 *
 * @see RFC 6749 section 4.1.2 https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 * @see RFC 9207 section 2 https://www.rfc-editor.org/rfc/rfc9207#section-2
 */
const RESPONSE_PARAMETERS = [
  "code",
  "state",
  "iss",
  "error",
  "error_description",
  "error_uri",
  "response",
  "access_token",
  "token_type",
  "expires_in",
  "id_token",
  "session_state",
];

// `code[]`, `code[0]`, ` code` and `Code` are `code` to one framework or another, and PHP reads a dot, a space or a lone
// bracket inside a name as an underscore.
const READ_AS_RESPONSE_PARAMETER = new RegExp(
  `^[\\s+]*(?:${RESPONSE_PARAMETERS.join("|").replaceAll("_", "[_.\\s+[]")})(?:[[\\s+]|$)`,
  "i",
);

/** Whether a query has a response parameter, under any spelling that some server would read as that name. */
export function carriesResponseParameter(query: string): boolean {
  if (query === "") return false;
  return query
    .replace(/^\?/, "")
    .split(/[&;]/)
    .some((pair) => READ_AS_RESPONSE_PARAMETER.test(decodeFully(pair.split("=", 1)[0] ?? "")));
}
