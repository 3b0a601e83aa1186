import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assess, CALLBACK, GENEROUS } from "./assess.js";
import { EC_KEY } from "./good-values.js";

const supported = {
  ...GENEROUS,
  response_types_supported: [
    ...[
      "code",
      "token",
      "id_token",
      "id_token token",
      "code id_token",
      "code token",
      "code id_token token",
      "none",
    ],
  ],
  grant_types_supported: [
    ...["authorization_code", "implicit", "password", "client_credentials", "refresh_token"],
    ...["urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:saml2-bearer"],
  ],
};
const BOTH = ["authorization_code", "implicit"];
const RESPONSE = (i: number) => `response_types[${i}] metadata.inconsistent`;
const GRANT = (i: number) => `grant_types[${i}] metadata.inconsistent`;

describe("grant types and response types agree (RFC 7591 section 2.1, OIDC registration section 2)", () => {
  test.each([
    [["authorization_code"], ["code"], []],
    [["implicit"], ["token"], []],
    [["implicit"], ["id_token"], []],
    [["implicit"], ["token id_token"], []],
    [["implicit"], ["id_token token"], []],
    [BOTH, ["code", "token"], []],
    [BOTH, ["code id_token"], []],
    [BOTH, ["code token"], []],
    [BOTH, ["token id_token code"], []],
    [["authorization_code"], ["none"], []],
    [["authorization_code", "refresh_token"], ["code"], []],
    [["authorization_code", "client_credentials"], ["code"], []],
    [["authorization_code", "password"], ["code"], []],

    [["authorization_code"], ["token"], [RESPONSE(0), GRANT(0)]],
    [["authorization_code"], ["code", "token"], [RESPONSE(1)]],
    [["authorization_code"], ["code", "id_token"], [RESPONSE(1)]],
    [["authorization_code"], ["code id_token"], [RESPONSE(0)]],
    [["authorization_code"], ["code token"], [RESPONSE(0)]],
    [["implicit"], ["code"], [RESPONSE(0), GRANT(0)]],
    [["implicit"], ["code id_token"], [RESPONSE(0)]],
    [["implicit", "authorization_code"], ["token"], [GRANT(1)]],
    [["implicit", "authorization_code"], ["code"], [GRANT(0)]],
    [["client_credentials"], ["code"], [RESPONSE(0)]],
    [["password"], ["token"], [RESPONSE(0)]],
    [["refresh_token"], ["code"], [RESPONSE(0), "grant_types metadata.nothing_left"]],
    [["urn:ietf:params:oauth:grant-type:jwt-bearer"], ["code"], [RESPONSE(0)]],
    [["urn:ietf:params:oauth:grant-type:saml2-bearer"], ["token"], [RESPONSE(0)]],
  ])("R7591-10, OIDC-2: %j with %j", (grant_types, response_types, errors) => {
    const assessed = assess({ ...CALLBACK, grant_types, response_types }, { supported });
    expect(assessed.errors.filter((error) => !error.startsWith("response_types metadata"))).toEqual(errors);
    expect(assessed.metadata === undefined).toBe(errors.length > 0);
  });

  test.each([
    [["client_credentials"]],
    [["password"]],
    [["urn:ietf:params:oauth:grant-type:jwt-bearer"]],
    [["urn:ietf:params:oauth:grant-type:saml2-bearer"]],
  ])("R7591-10 %j goes with no response type, and needs no redirect URI", (grant_types) => {
    const { metadata } = assess({ grant_types }, { supported });
    expect(metadata).toMatchObject({ grant_types });
    expect(metadata).not.toHaveProperty("response_types");
    expect(metadata).not.toHaveProperty("redirect_uris");
  });

  test("OIDC-2 implicit does not go without a response type", () => {
    expect(assess({ ...CALLBACK, grant_types: ["implicit"] }, { supported }).errors).toEqual([GRANT(0)]);
  });
});

describe("redirect_uris is there for every grant that redirects (RFC 7591 section 2)", () => {
  test.each([
    [{}],
    [{ redirect_uris: [] }],
    [{ redirect_uris: null }],
    [{ grant_types: ["authorization_code"] }],
  ])("R7591-1, OIDC-1: it is required of %j", (body) => {
    const { errors, findings } = assess(body);
    expect(errors).toEqual(["redirect_uris metadata.required"]);
    expect(findings.at(-1)).toMatchObject({ error: "invalid_redirect_uri" });
  });

  test("OIDC-1 one that is refused is not said to be missing as well", () => {
    expect(assess({ redirect_uris: ["javascript:x"] }).errors).toEqual([
      "redirect_uris[0] redirect_uri.scheme",
    ]);
  });
});

