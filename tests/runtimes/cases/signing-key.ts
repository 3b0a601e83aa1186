import { exportJWK, generateKeyPair, SignJWT, type JWK } from "jose";

/** Somebody with a key of this runtime's making. */
export interface SigningKey {
  readonly jwk: JWK;
  readonly sign: (claims: Record<string, unknown>, typ?: string) => Promise<string>;
}

export async function signingKey(alg: string, kid = "key-1"): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg },
    sign: (claims, typ) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg, kid, ...(typ !== undefined && { typ }) })
        .sign(privateKey),
  };
}

export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
