import { beforeAll, describe, expect, test } from "vitest";
import { REGISTERED_MEMBERS } from "../../src/client-metadata/members.js";
import { allowRedirectHosts } from "../../src/policy/allow-redirect-hosts.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import { PUBLIC, updateOf } from "../support/managed-registration.js";
import { ISSUER, rawToken, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import {
  attackedRegistration,
  ENDPOINT,
  PRESET_NAMES,
  type PresetName,
} from "../support/attacked-registration.js";
import {
  INTERNAL_URLS,
  jsonDocument,
  recordedConnection,
  redirectTo,
} from "../support/recording-connection.js";

let key: TestKey;
beforeAll(async () => {
  key = await testKey();
});

const SECTOR = "https://sector.example/uris.json";
const URL_KINDS = ["page_uri", "https_uri", "document_uri", "document_uri_list", "redirect_uri_list"];
const UNFETCHED = REGISTERED_MEMBERS.filter(
  ({ name, kind }) => URL_KINDS.includes(kind) && name !== "sector_identifier_uri",
);

function registrationWith(preset: PresetName) {
  const connection = recordedConnection();
  const registration = attackedRegistration(preset, {
    guardedFetch: connection.guardedFetch,
    policies: { every: [allowRedirectHosts(["app.example"])] },
    softwareStatements: softwareStatements({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
    }),
  });
  return { ...registration, connection, urls: () => connection.requests.map(({ url }) => url.href) };
}

describe.each(PRESET_NAMES)("server-side request forgery with %s", (preset) => {
  test("CVE-2026-1180, CVE-2020-10770 (Keycloak), CVE-2021-26715 (MITREid), CVE-2022-36663 (Gluu), CVE-2022-24129 (Shibboleth): neither registration nor update asks for jwks_uri, request_uris, logo_uri or any other URL", async () => {
    const registration = registrationWith(preset);
    for (const { name, kind, localisable } of UNFETCHED) {
      for (const url of ["https://app.example/document", ...INTERNAL_URLS]) {
        const value = kind.endsWith("_list") ? ["https://app.example/callback", url] : url;
        await registration.attempts({ [name]: value, ...(localisable && { [`${name}#de`]: value }) });
      }
    }
    expect(registration.urls()).toEqual([]);
    expect(registration.written.length).toBeGreaterThan(0);
  });

  test.each([
    ...["jwks_uri", "signed_jwks_uri", "client_ip_ranges_uri", "request_uris"],
    ...["backchannel_logout_uri", "backchannel_client_notification_endpoint"],
  ])("no address in a private network is registered as %s, to which a server sends requests", (member) => {
    for (const url of INTERNAL_URLS.filter((internal) => internal.startsWith("https:"))) {
      const findings = attackedRegistration(preset).registration.explainClientMetadata({
        redirect_uris: ["https://app.example/callback"],
        [member]: member.endsWith("s") ? [url] : url,
      }).findings;
      expect(findings.map(({ place, severity }) => [place.replace("[0]", ""), severity])).toContainEqual([
        member,
        "error",
      ]);
    }
  });

  test("neither do addresses that hide in a key, in a text or in a member of no meaning", async () => {
    const registration = registrationWith(preset);
    const url = "https://evil.example/keys";
    const attempts = await registration.attempts({
      jwks: { keys: [{ ...key.jwk, x5u: url, jku: url }], x5u: url },
      contacts: [url],
      description: url,
      software_id: url,
      vp_formats_supported: { jwt_vc: { uri: url } },
      webhook: url,
      unknown_uri: url,
    });
    expect(attempts.map(({ answer }) => answer.status)).toEqual([201, 200]);
    for (const { record } of attempts) expect(JSON.stringify(record?.metadata.jwks)).not.toContain(url);
    expect(registration.urls()).toEqual([]);
  });

  test("Janssen #14540: nothing is sent for a sector_identifier_uri that is not https to a public host", async () => {
    const registration = registrationWith(preset);
    for (const sector_identifier_uri of INTERNAL_URLS) {
      for (const { answer, record } of await registration.attempts({ sector_identifier_uri })) {
        expect([answer.status, record], sector_identifier_uri).toEqual([400, undefined]);
      }
    }
    expect(registration.urls()).toEqual([]);
  });

  test("Janssen #14540: nor for a good one before every other rule holds", async () => {
    const registration = registrationWith(preset);
    const broken: readonly object[] = [
      { redirect_uris: ["javascript:alert(1)"] },
      { redirect_uris: ["https://evil.example/callback"] },
      { redirect_uris: [] },
      { logo_uri: "http://app.example/logo.png" },
      { token_endpoint_auth_method: "client_secret_jwt" },
      { grant_types: ["password"] },
      { scope: 'a"b' },
      { contacts: "no list" },
      { jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } },
      { default_max_age: -1 },
      { subject_type: "else" },
      { software_statement: rawToken({ alg: "none" }, { iss: ISSUER }) },
      { software_statement: 7 },
    ];
    for (const flaw of broken) {
      for (const { answer, by } of await registration.attempts({ sector_identifier_uri: SECTOR, ...flaw })) {
        expect(answer.status, `${by} ${JSON.stringify(flaw)}`).toBe(400);
      }
    }
    const victim = await registration.innocent();
    const update = { ...updateOf(victim), sector_identifier_uri: SECTOR };
    const own = victim.registration_access_token;
    await registration.send("PUT", victim.registration_client_uri, "odcr_rat_made-up", update);
    await registration.send("PUT", victim.registration_client_uri, own, { ...update, client_id: "another" });
    await registration.send("PUT", victim.registration_client_uri, own, {
      ...update,
      client_id_issued_at: 1,
    });
    await registration.send("POST", ENDPOINT, "odcr_iat_made-up", {
      ...PUBLIC,
      sector_identifier_uri: SECTOR,
    });
    registration.registration.explainClientMetadata({ ...PUBLIC, sector_identifier_uri: SECTOR });
    expect(registration.urls()).toEqual([]);
  });

  test("a good one is asked for once, with nothing in the request that is ours", async () => {
    const registration = registrationWith(preset);
    expect((await registration.post({ ...PUBLIC, sector_identifier_uri: SECTOR })).status).toBe(201);
    expect(registration.urls()).toEqual([SECTOR]);
    const names = Object.keys(registration.connection.requests[0]?.headers ?? {});
    expect(names.sort()).toEqual(["accept", "accept-encoding", "user-agent"]);
  });

  test("CVE-2026-32236 (Backstage): no redirect is followed, wherever it leads", async () => {
    const registration = registrationWith(preset);
    for (const status of [301, 302, 303, 307, 308]) {
      for (const location of ["https://169.254.169.254/", "http://sector.example/", SECTOR, "/other"]) {
        registration.connection.answer = () => redirectTo(location, PUBLIC.redirect_uris, status);
        const before = registration.urls().length;
        const answer = await registration.post({ ...PUBLIC, sector_identifier_uri: SECTOR });
        expect(answer.status).toBe(400);
        expect(registration.urls().slice(before)).toEqual([SECTOR]);
      }
    }
    expect(registration.written).toEqual([]);
  });

  test("CVE-2026-1180: whether a host was there, refused or redirected, the answer is the same", async () => {
    const registration = registrationWith(preset);
    const answers = new Set<string>();
    const outcomes: readonly (() => Response)[] = [
      () => redirectTo("https://10.0.0.1/", PUBLIC.redirect_uris),
      () => new Response("no", { status: 404 }),
      () => new Response("no", { status: 500 }),
      () => new Response("<html>", { headers: { "content-type": "text/html" } }),
      () => jsonDocument("x".repeat(70_000)),
      () => {
        throw new Error("connect ECONNREFUSED 10.0.0.1:443");
      },
    ];
    for (const outcome of outcomes) {
      registration.connection.answer = outcome;
      const { status, text } = await registration.post({ ...PUBLIC, sector_identifier_uri: SECTOR });
      answers.add(`${status} ${text}`);
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).not.toMatch(/10\.0|ECONN|html/);
  });

  test("a server that sends no requests refuses a sector_identifier_uri instead of believing it", async () => {
    const registration = attackedRegistration(preset);
    expect((await registration.post({ ...PUBLIC, sector_identifier_uri: SECTOR })).status).toBe(400);
  });
});
