/**
 * The tag of `client_name#ja` in its canonical form, so that tags which mean the same are one: letter case does not
 * count, and deprecated subtags are replaced. `undefined` for a text that has not the shape of a tag.
 *
 * @see RFC 7591 section 2.2 https://www.rfc-editor.org/rfc/rfc7591#section-2.2
 */
export function canonicalLanguageTag(tag: string): string | undefined {
  if (tag.length > 35) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
