import { describe, expect, it, test } from "vitest";
import { assess, CALLBACK, GENEROUS, KEYED } from "./assess.js";
import { EC_KEY } from "./good-values.js";

const SIGNING = [
  "id_token_signed_response_alg",
  "request_object_signing_alg",
  "userinfo_signed_response_alg",
  "token_endpoint_auth_signing_alg",
  "introspection_signed_response_alg",
  "authorization_signed_response_alg",
  "backchannel_authentication_request_signing_alg",
  "nfv_token_signed_response_alg",
];
const ENCRYPTION = [
  ["id_token_encrypted_response_alg", "id_token_encrypted_response_enc"],
  ["userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc"],
  ["request_object_encryption_alg", "request_object_encryption_enc"],
  ["introspection_encrypted_response_alg", "introspection_encrypted_response_enc"],
  ["authorization_encrypted_response_alg", "authorization_encrypted_response_enc"],
  ["nfv_token_encrypted_response_alg", "nfv_token_encrypted_response_enc"],
] as const;
const PUBLIC = { ...KEYED, token_endpoint_auth_method: "none" };
const UNKNOWN = ["RS1", "rs256", "RS256 ", "HS1", "NONE", "None", "ES257", "__proto__", "constructor"];

describe("signature algorithms (OpenID Connect Dynamic Client Registration section 2)", () => {
  it.each(SIGNING)("OIDC-5 %s takes each registered asymmetric algorithm, of any client", (member) => {
    for (const alg of ["RS256", "PS512", "ES256", "ES256K", "EdDSA", "Ed25519", "Ed448"]) {
      expect(assess({ ...PUBLIC, [member]: alg }).metadata).toMatchObject({ [member]: alg });
    }
  });

  it.each(SIGNING)("OIDC-5 %s refuses what is no registered algorithm", (member) => {
    for (const alg of [...UNKNOWN, "RSA-OAEP", "A128GCM", "dir"]) {
      const { errors } = assess({ ...KEYED, [member]: alg });
      const rule = alg.includes(" ") ? "metadata.token" : "algorithm.unknown";
      expect(errors, alg).toEqual([`${member} ${rule}`]);
    }
  });

  it.each(SIGNING)("OIDC-5 %s takes no HMAC, since of a secret only the hash is kept", (member) => {
    for (const alg of ["HS256", "HS384", "HS512"]) {
      for (const body of [KEYED, PUBLIC]) {
        expect(assess({ ...body, [member]: alg }).errors).toEqual([`${member} algorithm.symmetric`]);
      }
    }
  });

  it.each(
    SIGNING.filter(
      (member) => member !== "id_token_signed_response_alg" && member !== "request_object_signing_alg",
    ),
  )("OIDC-5 %s is never none", (member) => {
    expect(assess({ ...KEYED, [member]: "none" }).errors).toEqual([`${member} algorithm.none`]);
  });

  it("OIDC-5 request_object_signing_alg may be none, unless signed request objects are required", () => {
    const body = { ...KEYED, request_object_signing_alg: "none" };
    expect(assess(body).metadata).toMatchObject({ request_object_signing_alg: "none" });
    expect(assess({ ...body, require_signed_request_object: false }).errors).toEqual([]);
    expect(assess({ ...body, require_signed_request_object: true }).errors).toEqual([
      "request_object_signing_alg algorithm.none",
    ]);
  });

  it.each([
    [["authorization_code"], ["code"], true],
    [["authorization_code"], ["none"], true],
    [["authorization_code", "implicit"], ["code", "token"], true],
    [["client_credentials"], undefined, true],
    [["implicit"], ["id_token"], false],
    [["implicit"], ["id_token token"], false],
    [["authorization_code", "implicit"], ["code id_token"], false],
    [["authorization_code", "implicit"], ["code", "id_token"], false],
  ])("OIDC-5 an ID Token without signature for %j with %j: %s", (grant_types, response_types, allowed) => {
    const { errors } = assess({
      ...KEYED,
      grant_types,
      ...(response_types && { response_types }),
      id_token_signed_response_alg: "none",
    });
    expect(errors).toEqual(allowed ? [] : ["id_token_signed_response_alg algorithm.none"]);
  });

  it("OIDC-5 what was narrowed away does not count", () => {
    const supported = { ...GENEROUS, response_types_supported: ["code"] };
    const { metadata } = assess(
      {
        ...KEYED,
        grant_types: ["authorization_code", "implicit"],
        response_types: ["code", "id_token"],
        id_token_signed_response_alg: "none",
      },
      { supported },
    );
    expect(metadata).toMatchObject({ response_types: ["code"], id_token_signed_response_alg: "none" });
  });

  it("OIDC-5 nothing is said of ID Tokens to a client that said nothing of them", () => {
    expect(Object.keys(assess(KEYED).metadata ?? {}).filter((name) => /_alg|_enc/.test(name))).toEqual([]);
    expect(assess({ ...KEYED, scope: "read" }).metadata).not.toHaveProperty("subject_type");
  });
});

