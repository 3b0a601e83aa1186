import { describe, expect, test } from "vitest";
import { assess, CALLBACK, GENEROUS } from "./assess.js";

describe("what a client leaves out (RFC 7591 section 2)", () => {
  test("R7591-2 is said for it", () => {
    expect(assess(CALLBACK).metadata).toEqual({
      ...CALLBACK,
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code"],
      response_types: ["code"],
      application_type: "web",
    });
  });

  test.each([
    [["none", "client_secret_post"], "none"],
    [["client_secret_post", "client_secret_basic"], "client_secret_basic"],
    [["private_key_jwt"], "private_key_jwt"],
  ])("a server with %j gives %s", (token_endpoint_auth_methods_supported, method) => {
    const supported = { ...GENEROUS, token_endpoint_auth_methods_supported };
    const jwks_uri = "https://app.example/jwks";
    const { metadata } = assess({ ...CALLBACK, jwks_uri }, { supported });
    expect(metadata?.token_endpoint_auth_method).toBe(method);
  });

  test("nothing that was given is changed, not even frozen", () => {
    const body = Object.freeze({
      redirect_uris: Object.freeze(["http://localhost/cb"]),
      scope: "read  read admin",
    });
    const before = JSON.stringify(body);
    expect(assess(body).metadata).toMatchObject({ scope: "read" });
    expect(JSON.stringify(body)).toBe(before);
  });

  test("the same body gives the same assessment", () => {
    const body = { ...CALLBACK, grant_types: ["authorization_code", "x"], scope: "read admin", nonsense: 1 };
    expect(assess(body)).toEqual(assess(structuredClone(body)));
  });
});

describe("what the server does not have", () => {
  const refuse = { unsupportedMetadata: "refuse" } as const;

  test("R7591-7 grant types are dropped and named, or refused", () => {
    const body = { ...CALLBACK, grant_types: ["authorization_code", "password", "refresh_token"] };
    const narrowed = assess(body);
    expect(narrowed.metadata?.grant_types).toEqual(["authorization_code", "refresh_token"]);
    expect(narrowed.warnings).toEqual(["grant_types[1] metadata.unsupported"]);
    expect(assess(body, refuse).errors).toEqual(["grant_types[1] metadata.unsupported"]);
  });

  test("R7591-7 response types are dropped and named, or refused", () => {
    const grant_types = ["authorization_code", "implicit"];
    const body = { ...CALLBACK, grant_types, response_types: ["code", "code token", "token"] };
    const narrowed = assess(body);
    expect(narrowed.metadata?.response_types).toEqual(["code", "token"]);
    expect(narrowed.warnings).toEqual(["response_types[1] metadata.unsupported"]);
    expect(assess(body, refuse).errors).toEqual(["response_types[1] metadata.unsupported"]);
  });

  test("a response type goes with its grant type", () => {
    const supported = { ...GENEROUS, grant_types_supported: ["authorization_code"] };
    const body = {
      ...CALLBACK,
      grant_types: ["authorization_code", "implicit"],
      response_types: ["code", "token"],
    };
    const { metadata } = assess(body, { supported });
    expect(metadata).toMatchObject({ grant_types: ["authorization_code"], response_types: ["code"] });
  });

  test("the parts of a response type have no order", () => {
    const grant_types = ["authorization_code", "implicit"];
    const response_types = ["code", "token id_token", "id_token code"];
    const { metadata, findings } = assess({ ...CALLBACK, grant_types, response_types });
    expect(metadata).toMatchObject({ response_types });
    expect(findings).toEqual([]);
  });

  test("something must be left to start with", () => {
    expect(assess({ ...CALLBACK, grant_types: ["password"] }).errors).toEqual([
      "grant_types metadata.nothing_left",
    ]);
    expect(assess({ ...CALLBACK, grant_types: ["refresh_token"] }).errors).toEqual([
      "grant_types metadata.nothing_left",
    ]);
    const supported = { ...GENEROUS, response_types_supported: ["token"] };
    const { errors, warnings } = assess(CALLBACK, { supported });
    expect(errors).toEqual(["grant_types metadata.nothing_left"]);
    expect(warnings).toEqual([
      "response_types[0] metadata.unsupported",
      "grant_types[0] metadata.unsupported",
    ]);
  });

  test("what went with a value that was dropped is dropped too, and the rest registers", () => {
    const supported = {
      ...GENEROUS,
      grant_types_supported: ["authorization_code", "refresh_token"],
      response_types_supported: ["code"],
    };
    const hybrid = assess(
      {
        ...CALLBACK,
        grant_types: ["authorization_code", "implicit"],
        response_types: ["code", "code id_token"],
      },
      { supported },
    );
    expect(hybrid.errors).toEqual([]);
    expect(hybrid.metadata).toMatchObject({ grant_types: ["authorization_code"], response_types: ["code"] });

    const withoutToken = { ...supported, grant_types_supported: ["authorization_code", "implicit"] };
    const both = {
      ...CALLBACK,
      grant_types: ["authorization_code", "implicit"],
      response_types: ["code", "token"],
    };
    expect(assess(both, { supported: withoutToken }).metadata).toMatchObject({
      grant_types: ["authorization_code"],
      response_types: ["code"],
    });
  });

  test("a grant type that the server lacks is no reason to refuse the others", () => {
    const supported = {
      ...GENEROUS,
      grant_types_supported: ["authorization_code"],
      response_types_supported: ["code"],
    };
    for (const body of [
      { ...CALLBACK, grant_types: ["authorization_code", "implicit"] },
      { ...CALLBACK, response_types: ["code", "token"] },
    ]) {
      expect(assess(body, { supported }).metadata).toMatchObject({
        grant_types: ["authorization_code"],
        response_types: ["code"],
      });
      expect(assess(body, { supported, unsupportedMetadata: "refuse" }).errors).toHaveLength(1);
    }
  });

  test("R7591-7 how a client authenticates is never changed under its hands", () => {
    const body = { ...CALLBACK, token_endpoint_auth_method: "client_secret_jwt" };
    for (const unsupportedMetadata of ["narrow", "refuse"] as const) {
      expect(assess(body, { unsupportedMetadata }).errors).toEqual([
        "token_endpoint_auth_method metadata.unsupported",
      ]);
    }
  });

  test("names are compared as they are written", () => {
    const body = { ...CALLBACK, grant_types: ["authorization_code", "Refresh_Token", "__proto__"] };
    expect(assess(body).metadata?.grant_types).toEqual(["authorization_code"]);
  });

  test("values given twice count once", () => {
    const body = {
      ...CALLBACK,
      grant_types: ["authorization_code", "authorization_code"],
      response_types: ["code", "code"],
    };
    expect(assess(body).metadata).toMatchObject({
      grant_types: ["authorization_code"],
      response_types: ["code"],
    });
  });
});

