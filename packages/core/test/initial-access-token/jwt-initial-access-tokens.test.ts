import { beforeAll, describe, expect, it } from "vitest";
import {
  jwtInitialAccessTokens,
  type JwtInitialAccessTokensOptions,
} from "../../src/initial-access-token/jwt-initial-access-tokens.js";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
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
  key = await testKey("ES256", "key-1");
});

const AUDIENCE = "https://as.example/register";
const CLAIMS = {
  iss: ISSUER,
  sub: "user-1",
  aud: AUDIENCE,
  client_id: "portal",
  jti: "token-1",
  iat: NOW,
  exp: NOW + 300,
  scope: "openid dcr:register",
} satisfies JsonObject;
const AT = { typ: "at+jwt" };

function verifierOf(options: Partial<JwtInitialAccessTokensOptions> = {}) {
  const verifier = jwtInitialAccessTokens({
    trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
    audience: AUDIENCE,
    ...options,
  });
  const verify = async (claims: JsonObject = CLAIMS, header: object = AT, at = NOW, by = key) =>
    verifier.verify(await by.sign(claims, header), at);
  const judge = async (...given: Parameters<typeof verify>) => {
    const result = await verify(...given);
    return result.ok ? "ok" : result.error.reason;
  };
  return { verifier, verify, judge };
}

describe("a JWT access token as initial access token", () => {
  it("R7591-18 gives access in its issuer's name, without constraints unless told", async () => {
    expect(await verifierOf().verify()).toMatchObject({
      ok: true,
      value: { id: `${ISSUER}#token-1`, owner: `${ISSUER}#user-1`, constraints: {} },
    });
  });

  it("has the type of one, written short or whole", async () => {
    const { judge } = verifierOf();
    for (const typ of ["at+jwt", "AT+JWT", "application/at+jwt"])
      expect(await judge(CLAIMS, { typ })).toBe("ok");
    for (const typ of [undefined, "JWT", "at", "jwt+at", "application/at"]) {
      expect(await judge(CLAIMS, { typ })).toBe("type");
    }
  });

  it.each(["sub", "aud", "exp", "iat", "jti", "client_id"])("has the claim %s", async (claim) => {
    expect(await verifierOf().judge({ ...CLAIMS, [claim]: undefined })).toBe("claim_missing");
  });

  it("R7591-14 is refused when it is malformed, expired, early, or for somebody else", async () => {
    const { judge, verifier } = verifierOf();
    expect(await judge({ ...CLAIMS, exp: NOW - 60 })).toBe("expired");
    expect(await judge({ ...CLAIMS, nbf: NOW + 61 })).toBe("not_yet_valid");
    expect(await judge({ ...CLAIMS, iat: NOW + 61 })).toBe("issued_in_future");
    expect(await judge({ ...CLAIMS, aud: "https://as.example" })).toBe("audience");
    expect(await judge({ ...CLAIMS, aud: ["https://other.example", AUDIENCE] })).toBe("ok");
    expect(await judge({ ...CLAIMS, iss: "https://evil.example" })).toBe("untrusted_issuer");
    for (const client_id of ["", 1, null, ["portal"]])
      expect(await judge({ ...CLAIMS, client_id })).toBe("malformed");
    for (const scope of [1, null, ["dcr:register"], "a\u00e9"]) {
      expect(await judge({ ...CLAIMS, scope })).toBe("malformed");
    }
    expect(await verifier.verify(rawToken({ alg: "none", ...AT }, CLAIMS), NOW)).toMatchObject({
      error: { reason: "algorithm" },
    });
    const stranger = await testKey("ES256", "key-1");
    expect(await judge(CLAIMS, AT, NOW, stranger)).toBe("signature");
    expect(await verifier.verify("odcr_iat_aaaaaaaaaaaaaaaaaaaaaaaaaa_x", NOW)).toMatchObject({
      error: { reason: "malformed" },
    });
  });

  it("has the scope that registering takes, as a whole word", async () => {
    const { judge } = verifierOf({ requiredScope: "dcr:register" });
    expect(await judge()).toBe("ok");
    expect(await judge({ ...CLAIMS, scope: "  x  dcr:register " })).toBe("ok");
    for (const scope of [undefined, "", "dcr:registers", "DCR:register", "dcr"]) {
      expect(await judge({ ...CLAIMS, scope })).toBe("insufficient_scope");
    }
  });

  it("constrains its client as the operator reads it", async () => {
    const { verify } = verifierOf({
      constrain: ({ claims, scopes, subject, clientId, issuer, expiresAt }) => {
        expect([scopes, subject, clientId, issuer, expiresAt]).toEqual([
          ["openid", "dcr:register"],
          "user-1",
          "portal",
          ISSUER,
          NOW + 300,
        ]);
        return typeof claims["host"] === "string" ? { redirectHosts: [claims["host"]] } : {};
      },
    });
    expect(await verify({ ...CLAIMS, host: "app.example" })).toMatchObject({
      value: { constraints: { redirectHosts: ["app.example"] } },
    });
    const failing = verifierOf({
      constrain: () => {
        throw new Error("broken");
      },
    });
    expect(await failing.judge()).toBe("constraints_failed");
  });
});

