import { exportSPKI, generateKeyPair, SignJWT, exportJWK, type CryptoKey, type JWK } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { requireSoftwareStatement } from "../../src/access/require-software-statement.js";
import { openRegistration } from "../../src/access/open-registration.js";
import { protectedRegistration } from "../../src/access/protected-registration.js";
import { allowSoftwareIds } from "../../src/policy/allow-software-ids.js";
import { policyTable } from "../../src/policy/policy-table.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import { PUBLIC } from "../client-configuration-endpoint/managed-desk.js";
import { base64url, ISSUER, NOW, rawToken } from "../json-web-token/token-issuer.js";
import { attackedDesk, PRESET_NAMES, type PresetName } from "./attacked-desk.js";
import { recordedConnection, redirectTo } from "./recording-connection.js";

const KEYS_AT = "https://keys.issuer.example/jwks";
const REMOTE = "https://remote-issuer.example";
const CLAIMS = { iss: ISSUER, software_id: "good", client_name: "Verified" };

let publicKey: CryptoKey, jwk: JWK;
let sign: (claims: object, header?: object, key?: CryptoKey) => Promise<string>;
let mallory: { privateKey: CryptoKey; jwk: JWK };
beforeAll(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  const other = await generateKeyPair("RS256", { extractable: true });
  publicKey = pair.publicKey;
  jwk = { ...(await exportJWK(publicKey)), kid: "key-1", alg: "RS256" };
  mallory = { privateKey: other.privateKey, jwk: { ...(await exportJWK(other.publicKey)), kid: "key-1" } };
  sign = (claims, header = {}, key = pair.privateKey) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", kid: "key-1", ...header }).sign(key);
});

function deskWith(preset: PresetName) {
  const connection = recordedConnection({ keys: [jwk] });
  const access =
    preset === "mcpPreset" ? openRegistration({ dangerouslyUnlimited: true }) : protectedRegistration();
  const desk = attackedDesk(preset, {
    access: requireSoftwareStatement(access),
    guardedFetch: connection.guardedFetch,
    policies: policyTable({ every: [allowSoftwareIds(["good"])] }),
    softwareStatements: softwareStatements({
      trustedIssuers: [
        { issuer: ISSUER, keys: { jwks: { keys: [jwk] } } },
        { issuer: REMOTE, keys: { jwksUri: KEYS_AT } },
      ],
      guardedFetch: connection.guardedFetch,
    }),
  });
  return { ...desk, connection, urls: () => connection.requests.map(({ url }) => url.href) };
}

/** Each forged statement, sent to register and, by a client with a good one, to update. */
async function expectRefused(preset: PresetName, forged: Readonly<Record<string, unknown>>): Promise<void> {
  const desk = deskWith(preset);
  const victim = await desk.innocent({ ...PUBLIC, software_statement: await sign(CLAIMS) });
  const before = await desk.record(victim.client_id);
  for (const [what, software_statement] of Object.entries(forged)) {
    const body = { ...PUBLIC, software_id: "good", software_statement };
    for (const answer of [await desk.post(body), await desk.put(victim, body)]) {
      expect(answer.status, what).toBe(400);
      expect(answer.body["error"], what).toMatch(
        /^(?:invalid|unapproved)_software_statement$|^invalid_client_metadata$/,
      );
    }
  }
  expect(await desk.record(victim.client_id)).toEqual(before);
  expect(desk.written.length).toBe(1);
  expect(desk.urls()).toEqual([]);
}

async function hmac(alg: "HS256" | "HS384" | "HS512", secret: Uint8Array<ArrayBuffer>, header: object) {
  const hash = { HS256: "SHA-256", HS384: "SHA-384", HS512: "SHA-512" }[alg];
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash }, false, ["sign"]);
  const input = `${base64url(JSON.stringify({ alg, ...header }))}.${base64url(JSON.stringify(CLAIMS))}`;
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(input));
  return `${input}.${base64url(new Uint8Array(mac))}`;
}

