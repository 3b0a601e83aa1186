import { beforeAll, describe, expect, it } from "vitest";
import {
  softwareStatements,
  type SoftwareStatementsOptions,
} from "../../src/software-statement/software-statements.js";
import type { JsonObject } from "../../src/lib/json.js";
import { MisuseError } from "../../src/lib/misuse.js";
import {
  ISSUER,
  JWKS_URI,
  keyServer,
  NOW,
  rawToken,
  testKey,
  type TestKey,
} from "../json-web-token/token-issuer.js";

let key: TestKey;
beforeAll(async () => {
  key = await testKey("RS256", "key-1");
});

const CLAIMS = {
  iss: ISSUER,
  software_id: "4NRB1-0XZABZI9E6-5SM3R",
  client_name: "Example",
  client_uri: "https://client.example",
} satisfies JsonObject;

function verifierOf(options: Partial<SoftwareStatementsOptions> = {}) {
  const verifier = softwareStatements({
    trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
    ...options,
  });
  const verify = async (statement: string) => verifier.verify(statement, NOW);
  const judge = async (claims: JsonObject, header?: object, by = key) => {
    const result = await verify(await by.sign(claims, header));
    return result.ok ? "ok" : `${result.error.error}: ${result.error.reason}`;
  };
  return { verify, judge };
}

describe("a software statement of a trusted issuer", () => {
  it("R7591-12 is verified, and answered as its issuer and claims", async () => {
    expect(await verifierOf().verify(await key.sign(CLAIMS))).toEqual({
      ok: true,
      value: {
        issuer: ISSUER,
        claims: {
          software_id: CLAIMS.software_id,
          client_name: CLAIMS.client_name,
          client_uri: CLAIMS.client_uri,
        },
      },
    });
  });

  it("R7591-13 claims client metadata alone: nothing about itself, and nothing that a server assigns", async () => {
    const { verify } = verifierOf({ audience: "us" });
    const about = { sub: "s", aud: "us", exp: NOW + 1, nbf: NOW, iat: NOW, jti: "j" };
    const assigned = {
      client_id: "admin",
      client_secret: "s3cret",
      client_id_issued_at: 0,
      client_secret_expires_at: 0,
      registration_access_token: "t",
      registration_client_uri: "https://as.example",
    };
    const statement = await key.sign({
      iss: ISSUER,
      ...about,
      ...assigned,
      "client_name#ja": "名",
      other: [1],
    });
    expect(await verify(statement)).toEqual({
      ok: true,
      value: { issuer: ISSUER, claims: { "client_name#ja": "名", other: [1] } },
    });
  });

  it("R7591-12 without iss is invalid, as the example of RFC 7591 section 2.3 is", async () => {
    const { iss: _, ...withoutIssuer } = CLAIMS;
    expect(await verifierOf().judge(withoutIssuer)).toBe("invalid_software_statement: malformed");
    // The claims of the example itself.
    const example = {
      software_id: "4NRB1-0XZABZI9E6-5SM3R",
      client_name: "Example Statement-based Client",
      client_uri: "https://client.example.net/",
    };
    expect(await verifierOf().judge(example)).toBe("invalid_software_statement: malformed");
  });

  it("R7591-14 has its times and its audience checked when they are there", async () => {
    const { judge } = verifierOf({ audience: ["us", "https://as.example"] });
    expect(await judge({ ...CLAIMS, exp: NOW + 1, nbf: NOW, iat: NOW, aud: "us" })).toBe("ok");
    expect(await judge({ ...CLAIMS, exp: NOW - 60 })).toBe("invalid_software_statement: expired");
    expect(await judge({ ...CLAIMS, nbf: NOW + 61 })).toBe("invalid_software_statement: not_yet_valid");
    expect(await judge({ ...CLAIMS, iat: NOW + 61 })).toBe("invalid_software_statement: issued_in_future");
    expect(await judge({ ...CLAIMS, aud: "them" })).toBe("invalid_software_statement: audience");
  });

  it("R7591-14 with an audience is refused by a server that was given no name", async () => {
    // Or an ID token of the same issuer, for some client, would be a statement.
    expect(await verifierOf().judge({ ...CLAIMS, aud: "client" })).toBe(
      "invalid_software_statement: audience",
    );
  });

  it("needs exp where the operator says so", async () => {
    const { judge } = verifierOf({ requireExpiry: true });
    expect(await judge(CLAIMS)).toBe("invalid_software_statement: claim_missing");
    expect(await judge({ ...CLAIMS, exp: NOW + 1 })).toBe("ok");
  });

  it("R7591-14 has no other statement inside, whatever it is", async () => {
    const { judge } = verifierOf();
    for (const inner of [await key.sign(CLAIMS), "", null, {}]) {
      expect(await judge({ ...CLAIMS, software_statement: inner })).toBe(
        "invalid_software_statement: nested_statement",
      );
    }
  });

  it("names its software with a text or not at all", async () => {
    const { judge } = verifierOf();
    for (const software_id of [1, null, ["a"], {}]) {
      expect(await judge({ ...CLAIMS, software_id })).toBe("invalid_software_statement: software_id");
    }
  });
});

