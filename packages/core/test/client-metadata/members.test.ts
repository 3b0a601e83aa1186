import { describe, expect, test } from "vitest";
import {
  REGISTERED_MEMBERS,
  RESERVED_MEMBERS,
  type MemberKind,
  type MetadataMember,
} from "../../src/client-metadata/members.js";
import type { JsonValue } from "../../src/json.js";
import { assess, CALLBACK, TABLE } from "./assess.js";
import { goodValue } from "./good-values.js";

const NOT_A_STRING: readonly JsonValue[] = [7, 0, true, false, {}, { a: 1 }, ["x"], [["x"]]];
const NOT_A_LIST_OF_STRINGS: readonly JsonValue[] = [
  "x",
  7,
  true,
  {},
  { 0: "x", length: 1 },
  [7],
  [null],
  [["x"]],
  ["x", {}],
];

/** Values of the wrong type or shape for each kind. */
const WRONG: Readonly<Record<MemberKind, readonly JsonValue[]>> = {
  text: NOT_A_STRING,
  text_list: NOT_A_LIST_OF_STRINGS,
  token: [...NOT_A_STRING, "two words", 'quo"te', "back\\slash", "\u00e4", "line\n"],
  token_list: [...NOT_A_LIST_OF_STRINGS, ["two words"], [""], ["ok", "\t"]],
  boolean: ["true", "false", 0, 1, {}, [true]],
  seconds: ["60", -1, 1.5, 1e300, 2 ** 53, true, {}, [60]],
  application_type: [...NOT_A_STRING, "other", "Web"],
  subject_type: [...NOT_A_STRING, "other", "PUBLIC"],
  scope: [...NOT_A_STRING, 'quo"te'],
  page_uri: [...NOT_A_STRING, "not a uri", "/relative", "https://", "app.example"],
  https_uri: [...NOT_A_STRING, "not a uri", "http://app.example/", "//app.example/"],
  https_uri_list: [...NOT_A_LIST_OF_STRINGS, ["http://app.example/"], ["https://app.example/", ""]],
  redirect_uri_list: [...NOT_A_LIST_OF_STRINGS, [""], ["/callback"]],
  json_web_key_set: ["{}", 7, true, {}, { keys: [] }, ["x"]],
  object: ["{}", 7, true, ["x"], [{}]],
};

const place = (member: MetadataMember, value: JsonValue) => ({ ...CALLBACK, [member.name]: value });

