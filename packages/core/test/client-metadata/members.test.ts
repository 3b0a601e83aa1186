import { describe, expect, test } from "vitest";
import type { MetadataMember } from "../../src/client-metadata/member-table.js";
import { REGISTERED_MEMBERS, RESERVED_MEMBERS } from "../../src/client-metadata/members.js";
import type { JsonValue } from "../../src/lib/json.js";
import { assess, CALLBACK, TABLE } from "./assess.js";
import { companionsOf, goodValue } from "./good-values.js";
import { WRONG } from "./wrong-values.js";

const place = (member: MetadataMember, value: JsonValue) => ({ ...CALLBACK, [member.name]: value });

describe("each member of the table", () => {
  test("has a name of its own", () => {
    const names = REGISTERED_MEMBERS.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const name of RESERVED_MEMBERS.keys()) expect(names).not.toContain(name);
  });

  test.each(REGISTERED_MEMBERS)("$name ($kind) takes a good value", (member) => {
    const good = goodValue(member);
    const { metadata, errors, warnings } = assess({ ...place(member, good), ...companionsOf(member.name) });
    expect(errors).toEqual([]);
    if (member.inputOnly) {
      expect(metadata).not.toHaveProperty([member.name]);
      expect(warnings).toEqual([`${member.name} metadata.input_only`]);
    } else {
      expect(metadata).toHaveProperty([member.name], good);
      expect(warnings).toEqual([]);
    }
  });

  test.each(REGISTERED_MEMBERS)("$name ($kind) refuses what is of another type or shape", (member) => {
    for (const wrong of WRONG[member.kind]) {
      const { metadata, findings } = assess(place(member, wrong));
      expect(metadata, JSON.stringify(wrong)).toBeUndefined();
      const errors = findings.filter((finding) => finding.severity === "error");
      expect(errors.map((error) => error.member)).toContain(member.name);
      const code = member.name === "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata";
      expect(errors.find((error) => error.member === member.name)?.error).toBe(code);
    }
  });

  test.each(REGISTERED_MEMBERS)(
    "$name: null, an empty string and an empty list mean that it is left out",
    (member) => {
      const without = assess(CALLBACK).metadata;
      for (const empty of [null, "", []]) {
        const { metadata, errors, warnings } = assess(place(member, empty));
        expect(warnings).toEqual([`${member.name} metadata.empty`]);
        if (member.name === "redirect_uris") expect(errors).toEqual(["redirect_uris metadata.required"]);
        else expect(metadata).toEqual(without);
      }
    },
  );
});

describe("all members together", () => {
  test("the good values agree with each other", () => {
    const body = Object.fromEntries(
      REGISTERED_MEMBERS.filter(({ name }) => name !== "jwks_uri").map((member) => [
        member.name,
        goodValue(member),
      ]),
    );
    expect(assess(body).errors).toEqual([]);
  });

  test.each(REGISTERED_MEMBERS)(
    "R7592-8 what is registered with $name can be sent back as it is",
    (member) => {
      const body = { ...place(member, goodValue(member)), ...companionsOf(member.name) };
      const { metadata = {} } = assess(body);
      expect(assess(metadata)).toMatchObject({ metadata, findings: [] });
    },
  );

  test("R7591-8 software_id and software_version are kept letter by letter", () => {
    const software = { software_id: " 4NRB1-0XZABZI9E6-5SM3R ", software_version: "2.0.0-RC 1" };
    expect(assess({ ...CALLBACK, ...software }).metadata).toMatchObject(software);
  });

  test("OIDC-5 default_max_age, require_auth_time and default_acr_values are of their kinds", () => {
    const good = {
      default_max_age: 0,
      require_auth_time: true,
      default_acr_values: ["urn:mace:incommon:iap:silver"],
    };
    expect(assess({ ...CALLBACK, ...good }).metadata).toMatchObject(good);
    const bad = { default_max_age: "60", require_auth_time: 1, default_acr_values: "1" };
    expect(assess({ ...CALLBACK, ...bad }).errors).toEqual([
      "default_max_age metadata.seconds",
      "require_auth_time metadata.boolean",
      "default_acr_values metadata.type",
    ]);
  });
});

describe("objects", () => {
  const nested = (depth: number): JsonValue => (depth === 0 ? 1 : { a: nested(depth - 1) });

  test("may be nested, but not too deeply", () => {
    expect(assess({ ...CALLBACK, vp_formats_supported: nested(8) }).errors).toEqual([]);
    expect(assess({ ...CALLBACK, vp_formats_supported: nested(9) }).errors).toEqual([
      "vp_formats_supported metadata.object",
    ]);
  });
});