describe("a hostile software statement", () => {
  it("R7591-14 with alg none or a MAC is invalid, even from nobody", async () => {
    const { verify } = verifierOf();
    for (const alg of ["none", "HS256"]) {
      for (const iss of [ISSUER, "https://evil.example"]) {
        expect(await verify(rawToken({ alg }, { ...CLAIMS, iss }))).toMatchObject({
          error: { error: "invalid_software_statement", reason: "algorithm" },
        });
      }
    }
  });

  it("of an issuer that is not trusted is unapproved", async () => {
    const stranger = await testKey("RS256", "key-1");
    const { judge } = verifierOf();
    expect(await judge({ ...CLAIMS, iss: "https://evil.example" }, {}, stranger)).toBe(
      "unapproved_software_statement: untrusted_issuer",
    );
    expect(await judge(CLAIMS, {}, stranger)).toBe("invalid_software_statement: signature");
  });

  it("is not signed with the key of another trusted issuer", async () => {
    const other = await testKey("ES256", "key-1");
    const { judge } = verifierOf({
      trustedIssuers: [
        { issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } },
        { issuer: "https://other.example", keys: { jwks: { keys: [other.jwk] } } },
      ],
    });
    expect(await judge({ ...CLAIMS, iss: "https://other.example" }, {}, other)).toBe("ok");
    expect(await judge(CLAIMS, {}, other)).toBe("invalid_software_statement: unknown_key");
  });

  it("is no access token", async () => {
    expect(await verifierOf().judge(CLAIMS, { typ: "at+jwt" })).toBe("invalid_software_statement: type");
  });

  it("is answered with a plain sentence in which nothing of it is repeated", async () => {
    const { verify } = verifierOf({ approve: () => false, requireExpiry: true });
    const wrong = [
      '<script>"\\',
      rawToken({ alg: '"evil"' }, CLAIMS),
      await key.sign({ ...CLAIMS, iss: 'https://"evil"' }),
      await key.sign({ ...CLAIMS, exp: 1 }),
      await key.sign(CLAIMS),
      await key.sign({ ...CLAIMS, exp: NOW + 1 }),
    ];
    for (const statement of wrong) {
      const result = await verify(statement);
      const text = !result.ok && "says" in result.error ? result.error.says : "";
      expect(text).toMatch(/^[a-z][\x20\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(text).not.toContain("evil");
    }
  });
});

describe("the operator's approval", () => {
  it("is asked last, with the verified statement", async () => {
    const asked: unknown[] = [];
    const { judge } = verifierOf({
      approve: (statement) => {
        asked.push(statement.claims["client_name"]);
        return statement.claims["software_id"] === CLAIMS.software_id;
      },
    });
    expect(await judge({ ...CLAIMS, exp: 1 })).toBe("invalid_software_statement: expired");
    expect(asked).toEqual([]);
    expect(await judge(CLAIMS)).toBe("ok");
    expect(await judge({ ...CLAIMS, software_id: "other" })).toBe(
      "unapproved_software_statement: not_approved",
    );
    expect(asked).toEqual(["Example", "Example"]);
  });

  it("is true and nothing like it", async () => {
    for (const answer of [undefined, 1, "yes", {}]) {
      const { judge } = verifierOf({ approve: () => answer as unknown as boolean });
      expect(await judge(CLAIMS)).toBe("unapproved_software_statement: not_approved");
    }
  });

  it("that fails makes the statement one that nobody can judge now", async () => {
    const approve = () => Promise.reject(new Error("database"));
    expect(await verifierOf({ approve }).judge(CLAIMS)).toBe("unavailable: approval_failed");
  });
});

describe("keys of an issuer behind an address", () => {
  it("are fetched once for many statements; while they cannot be, nobody can judge", async () => {
    const { server, guardedFetch } = keyServer([key.jwk]);
    const { judge } = verifierOf({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwksUri: JWKS_URI } }],
      guardedFetch,
    });
    server.failure = "timed_out";
    expect(await judge(CLAIMS)).toBe("unavailable: keys_unavailable");
    server.failure = undefined;
    const second = verifierOf({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwksUri: JWKS_URI } }],
      guardedFetch,
    });
    for (let i = 0; i < 5; i++) expect(await second.judge(CLAIMS)).toBe("ok");
    expect(server.urls).toEqual([JWKS_URI, JWKS_URI]);
  });

  it("are not fetched for a stranger or for an algorithm that is not admitted", async () => {
    const { server, guardedFetch } = keyServer([key.jwk]);
    const { judge, verify } = verifierOf({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwksUri: JWKS_URI }, algorithms: ["ES256"] }],
      guardedFetch,
    });
    await judge({ ...CLAIMS, iss: "https://evil.example" });
    await judge(CLAIMS, { jku: "https://evil.example/jwks" });
    await verify(rawToken({ alg: "none" }, CLAIMS));
    expect(server.urls).toEqual([]);
  });
});

describe("misuse", () => {
  it("is found at construction", () => {
    const wrong = [
      { trustedIssuers: [] },
      { audience: [] },
      { audience: "" },
      { clockToleranceSeconds: -1 },
      { clockToleranceSeconds: 301 },
      { clockToleranceSeconds: 0.5 },
      { approve: true as never },
    ];
    for (const options of wrong) expect(() => verifierOf(options)).toThrow(MisuseError);
  });
});