const GRANTS = ["authorization_code", "implicit", "client_credentials", "refresh_token", "password"];
const RESPONSES = supported.response_types_supported;
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  code: ["authorization_code"],
  none: ["authorization_code"],
  token: ["implicit"],
  id_token: ["implicit"],
  "id_token token": ["implicit"],
  "code id_token": BOTH,
  "code token": BOTH,
  "code id_token token": BOTH,
};

describe("whatever is asked and whatever the server has", () => {
  test("OIDC-2 what is registered agrees with the table, and OIDC-1 has the redirect URIs that were sent", () => {
    let registered = 0;
    const lists = fc.tuple(
      fc.subarray(GRANTS),
      fc.subarray(RESPONSES, { maxLength: 3 }),
      fc.subarray(GRANTS, { minLength: 1 }),
      fc.subarray(RESPONSES),
    );
    fc.assert(
      fc.property(lists, fc.boolean(), ([grants, responses, hasGrants, hasResponses], redirects) => {
        const { metadata } = assess(
          { ...(redirects && CALLBACK), grant_types: grants, response_types: responses },
          {
            supported: {
              ...supported,
              grant_types_supported: hasGrants,
              response_types_supported: hasResponses,
            },
          },
        );
        if (!metadata) return;
        registered++;
        const { grant_types = [], response_types = [] } = metadata;
        for (const type of response_types) {
          expect(hasResponses).toContain(type);
          expect(grant_types).toEqual(expect.arrayContaining([...(NEEDS[type] ?? ["unknown"])]));
        }
        for (const grant of grant_types) {
          expect(hasGrants).toContain(grant);
          if (!BOTH.includes(grant)) continue;
          expect(response_types.some((type) => NEEDS[type]?.includes(grant))).toBe(true);
          expect(redirects).toBe(true);
        }
        expect(metadata.redirect_uris).toEqual(redirects ? CALLBACK.redirect_uris : undefined);
      }),
      { numRuns: 1000 },
    );
    expect(registered).toBeGreaterThan(50);
  });

  test("R7591-33 grant types stand together only where the server offers both", () => {
    const grant_types = ["authorization_code", "client_credentials"];
    const asked = { ...CALLBACK, grant_types };
    expect(assess(asked).metadata).toMatchObject({ grant_types });
    const alone = { ...GENEROUS, grant_types_supported: ["authorization_code"] };
    expect(assess(asked, { supported: alone }).metadata?.grant_types).toEqual(["authorization_code"]);
    expect(assess(asked, { supported: alone, unsupportedMetadata: "refuse" }).errors).toEqual([
      "grant_types[1] metadata.unsupported",
    ]);
  });

  test("R7591-9 grant types and authentication methods may be absolute URIs", () => {
    const grant = "https://grants.example/device";
    const method = "https://methods.example/attested";
    const extended = {
      ...GENEROUS,
      grant_types_supported: ["authorization_code", grant],
      token_endpoint_auth_methods_supported: [method],
    };
    const body = {
      ...CALLBACK,
      grant_types: ["authorization_code", grant],
      token_endpoint_auth_method: method,
    };
    expect(assess(body, { supported: extended }).metadata).toMatchObject(body);
    expect(assess({ grant_types: [grant] }, { supported: extended }).errors).toEqual([]);
  });
});

describe("client authentication", () => {
  test("R7591-33 a public client has no client credentials grant (RFC 6749 section 4.4)", () => {
    const body = { grant_types: ["client_credentials"], token_endpoint_auth_method: "none" };
    expect(assess(body).errors).toEqual(["token_endpoint_auth_method metadata.inconsistent"]);
  });

  test.each(["private_key_jwt", "self_signed_tls_client_auth"])(
    "R7591-4 %s needs keys",
    (token_endpoint_auth_method) => {
      const body = { ...CALLBACK, token_endpoint_auth_method };
      expect(assess(body).errors).toEqual(["token_endpoint_auth_method jwks.required"]);
      expect(assess({ ...body, jwks: { keys: [EC_KEY] } }).errors).toEqual([]);
      expect(assess({ ...body, jwks_uri: "https://app.example/jwks" }).errors).toEqual([]);
      expect(assess({ ...body, jwks: null, jwks_uri: "" }).errors).toEqual([
        "token_endpoint_auth_method jwks.required",
      ]);
    },
  );

  test("R7591-4 jwks and jwks_uri are not given together, even if one of them is no good", () => {
    const both = { ...CALLBACK, jwks: { keys: [EC_KEY] }, jwks_uri: "https://app.example/jwks" };
    expect(assess(both).errors).toEqual(["jwks jwks.with_jwks_uri"]);
    expect(assess({ ...both, jwks_uri: "http://app.example/jwks" }).errors).toContain(
      "jwks jwks.with_jwks_uri",
    );
    expect(assess({ ...both, jwks_uri: null }).errors).toEqual([]);
  });

  test("keys may come with any method", () => {
    expect(assess({ ...CALLBACK, jwks: { keys: [EC_KEY] } }).metadata).toHaveProperty("jwks");
  });
});
