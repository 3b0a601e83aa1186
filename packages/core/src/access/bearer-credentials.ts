/**
 * What a request carries to prove that it may: nothing, a bearer token, something else in `Authorization`, or a token in
 * the query, where proxies and logs would keep it.
 * @see RFC 6750 section 2 https://www.rfc-editor.org/rfc/rfc6750#section-2
 */
export type BearerCredentials =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "malformed" }
  | { readonly kind: "in_query" };

const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** Longer than any token that we make or verify; what is beyond is not looked at. */
const MAX_LENGTH = 16_384;

/** Reads the `Authorization` header. Another scheme than Bearer is no credential here. */
export function parseBearerCredentials(authorization: string | null): BearerCredentials {
  const value = authorization?.trim() ?? "";
  if (!/^bearer(?: |$)/i.test(value)) return { kind: "none" };
  const token = value.length <= MAX_LENGTH ? BEARER.exec(value)?.[1] : undefined;
  return token === undefined ? { kind: "malformed" } : { kind: "token", token };
}
