import { calculateJwkThumbprint } from "jose";
import type { ClientAuthenticationProblem } from "../client-authentication/client-authentication-method.js";
import type { JsonWebTokenRefusal } from "../json-web-token/json-web-token-problem.js";
import type { KeySource } from "../json-web-token/key-source.js";
import { publicKeys, type PublicKey } from "../json-web-token/public-keys.js";
import type { Signer } from "../json-web-token/trusted-issuer.js";
import { anyClaims, verifySignedClaims } from "../json-web-token/verify-json-web-token.js";
import { isJsonObject } from "../lib/json.js";
import { err, ok, type Result } from "../lib/result.js";

const TYPES = ["oauth-client-attestation+jwt"];

interface Attester {
  readonly issuer: string;
  readonly signer: Signer;
}

/** The key of a client instance, and the thumbprint that stands for it. */
interface InstanceKey {
  readonly key: PublicKey;
  readonly thumbprint: string;
}

/**
 * The key of the instance that a trusted attester vouches for.
 *
 * @param attesters those who may speak for this client
 * @see OAuth 2.0 Attestation-Based Client Authentication (draft 10) section 7.1 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-attestation-based-client-auth-10
 */
export async function verifyClientAttestation(
  attestation: string,
  clientId: string,
  attesters: readonly Attester[],
  rules: { readonly clockToleranceSeconds: number },
  nowSeconds: number,
): Promise<Result<InstanceKey, JsonWebTokenRefusal<ClientAuthenticationProblem>>> {
  const verified = await verifySignedClaims(
    attestation,
    anyClaims,
    ({ iss }) => oneSigner(attesters.filter(({ issuer }) => iss === undefined || iss === issuer)),
    { types: TYPES, audience: [], ...rules },
    nowSeconds,
  );
  if (!verified.ok) return verified;
  const { sub, exp, cnf } = verified.value;
  if (sub !== clientId) return err({ reason: "subject" });
  if (exp === undefined) return err({ reason: "claim_missing" });
  // Left out by this is a private key above all: somebody else knows it.
  const [key] = publicKeys({ keys: [isJsonObject(cnf) ? cnf["jwk"] : undefined] }) ?? [];
  const thumbprint = key && (await thumbprintOf(key));
  return key && thumbprint !== undefined ? ok({ key, thumbprint }) : err({ reason: "confirmation_key" });
}

/** Any of several attesters, for a token that does not say who issued it. */
function oneSigner(attesters: readonly Attester[]): Signer | undefined {
  if (attesters.length === 0) return undefined;
  const keys: KeySource = async (alg, kid, nowSeconds) => {
    const able = attesters.filter(({ signer }) => signer.algorithms.includes(alg));
    const found = await Promise.all(able.map(({ signer }) => signer.keys(alg, kid, nowSeconds)));
    const usable = found.flatMap((result) => (result.ok ? result.value : []));
    if (usable.length > 0) return ok(usable);
    return (
      found.find((result) => !result.ok && result.error.reason === "keys_unavailable") ??
      err({ reason: "unknown_key" })
    );
  };
  return { keys, algorithms: attesters.flatMap(({ signer }) => signer.algorithms) };
}

/** `undefined` for what has the members of a key and is none. */
async function thumbprintOf(key: PublicKey): Promise<string | undefined> {
  try {
    return await calculateJwkThumbprint(key);
  } catch {
    return undefined;
  }
}
