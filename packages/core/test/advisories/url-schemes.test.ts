import { beforeAll, describe, expect, test } from "vitest";
import type { MemberKind, MetadataMember } from "../../src/client-metadata/member-table.js";
import { REGISTERED_MEMBERS } from "../../src/client-metadata/members.js";
import { guardedFetch } from "../../src/guarded-fetch/guarded-fetch.js";
import type { JsonValue } from "../../src/lib/json.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import { PUBLIC } from "../support/managed-registration.js";
import { ISSUER, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import { attackedRegistration, PRESET_NAMES } from "../support/attacked-registration.js";

let key: TestKey;
beforeAll(async () => {
  key = await testKey();
});

const TITLE =
  "GHSA-q9xg-f2v2-695g (Windmill), CVE-2023-6717 (Keycloak), CVE-2026-22752 and CVE-2026-59354 (Spring Authorization Server)";

const URL_KINDS: readonly MemberKind[] = [
  "page_uri",
  "https_uri",
  "document_uri_list",
  "document_uri",
  "redirect_uri_list",
];
const URL_MEMBERS = REGISTERED_MEMBERS.filter(({ kind }) => URL_KINDS.includes(kind));

const SCHEMES = [
  "javascript:alert(document.domain)",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "\u0001javascript:alert(1)",
  "java\tscript:alert(1)",
  "java\nscript:alert(1)",
  "javascript://app.example/%0aalert(1)",
  "javascript://app.example/callback?//%0aalert(1)",
  "javascript:https://app.example/callback",
  "javascript&colon;alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
  "data:image/svg+xml;base64,PHN2Zy8+",
  "vbscript:msgbox(1)",
  "file:///etc/passwd",
  "file://app.example/share",
  "blob:https://app.example/9115d58c",
  "filesystem:https://app.example/temporary/x",
  "view-source:https://app.example/",
  "about:blank",
  "ftp://app.example/",
  "gopher://app.example/",
  "ldap://app.example/",
  "jar:https://app.example/x!/",
  "intent://app.example/#Intent;scheme=https;end",
  "https:javascript:alert(1)",
  "//app.example/callback",
  "/callback",
  'https://app.example/"onmouseover="alert(1)',
  "https://app.example/<script>alert(1)</script>",
  "https://app.example/'-alert(1)-'\\",
  "https://app.example@evil.example/",
  "https://evil.example\\@app.example/",
];
const HTTP = [
  "http://app.example/",
  "HTTP://app.example/",
  "http://10.0.0.1/",
  "http://localhost.evil.example/",
];

/** Pages may be `http`: a person opens them. Whatever a machine fetches or a browser is redirected to may not. */
const schemesAgainst = ({ kind }: MetadataMember) => (kind === "page_uri" ? SCHEMES : [...SCHEMES, ...HTTP]);
const valueOf = ({ kind }: MetadataMember, uri: string): JsonValue =>
  kind.endsWith("_list") ? ["https://app.example/callback", uri] : uri;
const namesOf = ({ name, localisable }: MetadataMember) =>
  localisable ? [name, `${name}#de`, `${name}#JA-jpan`] : [name];

function registrationOf(preset: (typeof PRESET_NAMES)[number]) {
  const document = JSON.stringify(["https://app.example/callback", "https://app.example/good"]);
  return attackedRegistration(preset, {
    guardedFetch: guardedFetch({
      connection: () =>
        Promise.resolve(new Response(document, { headers: { "content-type": "application/json" } })),
    }),
    softwareStatements: softwareStatements({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
    }),
  });
}

test("every member of the specifications that holds a URL is in the table as one", () => {
  const named = [
    ...["redirect_uris", "post_logout_redirect_uris", "claims_redirect_uris", "client_uri", "logo_uri"],
    ...[
      "tos_uri",
      "policy_uri",
      "jwks_uri",
      "signed_jwks_uri",
      "sector_identifier_uri",
      "initiate_login_uri",
    ],
    ...["request_uris", "frontchannel_logout_uri", "backchannel_logout_uri", "organization_uri"],
    ...["backchannel_client_notification_endpoint", "information_uri", "client_ip_ranges_uri"],
  ];
  expect(URL_MEMBERS.map(({ name }) => name).sort()).toEqual(named.sort());
  const namedLikeOne = REGISTERED_MEMBERS.filter(({ name }) => /_uris?$|_endpoint$/.test(name));
  const others = namedLikeOne.filter((member) => !URL_MEMBERS.includes(member)).map(({ name }) => name);
  // The name of a certificate, which may be a URN: nobody follows it.
  expect(others).toEqual(["tls_client_auth_san_uri"]);
});

describe.each(PRESET_NAMES)(`${TITLE} with %s`, (preset) => {
  test.each(URL_MEMBERS.map((member) => [member.name, member] as const))(
    "%s takes no URL that a browser runs or a machine should not fetch, in any language",
    async (_name, member) => {
      const registration = registrationOf(preset);
      for (const name of namesOf(member)) {
        const good = await registration.attempts({ [name]: valueOf(member, "https://app.example/good") });
        expect(
          good.map(({ answer }) => answer.status),
          good[0]?.answer.text,
        ).toEqual([201, 200]);
        for (const uri of schemesAgainst(member)) {
          for (const { by, answer, record } of await registration.attempts({
            [name]: valueOf(member, uri),
          })) {
            const what = `${by} ${name} ${uri}`;
            const error = name === "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata";
            expect([answer.status, answer.body["error"]], what).toEqual([400, error]);
            expect(record, what).toBeUndefined();
            expect(answer.text, what).not.toMatch(/alert|javascript|<|evil/i);
          }
        }
      }
    },
  );

  test("a trusted software statement brings none in either", async () => {
    const registration = registrationOf(preset);
    for (const member of URL_MEMBERS) {
      const software_statement = await key.sign({
        iss: ISSUER,
        [member.name]: valueOf(member, "javascript:alert(1)"),
      });
      for (const { answer, record } of await registration.attempts({ software_statement })) {
        expect(answer.status, member.name).toBe(400);
        expect(record, member.name).toBeUndefined();
      }
    }
  });

  test("the name of a certificate is no way in for them", async () => {
    const server = {
      issuer: "https://as.example",
      token_endpoint_auth_methods_supported: ["none", "tls_client_auth"],
    };
    const registration = attackedRegistration(preset, { authorizationServer: server, defaultScopes: [] });
    for (const uri of ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"]) {
      const attack = { tls_client_auth_san_uri: uri };
      const used = await registration.attempts({ ...attack, token_endpoint_auth_method: "tls_client_auth" });
      expect(used.map(({ answer }) => answer.status)).toEqual([400, 400]);
      for (const { record } of await registration.attempts(attack)) {
        expect(record?.metadata).not.toHaveProperty("tls_client_auth_san_uri");
      }
    }
  });

  test("a client with one bad URL among good ones is not registered at all", async () => {
    const registration = registrationOf(preset);
    const redirect_uris = [...PUBLIC.redirect_uris, "javascript:alert(1)"];
    const attempts = await registration.attempts({ redirect_uris, client_uri: "https://app.example/" });
    expect(attempts.map(({ record }) => record)).toEqual([undefined, undefined]);
  });
});
