/** Longer is no tag of a client: RFC 5646 section 4.4.1 asks for 35 characters at least. */
const MAX_LENGTH = 35;
const TAG = /^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/i;

/**
 * The tag of `client_name#ja` in the letter case that RFC 5646 recommends, so that two spellings of one tag are equal:
 * `DE-latn-ch` becomes `de-Latn-CH`. Returns `undefined` for a text that is not a tag. Subtags are not looked up in the
 * registry: that costs more than all other rules, and whoever sends a body chooses how many tags are in it.
 *
 * @see RFC 7591 section 2.2 https://www.rfc-editor.org/rfc/rfc7591#section-2.2
 * @see RFC 5646 section 2.1.1 https://www.rfc-editor.org/rfc/rfc5646#section-2.1.1
 */
export function canonicalLanguageTag(tag: string): string | undefined {
  if (tag.length > MAX_LENGTH || !TAG.test(tag)) return undefined;
  const lower = tag.toLowerCase();
  if (!lower.includes("-")) return lower;
  const subtags = lower.split("-");
  // Behind a single letter or digit stand extensions, which are written in lower case.
  const singleton = subtags.findIndex(({ length }) => length === 1);
  return subtags
    .map((subtag, i) => {
      if (i === 0 || (singleton !== -1 && i > singleton)) return subtag;
      if (subtag.length === 2) return subtag.toUpperCase();
      return subtag.length === 4 && /^[a-z]/.test(subtag)
        ? subtag.charAt(0).toUpperCase() + subtag.slice(1)
        : subtag;
    })
    .join("-");
}

/**
 * The name without its language tag: `client_name` of `client_name#ja`.
 * @see RFC 7591 section 2.2 https://www.rfc-editor.org/rfc/rfc7591#section-2.2
 */
export function baseName(member: string): string {
  const tag = member.indexOf("#");
  return tag < 0 ? member : member.slice(0, tag);
}
