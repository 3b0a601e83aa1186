import { importJWK, SignJWT, type JWK, type JWTPayload } from "jose";

/** The private federation key of this server. */
export type SigningKey = JWK & { readonly alg: string; readonly kid: string };

/** Signs claims as this server in its federations. */
export type SignAsEntity = (typ: string, claims: JWTPayload) => Promise<string>;

/** Imports the key when it is needed first. The promise rejects for one that cannot be imported. */
export function federationSigner(signingKey: SigningKey): () => Promise<SignAsEntity> {
  const { alg, kid } = signingKey;
  let imported: ReturnType<typeof importJWK> | undefined;
  return async () => {
    const key = await (imported ??= importJWK(signingKey, alg));
    return (typ, claims) => new SignJWT(claims).setProtectedHeader({ alg, kid, typ }).sign(key);
  };
}
