import { describe, expect, test } from "vitest";
import { assess, CALLBACK } from "./assess.js";
import { EC_KEY, OKP_KEY, RSA_KEY } from "./good-values.js";

const withKeys = (...keys: unknown[]) => ({
  ...CALLBACK,
  jwks: JSON.parse(JSON.stringify({ keys })) as object,
});
const assessKeys = (...keys: unknown[]) => assess(withKeys(...keys) as typeof CALLBACK);

describe("a client's keys (RFC 7591 section 2, RFC 7517 section 5)", () => {
  test("are kept by their public members", () => {
    const { metadata, findings } = assessKeys(RSA_KEY, EC_KEY, OKP_KEY);
    expect(metadata?.jwks).toEqual({ keys: [RSA_KEY, EC_KEY, OKP_KEY] });
    expect(findings).toEqual([]);
  });

  test("lose what has no place in them, and addresses that somebody might fetch", () => {
    const dressed = {
      ...EC_KEY,
      x5c: ["MIIB"],
      "x5t#S256": "abc",
      x5u: "https://app.example/x",
      ext: true,
      n: "AQAB",
    };
    const { metadata } = assess({
      ...withKeys(dressed),
      jwks: { keys: [dressed], comment: "x", "__proto__ ": 1 },
    });
    expect(metadata?.jwks).toEqual({ keys: [{ ...EC_KEY, x5c: ["MIIB"], "x5t#S256": "abc" }] });
  });

  const secretive: readonly object[] = [
    ...["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"].map((member) => ({
      ...RSA_KEY,
      [member]: "AQAB",
    })),
    { ...EC_KEY, d: "AQAB" },
    { ...EC_KEY, d: null },
    { ...EC_KEY, d: "" },
    { ...OKP_KEY, d: "AQAB" },
    { kty: "oct", k: "AQAB" },
    { kty: "AKP", alg: "ML-DSA-44", pub: "AQAB", priv: "AQAB" },
    { d: "AQAB" },
  ];

  test.each(secretive.map((key) => ({ key })))(
    "with private or symmetric material are refused: $key",
    ({ key }) => {
      const { errors } = assessKeys(EC_KEY, key);
      expect(errors).toEqual(["jwks.keys[1] jwks.private_key"]);
    },
  );

  test.each([
    [{ ...EC_KEY, kty: "oct" }],
    [{ ...EC_KEY, kty: "ec" }],
    [{ ...EC_KEY, kty: "__proto__" }],
    [{ ...EC_KEY, kty: "constructor" }],
    [{ ...EC_KEY, kty: ["EC"] }],
    [{ ...EC_KEY, kty: null }],
    [{ n: "AQAB", e: "AQAB" }],
    [{}],
  ])("of another type are refused: %j", (key) => {
    expect(assessKeys(key).errors).toEqual(["jwks.keys[0] jwks.key_type"]);
  });

  test.each([
    [{ kty: "RSA", n: "AQAB" }],
    [{ kty: "RSA", e: "AQAB" }],
    [{ ...RSA_KEY, n: "" }],
    [{ ...RSA_KEY, n: "A+/=" }],
    [{ ...RSA_KEY, n: "AQAB\n" }],
    [{ ...RSA_KEY, e: 65537 }],
    [{ ...EC_KEY, y: undefined }],
    [{ ...EC_KEY, crv: ["P-256"] }],
    [{ ...OKP_KEY, x: null }],
    [{ ...EC_KEY, kid: 7 }],
    [{ ...EC_KEY, use: null }],
    [{ ...EC_KEY, alg: { name: "ES256" } }],
    [{ ...EC_KEY, key_ops: [1] }],
    [{ ...EC_KEY, x5c: {} }],
  ])("without a good value for each public member are refused: %j", (key) => {
    expect(assessKeys(key).errors).toEqual(["jwks.keys[0] jwks.public_member"]);
  });

  test.each([
    [{}],
    [{ keys: {} }],
    [{ keys: [] }],
    [{ keys: null }],
    [{ Keys: [EC_KEY] }],
    [[EC_KEY]],
    ["{}"],
    [7],
    [true],
  ])("that are no JWK Set are refused: %j", (jwks) => {
    expect(assess({ ...CALLBACK, jwks }).errors).toEqual(["jwks jwks.shape"]);
  });

  test.each([[null], ["EC"], [7], [[EC_KEY]]])("that are no object are refused: %j", (key) => {
    expect(assessKeys(EC_KEY, key).errors).toEqual(["jwks.keys[1] jwks.shape"]);
  });

  test("each wrong one is named", () => {
    const { errors } = assessKeys({ ...EC_KEY, d: "x" }, RSA_KEY, { kty: "oct" }, { kty: "OKP" });
    expect(errors).toEqual([
      "jwks.keys[0] jwks.private_key",
      "jwks.keys[2] jwks.key_type",
      "jwks.keys[3] jwks.public_member",
    ]);
  });

  test("of an unknown kty are left out, and the known ones kept", () => {
    const tomorrow = { kty: "AKP", alg: "ML-DSA-44", pub: "AQAB" };
    const { metadata, errors, warnings } = assessKeys(tomorrow, EC_KEY, { ...tomorrow, kty: "ec" });
    expect(errors).toEqual([]);
    expect(metadata?.jwks).toEqual({ keys: [EC_KEY] });
    expect(warnings).toEqual(["jwks.keys[0] jwks.unknown_key_type", "jwks.keys[2] jwks.unknown_key_type"]);
    expect(assessKeys(tomorrow, tomorrow).errors).toEqual([
      "jwks.keys[0] jwks.key_type",
      "jwks.keys[1] jwks.key_type",
    ]);
  });

  const P384 = { kty: "EC", crv: "P-384", x: "A".repeat(64), y: "A".repeat(64) };
  const P521 = { kty: "EC", crv: "P-521", x: "A".repeat(88), y: "A".repeat(88) };
  const X25519 = { ...OKP_KEY, crv: "X25519" };
  const ED448 = { ...OKP_KEY, crv: "Ed448", x: "A".repeat(76) };

  test.each([
    [{ ...RSA_KEY, alg: "PS512" }],
    [{ ...RSA_KEY, alg: "RSA-OAEP-256" }],
    [{ ...EC_KEY, alg: "ES256" }],
    [{ ...EC_KEY, alg: "ECDH-ES+A128KW" }],
    [{ ...EC_KEY, alg: "of-tomorrow" }],
    [{ ...P384, alg: "ES384" }],
    [{ ...P521, alg: "ES512" }],
    [{ ...OKP_KEY, alg: "EdDSA" }],
    [{ ...OKP_KEY, alg: "Ed25519" }],
    [{ ...ED448, alg: "EdDSA" }],
    [{ ...X25519, alg: "ECDH-ES" }],
    [{ ...X25519, crv: "X448", x: "A".repeat(75) }],
    [{ ...EC_KEY, crv: "secp256k1", alg: "ES256K" }],
    [{ ...EC_KEY, crv: "of-tomorrow", x: "AA" }],
  ])("whose alg agrees with their type are kept: %j", (key) => {
    const { metadata, errors } = assessKeys(key);
    expect(errors).toEqual([]);
    expect(metadata?.jwks).toEqual({ keys: [key] });
  });

  test.each([
    [{ ...RSA_KEY, alg: "ES256" }],
    [{ ...RSA_KEY, alg: "EdDSA" }],
    [{ ...RSA_KEY, alg: "ECDH-ES" }],
    [{ ...RSA_KEY, alg: "HS256" }],
    [{ ...EC_KEY, alg: "RS256" }],
    [{ ...EC_KEY, alg: "RSA-OAEP" }],
    [{ ...EC_KEY, alg: "ES384" }],
    [{ ...EC_KEY, alg: "ES256K" }],
    [{ ...EC_KEY, alg: "dir" }],
    [{ ...P384, alg: "ES256" }],
    [{ ...OKP_KEY, alg: "Ed448" }],
    [{ ...OKP_KEY, alg: "ECDH-ES" }],
    [{ ...X25519, alg: "EdDSA" }],
  ])("whose alg contradicts their type are refused: %j", (key) => {
    expect(assessKeys(key).errors).toEqual(["jwks.keys[0] jwks.algorithm"]);
  });

  test.each([
    [{ ...EC_KEY, x: `${EC_KEY.x}A` }],
    [{ ...EC_KEY, y: EC_KEY.y.slice(1) }],
    [{ ...EC_KEY, crv: "P-384" }],
    [{ ...P521, x: P521.x.slice(1) }],
    [{ ...OKP_KEY, x: "AQAB" }],
    [{ ...OKP_KEY, crv: "Ed448" }],
    [{ ...OKP_KEY, crv: "P-256" }],
    [{ ...EC_KEY, crv: "Ed25519" }],
  ])("with a coordinate of the wrong length for their curve are refused: %j", (key) => {
    expect(assessKeys(key).errors).toEqual(["jwks.keys[0] jwks.coordinate"]);
  });

  test("too many are refused", () => {
    expect(assessKeys(...Array.from({ length: 20 }, () => EC_KEY)).errors).toEqual([]);
    expect(assessKeys(...Array.from({ length: 21 }, () => EC_KEY)).errors).toEqual([
      "jwks.keys metadata.count",
    ]);
  });
});
