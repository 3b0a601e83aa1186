import { describe, expect, test } from "vitest";
import { REGISTERED_MEMBERS } from "../../src/client-metadata/members.js";
import { redirectUriPolicy } from "../../src/redirect-uri/redirect-uri-policy.js";
import { mcpRedirects } from "../../src/redirect-uri/redirect-uri-profile.js";
import { assess, CALLBACK } from "./assess.js";

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

  test.each(addressed)("R7591-5 $name ($kind) refuses each dangerous one, in every language", (member) => {
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

  test("R7591-5 of pages may be http, of files may not", () => {
    expect(assess({ ...CALLBACK, client_uri: "http://app.example/" }).errors).toEqual([]);
    expect(assess({ ...CALLBACK, logo_uri: "http://app.example/logo.png" }).errors).toEqual([
      "logo_uri metadata.https",
    ]);
    expect(assess({ ...CALLBACK, client_uri: "com.example:/x" }).errors).toEqual([
      "client_uri metadata.web_scheme",
    ]);
  });
});

describe("http", () => {
  const PAGES = ["client_uri", "tos_uri", "policy_uri", "organization_uri", "information_uri"];
  const addressed = REGISTERED_MEMBERS.filter(({ kind }) => /_uri(?:_list)?$/.test(kind));

  test.each(addressed.filter(({ name }) => !PAGES.includes(name)))(
    "R7591-5 is no scheme for $name, in any language",
    (member) => {
      const isList = member.kind.endsWith("list");
      for (const name of member.localisable ? [member.name, `${member.name}#de-AT`] : [member.name]) {
        for (const address of ["http://app.example/x", "HTTP://app.example/x", "http://app.example:443/x"]) {
          const { metadata, errors } = assess({ ...CALLBACK, [name]: isList ? [address] : address });
          expect(metadata, address).toBeUndefined();
          expect(errors[0]).toMatch(/^\S+ (?:metadata\.https|redirect_uri\.http)$/);
        }
      }
    },
  );

  test("R7591-5 is one for pages that a person may open, and for nothing else that has an address", () => {
    const pages = REGISTERED_MEMBERS.filter(({ kind }) => kind === "page_uri").map(({ name }) => name);
    expect(pages.sort()).toEqual(PAGES.sort());
  });
});

describe("a private-use scheme", () => {
  const uri = (length: number) => `${"com.example.".padEnd(length, "a")}:/callback`;

  test("of more than 253 characters is refused", () => {
    expect(assess({ ...CALLBACK, redirect_uris: [uri(253)] }).errors).toEqual([]);
    expect(assess({ ...CALLBACK, redirect_uris: [...CALLBACK.redirect_uris, uri(254)] }).errors).toEqual([
      "redirect_uris[1] redirect_uri.scheme_length",
    ]);
  });

  test("of more characters stays valid where a client is registered with it", () => {
    expect(redirectUriPolicy(mcpRedirects).admits([uri(1900)], uri(1900))).toBe(true);
  });
});