describe.each(PRESET_NAMES)("forged software statements (RFC 8725 section 2) with %s", (preset) => {
  test("a good one is taken, so that what follows is refused for what is wrong with it", async () => {
    const desk = deskWith(preset);
    const answer = await desk.post({ ...PUBLIC, software_statement: await sign(CLAIMS) });
    expect([answer.status, answer.body["client_name"]]).toEqual([201, "Verified"]);
    expect(desk.urls()).toEqual([]);
    const remote = await desk.post({ ...PUBLIC, software_statement: await sign({ ...CLAIMS, iss: REMOTE }) });
    expect([remote.status, desk.urls()]).toEqual([201, [KEYS_AT]]);
  });

  test("R7591-14: the algorithm none, in any spelling, with a signature or without", async () => {
    const signature = (await sign(CLAIMS)).split(".")[2] ?? "";
    const forged: Record<string, unknown> = {};
    for (const alg of [
      "none",
      "None",
      "NONE",
      "nOnE",
      "",
      " none",
      "none\u0000",
      null,
      undefined,
      ["none"],
      0,
    ]) {
      forged[`alg ${String(alg)}`] = rawToken({ alg }, CLAIMS);
      forged[`alg ${String(alg)}, signed`] = rawToken({ alg, kid: "key-1" }, CLAIMS, signature);
      forged[`alg ${String(alg)}, no dots`] = rawToken({ alg }, CLAIMS).replace(/\.$/, "");
    }
    await expectRefused(preset, forged);
  });

  test("R7591-14: a MAC with the public key, in any form, for its secret", async () => {
    const encoder = new TextEncoder();
    const forms = [
      encoder.encode(await exportSPKI(publicKey)),
      encoder.encode((await exportSPKI(publicKey)).trim()),
      new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)),
      encoder.encode(JSON.stringify(jwk)),
      encoder.encode(jwk.n ?? ""),
      new Uint8Array(Buffer.from(jwk.n ?? "", "base64url")),
      encoder.encode("key-1"),
      new Uint8Array(1),
    ];
    const forged: Record<string, unknown> = {};
    for (const [i, secret] of forms.entries()) {
      for (const alg of ["HS256", "HS384", "HS512"] as const) {
        forged[`${alg} ${i}`] = await hmac(alg, secret, { kid: "key-1" });
        forged[`${alg} ${i}, without kid`] = await hmac(alg, secret, {});
      }
    }
    await expectRefused(preset, forged);
  });

  test("a key or the address of a key in the header, which causes no request", async () => {
    const { privateKey } = mallory;
    const at = "https://evil.example/keys";
    const headers: readonly object[] = [
      {},
      { jwk: mallory.jwk },
      { jku: at },
      { x5u: at },
      { jku: at, jwk: mallory.jwk, x5u: at, kid: "mallory" },
      { jku: `${KEYS_AT}@evil.example` },
      { jku: "http://169.254.169.254/" },
      { jku: "file:///etc/passwd" },
      { x5c: ["MIIB"] },
      { kid: at },
    ];
    const forged: Record<string, unknown> = {};
    for (const header of headers) forged[JSON.stringify(header)] = await sign(CLAIMS, header, privateKey);
    await expectRefused(preset, forged);
  });

  test("a kid that would lead elsewhere", async () => {
    const kids = ["../../../../dev/null", "/dev/null", "/proc/sys/kernel/randomize_va_space", "key-1\u0000"];
    const queries = [
      "key-1' UNION SELECT 'secret",
      "key-1; ls",
      "$(id)",
      "__proto__",
      "constructor",
      "*",
      "KEY-1",
    ];
    const forged: Record<string, unknown> = {};
    for (const kid of [...kids, ...queries, "", " key-1"]) {
      forged[`signed, ${kid}`] = await sign(CLAIMS, { kid });
      forged[`with an empty secret, ${kid}`] = await hmac("HS256", new Uint8Array(1), { kid });
    }
    for (const kid of [null, 1, ["key-1"], { key: 1 }]) {
      const [, claims, signature] = (await sign(CLAIMS)).split(".");
      forged[JSON.stringify(kid)] =
        `${base64url(JSON.stringify({ alg: "RS256", kid }))}.${claims}.${signature}`;
    }
    await expectRefused(preset, forged);
  });

  test("another's signature, changed claims, critical extensions and other serialisations", async () => {
    const good = await sign(CLAIMS);
    const [header = "", claims = "", signature = ""] = good.split(".");
    const changed = base64url(JSON.stringify({ ...CLAIMS, client_name: "Evil" }));
    await expectRefused(preset, {
      "changed claims": `${header}.${changed}.${signature}`,
      "another header": `${base64url(JSON.stringify({ alg: "RS256" }))}.${claims}.${signature}`,
      "another algorithm": `${base64url(JSON.stringify({ alg: "PS256", kid: "key-1" }))}.${claims}.${signature}`,
      "no signature": `${header}.${claims}.`,
      "half a signature": good.slice(0, -100),
      "more behind it": `${good}.${signature}`,
      "white space": ` ${good}`,
      "a line end": `${good}\n`,
      critical: await sign(CLAIMS, { crit: ["b64"], b64: true }),
      "JSON serialization": JSON.stringify({ payload: claims, protected: header, signature }),
      "an object": { payload: claims, protected: header, signature },
      "a list": [good],
      encrypted: `${header}.${claims}.${signature}.${claims}.${signature}`,
      "a private key": await sign(CLAIMS, {}, mallory.privateKey),
      "type of an access token": await sign(CLAIMS, { typ: "at+jwt" }),
      "type of an assertion": await sign(CLAIMS, { typ: "client-authentication+jwt" }),
    });
  });

  test("claims of nobody, of another issuer, of another time or for another server", async () => {
    const claims: Readonly<Record<string, object>> = {
      "R7591-12 no iss": { ...CLAIMS, iss: undefined },
      "another iss": { ...CLAIMS, iss: "https://evil.example" },
      "iss with a slash": { ...CLAIMS, iss: `${ISSUER}/` },
      "iss in capitals": { ...CLAIMS, iss: ISSUER.toUpperCase() },
      "iss as a list": { ...CLAIMS, iss: [ISSUER] },
      "iss of the prototype": { ...CLAIMS, iss: "__proto__" },
      expired: { ...CLAIMS, exp: NOW - 3600 },
      "not yet valid": { ...CLAIMS, nbf: NOW + 3600 },
      "for another server": { ...CLAIMS, aud: "https://other.example" },
      "R7591-14 nested": { ...CLAIMS, software_statement: "e30.e30.e30" },
      "other software": { ...CLAIMS, software_id: "evil" },
      "no software": { ...CLAIMS, software_id: undefined },
    };
    const forged: Record<string, unknown> = {};
    for (const [what, body] of Object.entries(claims)) forged[what] = await sign(body);
    await expectRefused(preset, forged);
  });

  test("CVE-2026-32236 (Backstage): keys of an issuer that have moved are not followed", async () => {
    const desk = deskWith(preset);
    desk.connection.answer = () => redirectTo("https://evil.example/keys");
    const answer = await desk.post({ ...PUBLIC, software_statement: await sign({ ...CLAIMS, iss: REMOTE }) });
    expect(answer.status).toBe(503);
    expect(desk.urls()).toEqual([KEYS_AT]);
    expect(desk.written).toEqual([]);
  });

  test("R7591-13: what is sent beside a good one does not displace its claims, in any language", async () => {
    const desk = deskWith(preset);
    const software_statement = await sign({
      ...CLAIMS,
      redirect_uris: PUBLIC.redirect_uris,
      jwks: { keys: [jwk] },
    });
    const attack = {
      software_statement,
      client_name: "Evil",
      "client_name#ja": "Evil",
      "client_name#JA": "Evil",
      software_id: "evil",
      redirect_uris: ["https://evil.example/callback"],
      jwks_uri: "https://evil.example/jwks",
      signed_jwks_uri: "https://evil.example/jwks",
    };
    const victim = await desk.innocent({ ...PUBLIC, software_statement });
    const updated = await desk.put(victim, attack);
    expect(updated.status).toBe(200);
    expect(updated.body["software_statement"]).toBe(software_statement);
    expect(JSON.stringify((await desk.record(victim.client_id)).metadata)).not.toMatch(/evil/i);
    const registered = await desk.post({ ...PUBLIC, ...attack });
    expect(registered.status).toBe(201);
    expect(JSON.stringify(desk.written.at(-1)?.metadata)).not.toMatch(/evil/i);
  });
});
