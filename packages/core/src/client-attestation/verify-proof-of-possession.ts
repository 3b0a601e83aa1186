import type { ClientAuthenticationProblem } from "../client-authentication/client-authentication-method.js";
import { audiencesOf } from "../json-web-token/claims.js";
import type { JsonWebTokenRefusal } from "../json-web-token/json-web-token-problem.js";
import { localKeySet } from "../json-web-token/key-source.js";
import type { PublicKey } from "../json-web-token/public-keys.js";
import type { Signer } from "../json-web-token/trusted-issuer.js";
import { anyClaims, verifySignedClaims } from "../json-web-token/verify-json-web-token.js";
import { err, ok, type Awaitable, type Result } from "../lib/result.js";

const TYPES = ["oauth-client-attestation-pop+jwt"];

interface ProofRules {
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  readonly maxAgeSeconds: number;
  readonly clockToleranceSeconds: number;
  readonly isGoodChallenge: ((challenge: string) => Awaitable<boolean>) | undefined;
}

/** A proof that holds, and until when it would be taken. */
interface Proof {
  readonly jti: string;
  readonly lastInstant: number;
}

/**
 * Whether a client instance has the key that its attestation names, and says so to this server and just now.
 *
 * @see OAuth 2.0 Attestation-Based Client Authentication (draft 10) section 7.2 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-attestation-based-client-auth-10
 */
export async function verifyProofOfPossession(
  proof: string,
  clientId: string,
  key: PublicKey,
  rules: ProofRules,
  nowSeconds: number,
): Promise<Result<Proof, JsonWebTokenRefusal<ClientAuthenticationProblem>>> {
  const { alg, kid: _, ...members } = key;
  const keys = localKeySet([members]);
  const signer: Signer = {
    // There is one key, whatever the proof calls it.
    keys: (algorithm, _kid, at) => keys(algorithm, undefined, at),
    algorithms: rules.algorithms.filter((algorithm) => alg === undefined || alg === algorithm),
  };
  const verified = await verifySignedClaims(
    proof,
    anyClaims,
    () => signer,
    { types: TYPES, ...rules },
    nowSeconds,
  );
  if (!verified.ok) return verified;
  const { iss, jti, iat, challenge } = verified.value;
  const audiences = audiencesOf(verified.value);
  if (audiences.length === 0 || jti === undefined || iat === undefined) {
    return err({ reason: "claim_missing" });
  }
  // Earlier drafts have the client here. Another server that is named beside us could use the proof here.
  if (iss !== undefined && iss !== clientId) return err({ reason: "untrusted_issuer" });
  if (audiences.length > 1) return err({ reason: "audience" });
  const lastInstant = iat + rules.maxAgeSeconds + rules.clockToleranceSeconds;
  if (lastInstant <= nowSeconds) return err({ reason: "stale" });
  if (rules.isGoodChallenge) {
    if (typeof challenge !== "string") return err({ reason: "challenge" });
    try {
      const isGood: unknown = await rules.isGoodChallenge(challenge);
      if (isGood !== true) return err({ reason: "challenge" });
    } catch (cause) {
      return err({ reason: "challenge_unavailable", cause });
    }
  }
  return ok({ jti, lastInstant });
}