describe("a token that registers one client", () => {
  it("R7591-18 is used up by spending it, not by showing it", async () => {
    const { verify } = verifierOf({ replay: memoryReplayStore({ clock: () => NOW * 1000 }) });
    const spend = async (claims: JsonObject = CLAIMS) => {
      const access = await verify(claims);
      const spent = access.ok ? await access.value.spend(NOW) : undefined;
      return spent?.ok === false ? spent.error.reason : spent?.ok;
    };
    await verify();
    expect(await spend()).toBe(true);
    expect(await spend()).toBe("replayed");
    expect(await spend({ ...CLAIMS, exp: NOW + 299 })).toBe("replayed");
    expect(await spend({ ...CLAIMS, jti: "token-2" })).toBe(true);
  });

  it("is spent by one of many at once", async () => {
    const { verify } = verifierOf({ replay: memoryReplayStore({ clock: () => NOW * 1000 }) });
    const spent = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const access = await verify();
        return access.ok && (await access.value.spend(NOW)).ok;
      }),
    );
    expect(spent.filter(Boolean)).toHaveLength(1);
  });

  it("is remembered for as long as it would be taken, the tolerance included", async () => {
    const expiries: number[] = [];
    const replay = { spend: (_: string, expiresAt: number) => expiries.push(expiresAt) > 0 };
    const access = await verifierOf({ replay, clockToleranceSeconds: 30 }).verify();
    if (access.ok) await access.value.spend(NOW);
    expect(expiries).toEqual([NOW + 330]);
  });

  it("of a store that is down is not spent", async () => {
    const access = await verifierOf({ replay: { spend: () => Promise.reject(new Error("down")) } }).verify();
    expect(access.ok && (await access.value.spend(NOW))).toMatchObject({
      error: { reason: "replay_store_unavailable" },
    });
  });
});

describe("an issuer whose keys are behind an address", () => {
  it("rotates its keys, and is asked once for each", async () => {
    const { server, guardedFetch } = keyServer([key.jwk]);
    const { judge } = verifierOf({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwksUri: JWKS_URI } }],
      guardedFetch,
    });
    const next = await testKey("ES256", "key-2");
    expect(await judge()).toBe("ok");
    server.keys = [next.jwk];
    const claims = { ...CLAIMS, exp: NOW + 9000 };
    expect(await judge(claims, AT, NOW + 10, next)).toBe("unknown_key");
    expect(await judge(claims, AT, NOW + 30, next)).toBe("ok");
    expect(await judge(claims, AT, NOW + 30)).toBe("unknown_key");
    server.failure = "timed_out";
    expect(await judge(claims, AT, NOW + 3629, next)).toBe("ok");
    expect(await judge(claims, AT, NOW + 3630, next)).toBe("keys_unavailable");
    expect(server.urls).toHaveLength(3);
  });
});

describe("misuse", () => {
  it("is found at construction", () => {
    const wrong = [
      { trustedIssuers: [] },
      { audience: [] },
      { audience: undefined as never },
      { requiredScope: "" },
      { requiredScope: "two words" },
      { replay: {} as never },
      { constrain: {} as never },
      { clockToleranceSeconds: 301 },
    ];
    for (const options of wrong) expect(() => verifierOf(options)).toThrow(MisuseError);
  });
});
