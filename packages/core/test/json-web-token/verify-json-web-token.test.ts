import fc from "fast-check";
import { SignJWT, type JWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { trustedSigners, type TrustedIssuer } from "../../src/json-web-token/trusted-issuer.js";
import { verifyJsonWebToken } from "../../src/json-web-token/verify-json-web-token.js";
import type { JsonObject } from "../../src/lib/json.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { base64url, ISSUER, JWKS_URI, NOW, rawToken, testKey, type TestKey } from "./token-issuer.js";

let key: TestKey, rsa: TestKey, ed: TestKey;
beforeAll(async () => {
  [key, rsa, ed] = await Promise.all([testKey(), testKey("RS256", "rsa"), testKey("Ed25519", "ed")]);
});

function verifier(keys: readonly JWK[], algorithms?: readonly string[], audience: readonly string[] = []) {
  const signers = trustedSigners(
    [{ issuer: ISSUER, keys: { jwks: { keys: [...keys] } }, ...(algorithms && { algorithms }) }],
    undefined,
  );
  return async (token: string) => {
    const result = await verifyJsonWebToken(
      token,
      {
        signerOf: (issuer) => signers.get(issuer),
        types: [undefined, "jwt"],
        audience,
        clockToleranceSeconds: 60,
      },
      NOW,
    );
    return result.ok ? "ok" : result.error.reason;
  };
}
const claims = (more: JsonObject = {}): JsonObject => ({ iss: ISSUER, ...more });

describe("a token that holds", () => {
  it.each(["RS256", "PS256", "ES256", "EdDSA", "Ed25519"])("R7591-12 is signed with %s", async (alg) => {
    const own = await testKey(alg);
    expect(await verifier([own.jwk])(await own.sign(claims()))).toBe("ok");
    expect(await verifier([{ ...own.jwk, alg, use: "sig" }])(await own.sign(claims()))).toBe("ok");
  });

  it.each(["RS384", "RS512", "PS384", "PS512", "ES384", "ES512"])(
    "is signed with %s where that is listed",
    async (alg) => {
      const own = await testKey(alg);
      const token = await own.sign(claims());
      expect(await verifier([own.jwk])(token)).toBe("algorithm");
      expect(await verifier([own.jwk], [alg])(token)).toBe("ok");
    },
  );

  it("finds its key among others without kid, and only the named one with it", async () => {
    const other = await testKey("ES256", "other");
    const { kid: _, ...unnamed } = key.jwk;
    const token = await key.sign(claims());
    const tokenWithoutKid = await key.sign(claims(), { kid: undefined });
    expect(await verifier([other.jwk, rsa.jwk, key.jwk])(tokenWithoutKid)).toBe("ok");
    expect(await verifier([other.jwk, unnamed])(tokenWithoutKid)).toBe("ok");
    expect(await verifier([other.jwk, unnamed])(token)).toBe("unknown_key");
    // Two keys of one name: either may be meant.
    expect(await verifier([{ ...other.jwk, kid: "key-1" }, key.jwk])(token)).toBe("ok");
  });

  it("may say JWT of itself, in any letter case, and nothing else", async () => {
    const verify = verifier([key.jwk]);
    for (const typ of ["JWT", "jwt", "application/jwt"]) {
      expect(await verify(await key.sign(claims(), { typ }))).toBe("ok");
    }
    for (const typ of ["at+jwt", "logout+jwt", "", "jwt ", "application/application/jwt"]) {
      expect(await verify(await key.sign(claims(), { typ }))).toBe("type");
    }
  });

  it("is good from nbf until exp, with 60 seconds for clocks that differ", async () => {
    const verify = verifier([key.jwk]);
    const outcomes: [JsonObject, string][] = [
      [{ exp: NOW - 59 }, "ok"],
      [{ exp: NOW - 60 }, "expired"],
      [{ nbf: NOW + 60 }, "ok"],
      [{ nbf: NOW + 61 }, "not_yet_valid"],
      [{ iat: NOW + 60 }, "ok"],
      [{ iat: NOW + 61 }, "issued_in_future"],
      [{ exp: 0 }, "expired"],
      [{ exp: -1e300 }, "expired"],
    ];
    for (const [times, outcome] of outcomes) {
      expect([times, await verify(await key.sign(claims(times)))]).toEqual([times, outcome]);
    }
  });

  it("with an audience names us, and without our having a name no audience is ours", async () => {
    const verify = verifier([key.jwk], undefined, ["us", "also us"]);
    for (const aud of ["us", "also us", ["them", "us"]]) {
      expect(await verify(await key.sign(claims({ aud })))).toBe("ok");
    }
    for (const aud of ["them", "US", "us/", ["them"]]) {
      expect(await verify(await key.sign(claims({ aud })))).toBe("audience");
    }
    expect(await verify(await key.sign(claims()))).toBe("ok");
    expect(await verifier([key.jwk])(await key.sign(claims({ aud: "us" })))).toBe("audience");
  });
});

describe("a hostile token", () => {
  it.each(["none", "None", "NONE", "nOnE"])("R7591-14 refuses alg %s", async (alg) => {
    const verify = verifier([key.jwk, rsa.jwk]);
    expect(await verify(rawToken({ alg }, claims()))).toBe("algorithm");
    const [, , signature] = (await key.sign(claims())).split(".");
    expect(await verify(rawToken({ alg }, claims(), signature))).toBe("algorithm");
  });

  it.each(["HS256", "HS384", "HS512"])(
    "R7591-14 refuses %s with the public key as the secret",
    async (alg) => {
      const secrets = [JSON.stringify(rsa.jwk), rsa.jwk.n ?? ""].map((text) =>
        new TextEncoder().encode(text),
      );
      for (const secret of [...secrets, Buffer.from(rsa.jwk.n ?? "", "base64url")]) {
        const token = await new SignJWT(claims()).setProtectedHeader({ alg, kid: "rsa" }).sign(secret);
        expect(await verifier([rsa.jwk])(token)).toBe("algorithm");
      }
    },
  );

  it("is not verified with a symmetric or a private key of the set", async () => {
    const secret = new Uint8Array(32);
    const oct = { kty: "oct", k: base64url(secret), kid: "oct" };
    const mac = await new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "oct" }).sign(secret);
    expect(await verifier([oct, key.jwk])(mac)).toBe("algorithm");
    const published = { ...rsa.jwk, d: "AQAB" };
    expect(await verifier([published, key.jwk])(await rsa.sign(claims()))).toBe("unknown_key");
  });

  it("does not swap one key for another by its kid", async () => {
    const mallory = await testKey("ES256", "mallory");
    const verify = verifier([key.jwk, rsa.jwk]);
    const told = async (kid: unknown) => verify(await mallory.sign(claims(), { kid }));
    expect(await told("key-1")).toBe("signature");
    expect(await told("mallory")).toBe("unknown_key");
    expect(await told("rsa")).toBe("unknown_key");
    expect(await told(undefined)).toBe("signature");
    for (const kid of ["", "../key-1", "key-1\0", "__proto__", "constructor"]) {
      expect(await told(kid)).toBe("unknown_key");
    }
    expect(await verify(rawToken({ alg: "ES256", kid: ["key-1"] }, claims(), "AA"))).toBe("malformed");
  });

  it("does not use a key for another algorithm, use or operation than its own", async () => {
    const token = await rsa.sign(claims());
    for (const bound of [{ alg: "PS256" }, { alg: "RS512" }, { use: "enc" }, { key_ops: ["encrypt"] }]) {
      expect(await verifier([{ ...rsa.jwk, ...bound }, key.jwk])(token)).toBe("unknown_key");
    }
    expect(await verifier([{ ...rsa.jwk, key_ops: ["verify"] }])(token)).toBe("ok");
    const p384 = await testKey("ES384");
    expect(await verifier([p384.jwk])(await key.sign(claims()))).toBe("unknown_key");
  });

  it("is not trusted for a key or an address of keys in its own header", async () => {
    const mallory = await testKey("ES256", "mallory");
    const verify = verifier([key.jwk]);
    const { kid: _, ...jwk } = mallory.jwk;
    for (const header of [{ jwk }, { jku: JWKS_URI }, { x5u: JWKS_URI }, { x5c: ["MIIB"] }]) {
      expect(await verify(await mallory.sign(claims(), header))).toBe("unknown_key");
      expect(await verify(await mallory.sign(claims(), { ...header, kid: "key-1" }))).toBe("signature");
    }
  });

  it("calls nothing critical", async () => {
    const verify = verifier([key.jwk]);
    for (const crit of [["b64"], ["exp"], [], ["http://example/unknown"], "b64", null]) {
      expect(await verify(rawToken({ alg: "ES256", kid: "key-1", crit, b64: true }, claims(), "AA"))).toBe(
        "malformed",
      );
    }
    const signed = await new SignJWT(claims())
      .setProtectedHeader({ alg: "ES256", kid: "key-1", b64: true, crit: ["b64"] })
      .sign(key.privateKey);
    expect(await verify(signed)).toBe("malformed");
  });

  it("keeps the signature of its own header and claims", async () => {
    const verify = verifier([key.jwk]);
    const [header = "", , signature = ""] = (await key.sign(claims())).split(".");
    expect(await verify(`${header}.${base64url(JSON.stringify(claims({ admin: true })))}.${signature}`)).toBe(
      "signature",
    );
    expect(await verify(rawToken({ alg: "ES256" }, claims(), signature))).toBe("signature");
    // The ECDSA signature of zeros that some libraries took for valid.
    expect(await verify(rawToken({ alg: "ES256" }, claims(), base64url(new Uint8Array(64))))).toBe(
      "signature",
    );
    expect(await verify(rawToken({ alg: "ES256" }, claims()))).toBe("signature");
  });

  it("from somebody else is not judged any further", async () => {
    const verify = verifier([key.jwk]);
    const iss = ["https://issuer.example/", "https://ISSUER.example", "https://evil.example", "__proto__"];
    for (const other of iss)
      expect(await verify(await key.sign(claims({ iss: other })))).toBe("untrusted_issuer");
  });

  it("is no longer than 16 KiB", async () => {
    const verify = verifier([key.jwk]);
    const sized = async (length: number) => {
      const [empty, one] = await Promise.all(["", "aaa"].map((pad) => key.sign(claims({ pad }))));
      const pad = "a".repeat(
        ((length - (empty?.length ?? 0)) * 3) / ((one?.length ?? 0) - (empty?.length ?? 0)),
      );
      return key.sign(claims({ pad }));
    };
    const short = await sized(16_376);
    const long = await sized(16_400);
    expect(short.length).toBeLessThanOrEqual(16_384);
    expect(long.length).toBeGreaterThan(16_384);
    expect(await verify(short)).toBe("ok");
    expect(await verify(long)).toBe("malformed");
  });

  it("has claims of their types", async () => {
    const verify = verifier([key.jwk]);
    const wrong: JsonObject[] = [
      { iss: 1 },
      { iss: "" },
      { iss: [ISSUER] },
      { iss: null },
      { iss: undefined },
      { iss: `${ISSUER}\n` },
      { sub: 1 },
      { sub: "" },
      { jti: {} },
      { jti: "a\u0000" },
      { jti: "j".repeat(1025) },
      { exp: "4102444800" },
      { exp: null },
      { nbf: [] },
      { iat: true },
      { aud: [] },
      { aud: [1] },
      { aud: {} },
      { aud: null },
    ];
    for (const more of wrong) {
      expect([more, await verify(await key.sign(claims(more)))]).toEqual([more, "malformed"]);
    }
    const [header = ""] = (await key.sign(claims())).split(".");
    for (const payload of [`{"iss":"${ISSUER}","exp":1e400}`, `["${ISSUER}"]`, `"x"`, "null", "{"]) {
      expect(await verify(`${header}.${base64url(payload)}.AA`)).toBe("malformed");
    }
  });

  it.each([
    "",
    ".",
    "..",
    "a.b",
    "a.b.c",
    "a.b.c.d.e",
    "e30.e30.e30.",
    " e30.e30.e30",
    "e30.e30.e30\n",
    "e30=.e30.e30",
    "{}",
    '{"payload":"e30","signatures":[]}',
  ])("has the shape of one: %j", async (token) => {
    expect(await verifier([key.jwk])(token)).toBe("malformed");
  });

  it("never makes the verifier reject, and no changed token passes", async () => {
    const verify = verifier([key.jwk, rsa.jwk, ed.jwk]);
    const good = await ed.sign(claims({ software_id: "s" }));
    expect(await verify(good)).toBe("ok");
    await fc.assert(
      fc.asyncProperty(
        // The last character has bits that mean nothing.
        fc.nat(good.length - 2),
        fc.constantFrom("A", "B", "b", "0", "1", "-", "_", ".", "=", " ", "\u0000", "é", "{"),
        fc.boolean(),
        async (at, character, insert) => {
          const changed = good.slice(0, at) + character + good.slice(at + (insert ? 0 : 1));
          fc.pre(changed !== good);
          expect(await verify(changed)).not.toBe("ok");
        },
      ),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.json(), fc.string(), async (header, payload, signature) => {
        const token = `${base64url(header)}.${base64url(payload)}.${base64url(signature)}`;
        expect(await verify(token)).not.toBe("ok");
      }),
    );
  });
});

