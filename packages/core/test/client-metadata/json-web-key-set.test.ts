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

  test("too many are refused", () => {
    expect(assessKeys(...Array.from({ length: 20 }, () => EC_KEY)).errors).toEqual([]);
    expect(assessKeys(...Array.from({ length: 21 }, () => EC_KEY)).errors).toEqual([
      "jwks.keys metadata.count",
    ]);
  });
});
