import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import type { GuardedFetch } from "../../src/guarded-fetch/guarded-fetch.js";
import type { JsonObject } from "../../src/lib/json.js";
import { err, ok } from "../../src/lib/result.js";

export const NOW = Date.UTC(2026, 10, 5) / 1000;
export const ISSUER = "https://issuer.example";
export const JWKS_URI = "https://issuer.example/jwks";

/** Somebody with a key of their own, who signs what they are given. */
export interface TestKey {
  readonly alg: string;
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
  sign(claims: JsonObject, header?: object): Promise<string>;
}

export async function testKey(alg = "ES256", kid = "key-1"): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid };
  return {
    alg,
    jwk,
    privateKey,
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
}

/** The answer of an address, which a test can change, and how often it was asked. */
export function keyServer(keys: readonly unknown[]) {
  const server = {
    keys,
    urls: [] as string[],
    accept: [] as (readonly string[])[],
    text: undefined as string | undefined,
    failure: undefined as "timed_out" | "busy" | undefined,
    /** Settles the requests that wait, once a test has set it. */
    gate: undefined as Promise<void> | undefined,
  };
  const guardedFetch: GuardedFetch = async (url, accept) => {
    server.urls.push(url);
    server.accept.push(accept);
    const answer = server.failure
      ? err({ kind: server.failure })
      : ok({ text: server.text ?? JSON.stringify({ keys: server.keys }), headers: new Headers() });
    await server.gate;
    return answer;
  };
  return { server, guardedFetch };
}

/** A token made by hand, with any signature. */
export function rawToken(header: object, payload: unknown, signature = ""): string {
  return `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}.${signature}`;
}

export function base64url(text: string | Uint8Array): string {
  return Buffer.from(text).toString("base64url");
}
