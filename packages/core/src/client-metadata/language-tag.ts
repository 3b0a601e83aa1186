/**
 * Splits `client_name#ja` into its member and its language tag, the tag in canonical letter case. `undefined` when the
 * name has no tag, or one that BCP 47 does not know the shape of.
 *
 * @see RFC 7591 section 2.2 https://www.rfc-editor.org/rfc/rfc7591#section-2.2
 */
export function parseLanguageTag(
  name: string,
): { readonly member: string; readonly tag: string } | undefined {
  const at = name.indexOf("#");
  if (at < 1 || name.length - at > 36) return undefined;
  try {
    const [tag] = Intl.getCanonicalLocales(name.slice(at + 1));
    return tag === undefined ? undefined : { member: name.slice(0, at), tag };
  } catch {
    return undefined;
  }
}
