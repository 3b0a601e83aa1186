/**
 * The name without its language tag: `client_name` of `client_name#ja`.
 * @see RFC 7591 section 2.2 https://www.rfc-editor.org/rfc/rfc7591#section-2.2
 */
export function baseName(member: string): string {
  const tag = member.indexOf("#");
  return tag < 0 ? member : member.slice(0, tag);
}
