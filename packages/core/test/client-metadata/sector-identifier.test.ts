import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { checkSectorIdentifierDocument } from "../../src/client-metadata/sector-identifier.js";
import { RULES } from "../../src/client-metadata/rules.js";
import { assess, CALLBACK, GENEROUS } from "./assess.js";

const pairwise = (...redirect_uris: string[]) => ({ redirect_uris, subject_type: "pairwise" });
const REQUIRED = ["sector_identifier_uri sector_identifier_uri.required"];

describe("sector_identifier_uri (OpenID Connect Core section 8.1)", () => {
  it.each([
    [["https://app.example/a"], []],
    [["https://app.example/a", "https://app.example:8443/b", "https://APP.example/c"], []],
    [["http://127.0.0.1:1/a", "http://127.0.0.1:2/a"], []],
    [["https://app.example/a", "https://www.app.example/a"], REQUIRED],
    [["https://app.example/a", "http://127.0.0.1/a"], REQUIRED],
    [["http://127.0.0.1/a", "http://localhost/a"], REQUIRED],
    [["com.example.app:/callback"], REQUIRED],
  ])("OIDC-4 is required of pairwise subjects without one host: %j", (redirect_uris, errors) => {
    expect(assess(pairwise(...redirect_uris)).errors).toEqual(errors);
    expect(assess({ redirect_uris, subject_type: "public" }).errors).toEqual([]);
    expect(assess({ redirect_uris }).errors).toEqual([]);
    const sector_identifier_uri = "https://app.example/sector.json";
    expect(assess({ ...pairwise(...redirect_uris), sector_identifier_uri }).metadata).toMatchObject({
      sector_identifier_uri,
    });
  });

  it("OIDC-4 is an invalid_client_metadata, and said once", () => {
    const body = pairwise("https://a.example/", "https://b.example/");
    expect(assess(body).findings).toMatchObject([{ error: "invalid_client_metadata" }]);
    expect(assess({ ...body, sector_identifier_uri: null }).errors).toEqual(REQUIRED);
    expect(assess({ ...body, sector_identifier_uri: "http://a.example/" }).errors).toEqual([
      "sector_identifier_uri metadata.https",
    ]);
    const wrong = pairwise("https://a.example/", "javascript:x");
    expect(assess(wrong).errors).toEqual(["redirect_uris[1] redirect_uri.scheme"]);
  });

  it("OIDC-4 is https, whatever the subject type", () => {
    for (const sector_identifier_uri of ["http://app.example/s.json", "file:///s.json", "data:text/plain"]) {
      expect(assess({ ...CALLBACK, sector_identifier_uri }).errors).toEqual([
        "sector_identifier_uri metadata.https",
      ]);
    }
  });
});

describe("the document behind it (OpenID Connect Dynamic Client Registration section 5)", () => {
  const A = "https://a.example/cb";
  const B = "https://b.example/cb";

  it.each([
    [`["${A}","${B}"]`, true],
    [` [ "${B}" , "https://c.example/", "${A}", "${A}" ]\n`, true],
    [`["${A}"]`, "sector_identifier_uri.redirect_uri_missing"],
    ["[]", "sector_identifier_uri.redirect_uri_missing"],
    [`["${A}","${B}/"]`, "sector_identifier_uri.redirect_uri_missing"],
    [`["${A}","https://B.example/cb"]`, "sector_identifier_uri.redirect_uri_missing"],
    [`["${A}","${B}",7]`, "sector_identifier_uri.document"],
    [`["${A}","${B}",null]`, "sector_identifier_uri.document"],
    [`[["${A}","${B}"]]`, "sector_identifier_uri.document"],
    [`{"0":"${A}","1":"${B}","length":2}`, "sector_identifier_uri.document"],
    [`"${A} ${B}"`, "sector_identifier_uri.document"],
    [`["${A}","${B}"`, "sector_identifier_uri.document"],
    [`\ufeff["${A}","${B}"]`, "sector_identifier_uri.document"],
    ["null", "sector_identifier_uri.document"],
    ["", "sector_identifier_uri.document"],
    ["<html>", "sector_identifier_uri.document"],
  ])("OIDC-4 %j is judged %s", (text, verdict) => {
    expect(checkSectorIdentifierDocument(text, [A, B])).toBe(verdict);
  });

  it("OIDC-4 holds when every redirect URI is listed and fails when any one is not", () => {
    const uris = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(uris, fc.nat(), fc.array(fc.string()), (redirectUris, n, others) => {
        const shuffled = [...redirectUris].reverse().concat(others);
        expect(checkSectorIdentifierDocument(JSON.stringify(shuffled), redirectUris)).toBe(true);
        const missing = redirectUris[n % redirectUris.length];
        const short = shuffled.filter((uri) => uri !== missing);
        expect(checkSectorIdentifierDocument(JSON.stringify(short), redirectUris)).toBe(
          "sector_identifier_uri.redirect_uri_missing",
        );
      }),
    );
  });

  it("OIDC-4 never throws, whatever was fetched", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
        expect([
          true,
          "sector_identifier_uri.document",
          "sector_identifier_uri.redirect_uri_missing",
        ]).toContain(checkSectorIdentifierDocument(text, [A]));
      }),
    );
  });

  it("OIDC-4 says no more of a failed fetch than that it failed", () => {
    expect(RULES["sector_identifier_uri.unreachable"][0]).toBe("could not be fetched");
  });
});

describe("pairwise subjects with backchannel authentication", () => {
  const CIBA = "urn:openid:params:grant-type:ciba";
  const supported = { ...GENEROUS, grant_types_supported: [...GENEROUS.grant_types_supported, CIBA] };
  const body = (mode: string) => ({
    ...CALLBACK,
    subject_type: "pairwise",
    grant_types: ["authorization_code", CIBA],
    backchannel_token_delivery_mode: mode,
    backchannel_client_notification_endpoint: "https://app.example/ciba",
  });

  test.each(["poll", "ping"])("CIBA-4 need jwks_uri or a sector identifier with %s", (mode) => {
    expect(assess(body(mode), { supported }).errors).toEqual([
      "sector_identifier_uri sector_identifier_uri.backchannel",
    ]);
    for (const more of [
      { jwks_uri: "https://app.example/jwks" },
      { sector_identifier_uri: "https://app.example/sector.json" },
      { subject_type: "public" },
    ]) {
      expect(assess({ ...body(mode), ...more }, { supported }).errors, JSON.stringify(more)).toEqual([]);
    }
  });

  test("CIBA-4 have the host of the notification endpoint with push, and need nothing without the grant", () => {
    expect(assess(body("push"), { supported }).errors).toEqual([]);
    expect(assess(body("poll")).errors).toEqual([]);
  });
});
