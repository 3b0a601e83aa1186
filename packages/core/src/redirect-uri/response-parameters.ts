import { decodeFully } from "./embedded-url.js";

/**
 * Names that the authorization response adds to the query. A redirect URI that carries one already makes the client
 * read the attacker's value, or both.
 *
 * @see RFC 6749 section 4.1.2 https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 * @see RFC 9207 section 2 https://www.rfc-editor.org/rfc/rfc9207#section-2
 */
const RESPONSE_PARAMETERS: ReadonlySet<string> = new Set([
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
]);

/** Whether a query has a response parameter, under any spelling that some server would read as that name. */
export function carriesResponseParameter(query: string): boolean {
  return query
    .replace(/^\?/, "")
    .split(/[&;]/)
    .some((pair) => {
      const name = decodeFully(pair.split("=", 1)[0] ?? "");
      // `code[]`, `code[0]`, ` code` and `Code` are `code` to one framework or another.
      return RESPONSE_PARAMETERS.has(
        name
          .replace(/^[\s+]+/, "")
          .replace(/[[\s+].*$/s, "")
          .toLowerCase(),
      );
    });
}
