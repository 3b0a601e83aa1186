/**
 * The algorithms of the IANA registry "JSON Web Signature and Encryption Algorithms" that client metadata may name.
 * Allow-lists: what is registered tomorrow is refused until it is added here.
 *
 * @see RFC 7518 section 3.1 https://www.rfc-editor.org/rfc/rfc7518#section-3.1
 * @see RFC 9864 section 2 https://www.rfc-editor.org/rfc/rfc9864#section-2
 */
export const ASYMMETRIC_SIGNATURES: ReadonlySet<string> = new Set([
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "ES256K"],
  ...["EdDSA", "Ed25519", "Ed448"],
]);

/** Keyed with the client secret (OpenID Connect Core section 10.1). */
export const SYMMETRIC_SIGNATURES: ReadonlySet<string> = new Set(["HS256", "HS384", "HS512"]);

/**
 * Without `RSA1_5`, which RFC 8725 section 3.2 tells everybody to avoid, and without the password-based `PBES2` family:
 * a client secret is no password, and the iteration count is the sender's to choose.
 *
 * @see RFC 7518 section 4.1 https://www.rfc-editor.org/rfc/rfc7518#section-4.1
 */
export const ASYMMETRIC_KEY_MANAGEMENT: ReadonlySet<string> = new Set([
  ...["RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"],
  ...["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"],
]);

/** Keyed with the client secret (OpenID Connect Core section 10.2). */
export const SYMMETRIC_KEY_MANAGEMENT: ReadonlySet<string> = new Set([
  ...["dir", "A128KW", "A192KW", "A256KW"],
  ...["A128GCMKW", "A192GCMKW", "A256GCMKW"],
]);

/** @see RFC 7518 section 5.1 https://www.rfc-editor.org/rfc/rfc7518#section-5.1 */
export const CONTENT_ENCRYPTION: ReadonlySet<string> = new Set([
  ...["A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"],
  ...["A128GCM", "A192GCM", "A256GCM"],
]);
