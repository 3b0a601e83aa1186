import { requireThat } from "../lib/misuse.js";

/**
 * Every signature algorithm that can be listed, with the one kind of key that it works with. MACs are not here: whoever
 * can check one can make one, and a public key could pass for the secret. `none` is not here either.
 *
 * @see RFC 7518 section 3.1 https://www.rfc-editor.org/rfc/rfc7518#section-3.1
 * @see RFC 8725 section 3.1 https://www.rfc-editor.org/rfc/rfc8725#section-3.1
 */
export const SIGNATURE_ALGORITHMS: ReadonlyMap<string, { readonly kty: string; readonly crv?: string }> =
  new Map([
    ["RS256", { kty: "RSA" }],
    ["RS384", { kty: "RSA" }],
    ["RS512", { kty: "RSA" }],
    ["PS256", { kty: "RSA" }],
    ["PS384", { kty: "RSA" }],
    ["PS512", { kty: "RSA" }],
    ["ES256", { kty: "EC", crv: "P-256" }],
    ["ES384", { kty: "EC", crv: "P-384" }],
    ["ES512", { kty: "EC", crv: "P-521" }],
    ["EdDSA", { kty: "OKP", crv: "Ed25519" }],
    ["Ed25519", { kty: "OKP", crv: "Ed25519" }],
  ]);

const DEFAULT_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"] as const;

/**
 * The algorithms that an option admits.
 * @throws MisuseError for an empty list, `none`, a MAC, and what nobody knows
 */
export function checkAlgorithms(algorithms: readonly string[] = DEFAULT_ALGORITHMS): readonly string[] {
  const given: unknown = algorithms;
  requireThat(
    Array.isArray(given) &&
      given.length > 0 &&
      algorithms.every((algorithm) => SIGNATURE_ALGORITHMS.has(algorithm)),
    "ERR_ALGORITHM",
    `algorithms: must be a list of at least one of ${[...SIGNATURE_ALGORITHMS.keys()].join(", ")}`,
  );
  return [...algorithms];
}
