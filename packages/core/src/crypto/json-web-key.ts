/**
 * The public members of each key type that is admitted.
 * @see RFC 7518 section 6 https://www.rfc-editor.org/rfc/rfc7518#section-6
 * @see RFC 8037 section 2 https://www.rfc-editor.org/rfc/rfc8037#section-2
 */
const PUBLIC_MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["RSA", ["n", "e"]],
  ["EC", ["crv", "x", "y"]],
  ["OKP", ["crv", "x"]],
]);

/** The members that a public key of this type has; `undefined` for a type that is not admitted. */
export function publicKeyMembers(keyType: unknown): readonly string[] | undefined {
  return PUBLIC_MEMBERS.get(keyType);
}

const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/** Whether a key has a member that must stay secret: of a private or a symmetric key. */
export function hasPrivateMember(key: object): boolean {
  return PRIVATE_MEMBERS.some((name) => Object.hasOwn(key, name));
}