describe("scope", () => {
  const defaultScopes = ["read", "profile"];

  test.each([
    ["read", "read", []],
    ["write read", "write read", []],
    ["  read   write ", "read write", []],
    ["read read", "read", []],
    ["read admin", "read", ["scope scope.unsupported"]],
    ["admin", undefined, ["scope scope.unsupported"]],
    ["READ", undefined, ["scope scope.unsupported"]],
    ["__proto__ toString", undefined, ["scope scope.unsupported"]],
  ])("R7591-3 %j is narrowed to %j", (scope, granted, warnings) => {
    const assessed = assess({ ...CALLBACK, scope }, { defaultScopes });
    expect(assessed.metadata?.scope).toBe(granted);
    expect(assessed.warnings).toEqual(warnings);
  });

  test.each([[{}], [{ scope: "" }], [{ scope: null }], [{ scope: "  " }]])(
    "R7591-3 %j asks for the default",
    (body) => {
      expect(assess({ ...CALLBACK, ...body }, { defaultScopes }).metadata?.scope).toBe("read profile");
    },
  );

  test("without a default there is none", () => {
    expect(assess(CALLBACK).metadata).not.toHaveProperty("scope");
  });

  test("an unsupported one is refused where the server refuses", () => {
    const assessed = assess({ ...CALLBACK, scope: "read admin" }, { unsupportedMetadata: "refuse" });
    expect(assessed.errors).toEqual(["scope scope.unsupported"]);
  });

  test.each([
    ["re\u00e4d", "scope.syntax"],
    ['re"ad', "scope.syntax"],
    ["re\\ad", "scope.syntax"],
    ["read\twrite", "scope.syntax"],
    ["read\nwrite", "scope.syntax"],
    ["a".repeat(4097), "metadata.length"],
    [["read"], "metadata.type"],
    [7, "metadata.type"],
    [{ read: true }, "metadata.type"],
  ])("R7591-3 %j is refused", (scope, rule) => {
    expect(assess({ ...CALLBACK, scope }).errors).toEqual([`scope ${rule}`]);
  });
});

describe("default_acr_values within acr_values_supported", () => {
  const body = { ...CALLBACK, default_acr_values: ["gold", "silver"] };
  const supported = (...acr_values_supported: string[]) => ({ ...GENEROUS, acr_values_supported });

  test("are dropped where the server does not have them, or refused where it refuses", () => {
    const narrowed = assess(body, { supported: supported("silver", "bronze") });
    expect(narrowed.metadata).toMatchObject({ default_acr_values: ["silver"] });
    expect(narrowed.warnings).toContain("default_acr_values[0] metadata.unsupported");
    expect(assess(body, { supported: supported("bronze") }).metadata).not.toHaveProperty(
      "default_acr_values",
    );
    const refused = assess(body, { supported: supported("silver"), unsupportedMetadata: "refuse" });
    expect(refused.errors).toEqual(["default_acr_values[0] metadata.unsupported"]);
  });

  test("are any where the server publishes no list", () => {
    expect(assess(body).metadata).toMatchObject({ default_acr_values: ["gold", "silver"] });
  });
});

describe("grant_types: []", () => {
  const body = { grant_types: [], token_endpoint_auth_method: "client_secret_basic" };
  const allowed = { clientsWithoutGrants: true, defaultScopes: ["read"] };

  test("registers a client without grants where the option allows it", () => {
    const { metadata, errors } = assess(body, allowed);
    expect(errors).toEqual([]);
    expect(metadata).toMatchObject({ grant_types: [], token_endpoint_auth_method: "client_secret_basic" });
    expect(metadata).not.toHaveProperty("response_types");
    expect(metadata).not.toHaveProperty("scope");
  });

  test("means what is left out, by default", () => {
    expect(assess({ ...body, ...CALLBACK }).metadata).toMatchObject({ grant_types: ["authorization_code"] });
    expect(assess(body).errors).toEqual(["redirect_uris metadata.required"]);
  });

  test("is for clients that authenticate, and for no response type", () => {
    expect(assess({ ...body, token_endpoint_auth_method: "none" }, allowed).errors).toEqual([
      "token_endpoint_auth_method metadata.inconsistent",
    ]);
    expect(assess({ ...body, response_types: ["code"] }, allowed).errors).toEqual([
      "response_types[0] metadata.inconsistent",
    ]);
  });

  test("is not what remains where the server has none of the grants that were asked for", () => {
    expect(assess({ ...CALLBACK, grant_types: ["password"] }, allowed).errors).toContain(
      "grant_types metadata.nothing_left",
    );
  });
});