describe("a set of keys that keeps the verifier busy", () => {
  it("has no RSA key beyond 8,192 bits, and no exponent beyond 32", async () => {
    for (const huge of [{ n: "A".repeat(684) }, { e: "AQABAQABAQAB" }]) {
      expect(await verifier([{ ...rsa.jwk, ...huge }, key.jwk])(await rsa.sign(claims()))).toBe(
        "unknown_key",
      );
    }
  });

  it("may name none of five keys, and has to name one of more", async () => {
    const others = (await Promise.all(Array.from({ length: 5 }, () => testKey("ES256")))).map(({ jwk }) => {
      const { kid: _, ...unnamed } = jwk;
      return unnamed;
    });
    const token = await key.sign(claims(), { kid: undefined });
    expect(await verifier([...others.slice(1), key.jwk])(token)).toBe("ok");
    expect(await verifier([...others, key.jwk])(token)).toBe("signature");
    expect(await verifier([...others, key.jwk])(await key.sign(claims()))).toBe("ok");
  });

  it("counts for its first 50 keys", async () => {
    const others = Array.from({ length: 50 }, (_, i) => ({ ...ed.jwk, kid: `k${i}` }));
    const token = await key.sign(claims());
    expect(await verifier([...others.slice(1), key.jwk])(token)).toBe("ok");
    expect(await verifier([...others, key.jwk])(token)).toBe("unknown_key");
  });

  it("has members of any type without harm", async () => {
    const odd = [
      null,
      1,
      [],
      {},
      { kty: "RSA" },
      { ...rsa.jwk, n: 1 },
      { ...rsa.jwk, kid: 7 },
      { kty: "AKP" },
    ];
    expect(await verifier([...(odd as JWK[]), key.jwk])(await key.sign(claims()))).toBe("ok");
    expect(await verifier([{ ...rsa.jwk, n: "AQAB" }, key.jwk])(await rsa.sign(claims()))).toBe("signature");
  });
});

