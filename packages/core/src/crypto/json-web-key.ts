import type { JsonObject } from "../lib/json.js";

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

const P_256 = "P-256";
const RSA_ALGORITHM = /^(?:[RP]S(?:256|384|512)|RSA1_5|RSA-OAEP(?:-(?:256|384|512))?)$/;
const AGREEMENT_ALGORITHM = /^ECDH-ES(?:\+A(?:128|192|256)KW)?$/;
const SYMMETRIC_ALGORITHM = /^(?:HS(?:256|384|512)|dir|A(?:128|192|256)(?:GCM)?KW|PBES2-.+)$/;

/**
 * The curves of each algorithm that signs with one.
 * @see RFC 7518 section 3.4 https://www.rfc-editor.org/rfc/rfc7518#section-3.4
 * @see RFC 8037 section 3.1 https://www.rfc-editor.org/rfc/rfc8037#section-3.1
 */
const SIGNATURE_CURVES: ReadonlyMap<string, readonly string[]> = new Map([
  ["ES256", [P_256]],
  ["ES384", ["P-384"]],
  ["ES512", ["P-521"]],
  ["ES256K", ["secp256k1"]],
  ["EdDSA", ["Ed25519", "Ed448"]],
  ["Ed25519", ["Ed25519"]],
  ["Ed448", ["Ed448"]],
]);

/** The length of a coordinate on each curve, in characters of base64url. */
const CURVES: ReadonlyMap<unknown, { readonly kty: string; readonly length: number }> = new Map([
  [P_256, { kty: "EC", length: 43 }],
  ["P-384", { kty: "EC", length: 64 }],
  ["P-521", { kty: "EC", length: 88 }],
  ["secp256k1", { kty: "EC", length: 43 }],
  ["Ed25519", { kty: "OKP", length: 43 }],
  ["X25519", { kty: "OKP", length: 43 }],
  ["Ed448", { kty: "OKP", length: 76 }],
  ["X448", { kty: "OKP", length: 75 }],
]);

/** Whether the `alg` of a public key, if it has one that is known here, works with its type and its curve. */
export function algorithmFitsKey({ alg, kty, crv }: JsonObject): boolean {
  if (typeof alg !== "string") return true;
  if (SYMMETRIC_ALGORITHM.test(alg)) return false;
  if (RSA_ALGORITHM.test(alg)) return kty === "RSA";
  if (AGREEMENT_ALGORITHM.test(alg))
    return kty === "EC" || (kty === "OKP" && (crv === "X25519" || crv === "X448"));
  const curves: readonly unknown[] | undefined = SIGNATURE_CURVES.get(alg);
  return curves?.includes(crv) ?? true;
}

/**
 * Whether a key's coordinates have the length of its curve, which is of the key's type. A curve that is not known here
 * says nothing.
 * @see RFC 7518 section 6.2.1.2 https://www.rfc-editor.org/rfc/rfc7518#section-6.2.1.2
 */
export function coordinatesFitCurve({ kty, crv, x, y }: JsonObject): boolean {
  const curve = kty === "RSA" ? undefined : CURVES.get(crv);
  if (!curve) return true;
  const coordinates = kty === "EC" ? [x, y] : [x];
  return (
    kty === curve.kty && coordinates.every((one) => typeof one === "string" && one.length === curve.length)
  );
}