describe("encryption algorithms (OpenID Connect Dynamic Client Registration section 2)", () => {
  it.each(ENCRYPTION)("OIDC-5 %s alone is answered with the default of %s", (alg, enc) => {
    const { metadata, findings } = assess({ ...KEYED, [alg]: "RSA-OAEP-256" });
    expect(metadata).toMatchObject({ [alg]: "RSA-OAEP-256", [enc]: "A128CBC-HS256" });
    expect(findings).toEqual([]);
    expect(assess({ ...KEYED, [alg]: "ECDH-ES", [enc]: "A256GCM" }).metadata).toMatchObject({
      [enc]: "A256GCM",
    });
  });

  it.each(ENCRYPTION)("OIDC-5 without %s there is no %s", (alg, enc) => {
    for (const absent of [{}, { [alg]: null }, { [alg]: "" }]) {
      expect(assess({ ...KEYED, ...absent, [enc]: "A128GCM" }).errors).toEqual([
        `${enc} algorithm.enc_alone`,
      ]);
    }
    expect(assess({ ...KEYED, [alg]: 7, [enc]: "A128GCM" }).errors).toEqual([`${alg} metadata.type`]);
  });

  it.each(ENCRYPTION)("OIDC-5 %s and %s refuse what is not for them", (alg, enc) => {
    for (const value of [
      "RSA1_5",
      "PBES2-HS256+A128KW",
      "none",
      "RS256",
      "A128GCM",
      "rsa-oaep",
      "toString",
    ]) {
      expect(assess({ ...KEYED, [alg]: value }).errors).toEqual([`${alg} algorithm.unknown`]);
    }
    for (const value of ["none", "RSA-OAEP", "A128CBC", "a128gcm", "constructor"]) {
      expect(assess({ ...KEYED, [alg]: "RSA-OAEP", [enc]: value }).errors).toEqual([
        `${enc} algorithm.unknown`,
      ]);
    }
  });

  it.each(ENCRYPTION)("OIDC-5 %s is not symmetric, since of a secret only the hash is kept", (alg) => {
    for (const value of ["dir", "A128KW", "A256GCMKW"]) {
      for (const body of [KEYED, PUBLIC]) {
        expect(assess({ ...body, [alg]: value }).errors).toEqual([`${alg} algorithm.symmetric`]);
      }
    }
  });

  it("OIDC-5 a default that the server does not publish is not given", () => {
    const supported = { ...GENEROUS, id_token_encryption_enc_values_supported: ["A256GCM"] };
    const body = { ...KEYED, id_token_encrypted_response_alg: "RSA-OAEP" };
    expect(assess(body, { supported }).errors).toEqual([
      "id_token_encrypted_response_enc metadata.unsupported",
    ]);
    const named = { ...body, id_token_encrypted_response_enc: "A256GCM" };
    expect(assess(named, { supported }).errors).toEqual([]);
  });
});

describe("subject_type", () => {
  it("OIDC-5 is public or pairwise", () => {
    for (const subject_type of ["public", "pairwise"]) {
      expect(assess({ ...KEYED, subject_type }).metadata).toMatchObject({ subject_type });
    }
    expect(assess({ ...KEYED, subject_type: "Public" }).errors).toEqual(["subject_type metadata.choice"]);
  });
});

describe("algorithms that work with keys of the client", () => {
  const ENCRYPTED = ["id_token", "userinfo", "introspection", "authorization", "nfv_token"].map(
    (what): [string, string] => [`${what}_encrypted_response_alg`, "RSA-OAEP-256"],
  );
  const SIGNED: [string, string][] = [
    ["request_object_signing_alg", "ES256"],
    ["backchannel_authentication_request_signing_alg", "PS256"],
  ];

  test.each([...ENCRYPTED, ...SIGNED])("%s of %s needs jwks or jwks_uri", (member, value) => {
    const body = { ...CALLBACK, [member]: value };
    expect(assess(body).errors).toEqual([`${member} jwks.required`]);
    expect(assess({ ...body, jwks: { keys: [EC_KEY] } }).errors).toEqual([]);
    expect(assess({ ...body, jwks_uri: "https://app.example/jwks" }).errors).toEqual([]);
  });

  test.each([
    ["request_object_signing_alg", "none"],
    ["request_object_encryption_alg", "RSA-OAEP-256"],
    ["id_token_signed_response_alg", "ES256"],
  ])("%s of %s needs none: the keys are the server's, or there are none", (member, value) => {
    expect(assess({ ...CALLBACK, [member]: value }).errors).toEqual([]);
  });
});