describe("each member of the table", () => {
  test("has a name of its own", () => {
    const names = REGISTERED_MEMBERS.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const name of RESERVED_MEMBERS.keys()) expect(names).not.toContain(name);
  });

  test.each(REGISTERED_MEMBERS)("$name ($kind) takes a good value", (member) => {
    const good = goodValue(member);
    const { metadata, errors, warnings } = assess(place(member, good));
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

describe("addresses", () => {
  const addressed = REGISTERED_MEMBERS.filter(({ kind }) => /_uri(?:_list)?$/.test(kind));
  const DANGEROUS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript://app.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml,x",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://app.example/x",
    "about:blank",
    "ftp://app.example/",
    "https://good.example@evil.example/",
    "https://good.example\\evil.example/",
    "https://127.1/",
    "https://app.example:0/",
    " https://app.example/",
    "https://app.example/\u0000",
    "https://app.example/\n",
    '"onload="alert(1)',
    `https://app.example/${"a".repeat(2048)}`,
  ];

  test("are all members that any specification gives an address to", () => {
    expect(addressed.map(({ name }) => name).sort()).toEqual([
      "backchannel_client_notification_endpoint",
      "backchannel_logout_uri",
      "claims_redirect_uris",
      "client_ip_ranges_uri",
      "client_uri",
      "frontchannel_logout_uri",
      "information_uri",
      "initiate_login_uri",
      "jwks_uri",
      "logo_uri",
      "organization_uri",
      "policy_uri",
      "post_logout_redirect_uris",
      "redirect_uris",
      "request_uris",
      "sector_identifier_uri",
      "signed_jwks_uri",
      "tos_uri",
    ]);
  });

  test.each(addressed)("$name ($kind) refuses each dangerous one", (member) => {
    const isList = member.kind.endsWith("list");
    const names = member.localisable ? [member.name, `${member.name}#ja`] : [member.name];
    for (const name of names) {
      for (const address of DANGEROUS) {
        const { metadata, errors } = assess({ ...CALLBACK, [name]: isList ? [address] : address });
        expect(metadata, address).toBeUndefined();
        expect(errors[0]).toMatch(isList ? `${name}[0] ` : `${name} `);
      }
    }
  });

  test("of pages may be http, of files may not", () => {
    expect(assess({ ...CALLBACK, client_uri: "http://app.example/" }).errors).toEqual([]);
    expect(assess({ ...CALLBACK, logo_uri: "http://app.example/logo.png" }).errors).toEqual([
      "logo_uri metadata.https",
    ]);
    expect(assess({ ...CALLBACK, client_uri: "com.example:/x" }).errors).toEqual([
      "client_uri metadata.web_scheme",
    ]);
  });
});

describe("text", () => {
  test.each([
    ["a null", "a\u0000b"],
    ["a line end", "a\nb"],
    ["a tab", "a\tb"],
    ["an escape", "\u001b[31m"],
    ["a delete", "a\u007f"],
    ["a C1 control", "a\u0085b"],
    ["a line separator", "a\u2028b"],
    ["a paragraph separator", "a\u2029b"],
    ["an override of direction", "Safe \u202egpj.exe"],
    ["an embedding", "\u202ax"],
    ["an isolate", "\u2066x\u2069"],
    ["a lone high surrogate", "a\ud800"],
    ["a lone low surrogate", "\udc00a"],
  ])("with %s is refused", (_, client_name) => {
    expect(assess({ ...CALLBACK, client_name }).errors).toEqual(["client_name metadata.text"]);
    expect(assess({ ...CALLBACK, contacts: ["ok", client_name] }).errors).toEqual([
      "contacts[1] metadata.text",
    ]);
  });

  test.each([
    "\u65e5\u672c\u8a9e",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "\ud83d\udc69\u200d\ud83d\udcbb",
    "a & b <c> \"d\" 'e' \\",
    "x".repeat(1000),
  ])("%s is kept as it is", (client_name) => {
    expect(assess({ ...CALLBACK, client_name }).metadata).toMatchObject({ client_name });
  });

  test("has a longest length, a token too, and a list a highest count", () => {
    const text = (length: number) => "x".repeat(length);
    const list = (length: number) => Array.from({ length }, (_, i) => `value${i}`);
    expect(assess({ ...CALLBACK, client_name: text(1001) }).errors).toEqual(["client_name metadata.length"]);
    expect(assess({ ...CALLBACK, userinfo_signed_response_alg: text(255) }).errors).toEqual([]);
    expect(assess({ ...CALLBACK, userinfo_signed_response_alg: text(256) }).errors).toEqual([
      "userinfo_signed_response_alg metadata.length",
    ]);
    expect(assess({ ...CALLBACK, contacts: list(50) }).errors).toEqual([]);
    expect(assess({ ...CALLBACK, contacts: list(51) }).errors).toEqual(["contacts metadata.count"]);
    expect(assess({ ...CALLBACK, contacts: [text(1001), "ok", text(1001)] }).errors).toEqual([
      "contacts[0] metadata.length",
      "contacts[2] metadata.length",
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
  ])("%s is ignored", (name) => {
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
      ["x".repeat(65)]: 1,
      ok: 1,
    });
    expect(warnings).toEqual([
      ...Array.from({ length: 4 }, () => "(unprintable name) metadata.unknown"),
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