describe("what is not in the table", () => {
  test.each([...RESERVED_MEMBERS])("%s is not taken from the client (%s)", (name, rule) => {
    const { metadata, warnings } = assess({ ...CALLBACK, [name]: "mine" });
    expect(metadata).not.toHaveProperty([name]);
    expect(warnings).toEqual([`${name} ${rule}`]);
  });

  test.each([
    "skip_consent",
    "trusted",
    "Client_Name",
    "CLIENT_NAME",
    "client_name ",
    "constructor",
    "hasOwnProperty",
  ])("R7591-6 %s is ignored", (name) => {
    const { metadata, errors } = assess({ ...CALLBACK, [name]: { a: 1 } });
    expect(metadata && Object.hasOwn(metadata, name)).toBe(false);
    expect(errors).toEqual([]);
  });

  test("__proto__ is a name like any other", () => {
    const body = JSON.parse(
      '{"redirect_uris":["https://app.example/"],"__proto__":{"scope":"read"}}',
    ) as typeof CALLBACK;
    const { metadata } = assess(body);
    expect(metadata).not.toHaveProperty("scope");
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
  });

  test("only a harmless name is repeated, and only the first of many", () => {
    const { warnings } = assess({
      ...CALLBACK,
      "<script>": 1,
      "a b": 1,
      "\u202e": 1,
      ["x".repeat(41)]: 1,
      // An access token, a hexadecimal key, and a secret behind a member's name.
      odcr_rat_Kq3Zr8xYt0BvWcD5eFgH7jK1mN2pQ4sR6uT8wX0yZAb: 1,
      "5d41402abc4b2a76b9719d911017c592": 1,
      "client_name#odcr_rat_Kq3Zr8xYt0BvWcD5eFgH7jK1mN2pQ": 1,
      ok: 1,
    });
    expect(warnings).toEqual([
      ...Array.from({ length: 7 }, () => "(unprintable name) metadata.unknown"),
      "ok metadata.unknown",
    ]);
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`unknown${i}`, 1]));
    expect(assess({ ...CALLBACK, ...many }).warnings).toHaveLength(20);
  });

  test("may be declared by the operator, and is then checked by its kind", () => {
    const extension: MetadataMember = { name: "x_tenant", kind: "token", localisable: true };
    const members = new Map([...TABLE, [extension.name, extension]]);
    expect(
      assess({ ...CALLBACK, x_tenant: "acme", "x_tenant#ja": "acme" }, { members }).metadata,
    ).toMatchObject({
      x_tenant: "acme",
      "x_tenant#ja": "acme",
    });
    expect(assess({ ...CALLBACK, x_tenant: "two words" }, { members }).errors).toEqual([
      "x_tenant metadata.token",
    ]);
    expect(assess({ ...CALLBACK, x_tenant: "" }, { members }).warnings).toEqual(["x_tenant metadata.empty"]);
  });
});

describe("findings", () => {
  test("name every error at once, each with its section and an ASCII sentence", () => {
    const { errors, findings } = assess({
      redirect_uris: ["https://app.example/cb", "http://app.example/cb", "https://*/cb"],
      token_endpoint_auth_method: 7,
      grant_types: ["client_credentials", "authorization_code"],
      response_types: ["token"],
      client_uri: "javascript:x",
      "client_name#ja": "\u0000",
      contacts: [7, "ok", ""],
      jwks: { keys: [{ kty: "oct" }, 7] },
      jwks_uri: "http://app.example/jwks",
      scope: '"',
      default_max_age: -1,
      require_auth_time: "no",
      request_uris: ["https://app.example/", "ftp://app.example/"],
    });
    expect(errors).toEqual([
      "redirect_uris[1] redirect_uri.http",
      "redirect_uris[2] uri.wildcard",
      "token_endpoint_auth_method metadata.type",
      "client_uri metadata.web_scheme",
      "client_name#ja metadata.text",
      "contacts[0] metadata.type",
      "jwks.keys[0] jwks.key_type",
      "jwks.keys[1] jwks.shape",
      "jwks_uri metadata.https",
      "scope scope.syntax",
      "default_max_age metadata.seconds",
      "require_auth_time metadata.boolean",
      "request_uris[1] metadata.https",
      "response_types[0] metadata.inconsistent",
      "grant_types[1] metadata.inconsistent",
      "jwks jwks.with_jwks_uri",
    ]);
    for (const { description, specification } of findings) {
      expect(description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(specification).toMatch(/^https:\/\//);
    }
  });
});