describe("misuse", () => {
  const keys = () => ({ jwks: { keys: [key.jwk] } });
  const codeOf = (trustedIssuers: unknown): string => {
    try {
      trustedSigners(trustedIssuers as TrustedIssuer[], undefined);
    } catch (error) {
      expect(error).toBeInstanceOf(MisuseError);
      return (error as MisuseError).code;
    }
    return "none";
  };

  it("R7591-14 does not admit none, a MAC or an unknown name into the list", () => {
    for (const algorithm of ["none", "HS256", "HS512", "rs256", "RSA-OAEP", "", "__proto__", undefined, 7]) {
      const algorithms = ["RS256", algorithm];
      expect(codeOf([{ issuer: ISSUER, keys: keys(), algorithms }])).toBe("ERR_ALGORITHM");
    }
    for (const algorithms of [[], "RS256", {}, null]) {
      expect(codeOf([{ issuer: ISSUER, keys: keys(), algorithms }])).toBe("ERR_ALGORITHM");
    }
  });

  it("names each issuer once, with keys that can verify", () => {
    const issuer = ISSUER;
    const wrong: unknown[] = [
      undefined,
      [],
      [{ issuer: "", keys: keys() }],
      [{ keys: keys() }],
      [
        { issuer, keys: keys() },
        { issuer, keys: keys() },
      ],
      [{ issuer }],
      [{ issuer, keys: {} }],
      [{ issuer, keys: { jwks: { keys: [] } } }],
      [{ issuer, keys: { jwks: { keys: [{ kty: "oct", k: "AA" }] } } }],
      [{ issuer, keys: { ...keys(), jwksUri: JWKS_URI } }],
      [{ issuer, keys: { jwksUri: "http://issuer.example/jwks" } }],
      [{ issuer, keys: { jwksUri: "file:///etc/passwd" } }],
      [{ issuer, keys: { jwksUri: 1 } }],
    ];
    for (const trustedIssuers of wrong) expect(codeOf(trustedIssuers)).toBe("ERR_TRUSTED_ISSUER");
    expect(codeOf([{ issuer, keys: keys() }])).toBe("none");
  });

  it("needs the guarded fetch for an address of keys", () => {
    expect(codeOf([{ issuer: ISSUER, keys: { jwksUri: JWKS_URI } }])).toBe("ERR_GUARDED_FETCH_REQUIRED");
  });
});
