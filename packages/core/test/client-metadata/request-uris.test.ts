import { describe, expect, it } from "vitest";
import { assess, CALLBACK, KEYED } from "./assess.js";
import { EC_KEY } from "./good-values.js";

const HASH = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
const FILE = "https://app.example/request.jwt";

describe("request_uris (OpenID Connect Dynamic Client Registration section 2)", () => {
  it("OIDC-6 may carry the SHA-256 hash of the content", () => {
    const request_uris = [FILE, `${FILE}#${HASH}`, `${FILE}?v=2#${HASH}`];
    expect(assess({ ...KEYED, request_uris }).metadata).toMatchObject({ request_uris });
  });

  it.each([
    "",
    "top",
    HASH.slice(1),
    `${HASH}=`,
    `${HASH}A`,
    HASH.replace("-", "+"),
    HASH.replace(/U$/, "V"),
  ])("OIDC-6 #%s is no such hash", (fragment) => {
    expect(assess({ ...KEYED, request_uris: [FILE, `${FILE}#${fragment}`] }).errors).toEqual([
      "request_uris[1] request_uris.fragment",
    ]);
  });

  it("OIDC-6 are https even where request objects are signed", () => {
    const signed = { request_object_signing_alg: "RS256", require_signed_request_object: true };
    for (const uri of ["http://app.example/request.jwt", "urn:example:request", "file:///request.jwt"]) {
      expect(assess({ ...KEYED, ...signed, request_uris: [uri] }).errors).toEqual([
        "request_uris[0] metadata.https",
      ]);
    }
  });

  it("OIDC-6 are each given once", () => {
    expect(assess({ ...KEYED, request_uris: [FILE, `${FILE}?2`, FILE] }).errors).toEqual([
      "request_uris[2] metadata.twice",
    ]);
  });
});

describe("keys and the login address (OpenID Connect Dynamic Client Registration section 2)", () => {
  it.each(["jwks_uri", "initiate_login_uri"])("OIDC-6 %s is https", (member) => {
    expect(assess({ ...KEYED, [member]: "https://app.example/x" }).errors).toEqual([]);
    for (const uri of ["http://app.example/x", "http://localhost/x", "javascript:x", "data:,x"]) {
      expect(assess({ ...KEYED, [member]: uri }).errors).toEqual([`${member} metadata.https`]);
    }
  });

  it("OIDC-6 jwks has neither private nor symmetric keys", () => {
    const keys = (...all: object[]) => assess({ ...CALLBACK, jwks: { keys: all as (typeof EC_KEY)[] } });
    expect(keys(EC_KEY).errors).toEqual([]);
    expect(keys(EC_KEY, { ...EC_KEY, d: "AQAB" }).errors).toEqual(["jwks.keys[1] jwks.private_key"]);
    expect(keys({ kty: "oct", k: "AQAB" }).errors).toEqual(["jwks.keys[0] jwks.private_key"]);
    expect(keys({ kty: "oct" }).errors).toEqual(["jwks.keys[0] jwks.key_type"]);
  });
});
