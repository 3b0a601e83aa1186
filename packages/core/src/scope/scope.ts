/**
 * Whether a text is printable ASCII without spaces, quotes and backslashes.
 * @see RFC 6749 section 3.3 https://www.rfc-editor.org/rfc/rfc6749#section-3.3
 */
export function isScopeToken(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text);
}

/**
 * The tokens of a scope string, each once and in their order, or `undefined` when a character does not belong there.
 * Spaces too many are forgiven: several clients join an empty token.
 *
 * @see RFC 6749 section 3.3 https://www.rfc-editor.org/rfc/rfc6749#section-3.3
 */
export function parseScope(scope: string): readonly string[] | undefined {
  if (!SCOPE.test(scope)) return undefined;
  const tokens = new Set(scope.split(" "));
  tokens.delete("");
  return [...tokens];
}

const SCOPE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Those of `requested` that `allowed` has too. Never more than was requested, never more than is allowed. */
export function intersectScope(requested: readonly string[], allowed: readonly string[]): readonly string[] {
  return requested.filter((token) => allowed.includes(token));
}
