import { exportSPKI } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { PUBLIC } from "../support/managed-registration.js";
import { base64url, rawToken } from "../json-web-token/token-issuer.js";
import { PRESET_NAMES } from "../support/attacked-registration.js";
import {
  CLAIMS,
  registrationTrusting,
  expectRefused,
  KEYS_AT,
  REMOTE,
  statementIssuer,
  type StatementIssuer,
} from "./statement-issuer.js";

let issuer: StatementIssuer;
beforeAll(async () => {
  issuer = await statementIssuer();
});

async function hmac(alg: "HS256" | "HS384" | "HS512", secret: Uint8Array<ArrayBuffer>, header: object) {
  const hash = { HS256: "SHA-256", HS384: "SHA-384", HS512: "SHA-512" }[alg];
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash }, false, ["sign"]);
  const input = `${base64url(JSON.stringify({ alg, ...header }))}.${base64url(JSON.stringify(CLAIMS))}`;
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(input));
  return `${input}.${base64url(new Uint8Array(mac))}`;
}

describe.each(PRESET_NAMES)("forged software statements (RFC 8725 section 2) with %s", (preset) => {
  test("a good one is taken, so that what follows is refused for what is wrong with it", async () => {
    const registration = registrationTrusting(issuer, preset);
    const answer = await registration.post({ ...PUBLIC, software_statement: await issuer.sign(CLAIMS) });
    expect([answer.status, answer.body["client_name"]]).toEqual([201, "Verified"]);
    expect(registration.urls()).toEqual([]);
    const remote = await registration.post({
      ...PUBLIC,
      software_statement: await issuer.sign({ ...CLAIMS, iss: REMOTE }),
    });
    expect([remote.status, registration.urls()]).toEqual([201, [KEYS_AT]]);
  });

  test("R7591-14: the algorithm none, in any spelling, with a signature or without", async () => {
    const signature = (await issuer.sign(CLAIMS)).split(".")[2] ?? "";
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
    await expectRefused(preset, issuer, forged);
  });

  test("R7591-14: a MAC with the public key, in any form, for its secret", async () => {
    const encoder = new TextEncoder();
    const forms = [
      encoder.encode(await exportSPKI(issuer.publicKey)),
      encoder.encode((await exportSPKI(issuer.publicKey)).trim()),
      new Uint8Array(await crypto.subtle.exportKey("spki", issuer.publicKey)),
      encoder.encode(JSON.stringify(issuer.jwk)),
      encoder.encode(issuer.jwk.n ?? ""),
      new Uint8Array(Buffer.from(issuer.jwk.n ?? "", "base64url")),
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
    await expectRefused(preset, issuer, forged);
  });

  test("a key or the address of a key in the header, which causes no request", async () => {
    const { mallory } = issuer;
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
    for (const header of headers)
      forged[JSON.stringify(header)] = await issuer.sign(CLAIMS, header, mallory.privateKey);
    await expectRefused(preset, issuer, forged);
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
      forged[`signed, ${kid}`] = await issuer.sign(CLAIMS, { kid });
      forged[`with an empty secret, ${kid}`] = await hmac("HS256", new Uint8Array(1), { kid });
    }
    for (const kid of [null, 1, ["key-1"], { key: 1 }]) {
      const [, claims, signature] = (await issuer.sign(CLAIMS)).split(".");
      forged[JSON.stringify(kid)] =
        `${base64url(JSON.stringify({ alg: "RS256", kid }))}.${claims}.${signature}`;
    }
    await expectRefused(preset, issuer, forged);
  });

  test("another's signature, changed claims, critical extensions and other serialisations", async () => {
    const good = await issuer.sign(CLAIMS);
    const [header = "", claims = "", signature = ""] = good.split(".");
    const changed = base64url(JSON.stringify({ ...CLAIMS, client_name: "Evil" }));
    await expectRefused(preset, issuer, {
      "changed claims": `${header}.${changed}.${signature}`,
      "another header": `${base64url(JSON.stringify({ alg: "RS256" }))}.${claims}.${signature}`,
      "another algorithm": `${base64url(JSON.stringify({ alg: "PS256", kid: "key-1" }))}.${claims}.${signature}`,
      "no signature": `${header}.${claims}.`,
      "half a signature": good.slice(0, -100),
      "more behind it": `${good}.${signature}`,
      "white space": ` ${good}`,
      "a line end": `${good}\n`,
      critical: await issuer.sign(CLAIMS, { crit: ["b64"], b64: true }),
      "JSON serialization": JSON.stringify({ payload: claims, protected: header, signature }),
      "an object": { payload: claims, protected: header, signature },
      "a list": [good],
      encrypted: `${header}.${claims}.${signature}.${claims}.${signature}`,
      "a private key": await issuer.sign(CLAIMS, {}, issuer.mallory.privateKey),
      "type of an access token": await issuer.sign(CLAIMS, { typ: "at+jwt" }),
      "type of an assertion": await issuer.sign(CLAIMS, { typ: "client-authentication+jwt" }),
    });
  });
});
