import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/lib/json.js";
import { assess, CALLBACK } from "./assess.js";

const EC = {
  kty: "EC",
  crv: "P-256",
  x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
  y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
};

describe("texts and numbers inside a structured member", () => {
  test.each([
    [{ jwt_vc_json: { alg_values: ["ES256"] } }, []],
    [{ "a\u0000": 1 }, ["vp_formats_supported metadata.object"]],
    [{ a: "\ud800" }, ["vp_formats_supported metadata.object"]],
    [{ a: ["x\u202ey"] }, ["vp_formats_supported metadata.object"]],
    [{ a: Number.POSITIVE_INFINITY }, ["vp_formats_supported metadata.object"]],
    [{ a: { b: null } }, ["vp_formats_supported metadata.object"]],
  ])("%j", (vp_formats_supported, errors) => {
    expect(assess({ ...CALLBACK, vp_formats_supported }).errors).toEqual(errors);
  });

  test.each([
    [{ kid: "key 1", key_ops: ["verify"] }, []],
    [{ kid: "a\u0000b" }, ["jwks.keys[0] jwks.public_member"]],
    [{ kid: "\udfff" }, ["jwks.keys[0] jwks.public_member"]],
    [{ use: "" }, ["jwks.keys[0] jwks.public_member"]],
    [{ key_ops: [] }, ["jwks.keys[0] jwks.public_member"]],
    [{ kid: null }, ["jwks.keys[0] jwks.public_member"]],
  ])("a key with %j", (members, errors) => {
    expect(assess({ ...CALLBACK, jwks: { keys: [{ ...EC, ...members }] } }).errors).toEqual(errors);
  });
});

describe("a text of nothing but white space", () => {
  test.each(["client_name", "scope", "client_uri"])("%s is taken as omitted", (member) => {
    const { metadata, errors, warnings } = assess({ ...CALLBACK, [member]: " \t " });
    expect(errors).toEqual([]);
    expect(warnings).toEqual([`${member} metadata.empty`]);
    expect(metadata).not.toHaveProperty(member);
  });
});

describe("a name that changes what an object is", () => {
  test("has no place inside a structured member", () => {
    const vp_formats_supported = JSON.parse('{"a":{"__proto__":{"b":1}}}') as JsonObject;
    expect(assess({ ...CALLBACK, vp_formats_supported }).errors).toEqual([
      "vp_formats_supported metadata.object",
    ]);
  });
});

describe("values given twice", () => {
  test("count once, and warnings keep the places of the body", () => {
    const { metadata, warnings } = assess({
      ...CALLBACK,
      grant_types: [
        "authorization_code",
        "authorization_code",
        "urn:ietf:params:oauth:grant-type:device_code",
      ],
    });
    expect(metadata?.grant_types).toEqual(["authorization_code"]);
    expect(warnings).toEqual(["grant_types[2] metadata.unsupported"]);
  });
});
