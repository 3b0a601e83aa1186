import type { ClientAuthenticationMethod } from "../client-authentication/client-authentication-method.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { checkAlgorithms } from "../json-web-token/algorithm.js";
import { payloadOf } from "../json-web-token/payload.js";
import { type ReplayStore, checkReplayStore, spendOnce } from "../json-web-token/replay-store.js";
import { trustedSigners, type TrustedIssuer } from "../json-web-token/trusted-issuer.js";
import { checkAudience, checkClockTolerance } from "../json-web-token/verifier-options.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import { err, ok, type Awaitable } from "../lib/result.js";
import type { RegisteredClient } from "../store/records.js";
import { verifyClientAttestation } from "./verify-client-attestation.js";
import { verifyProofOfPossession } from "./verify-proof-of-possession.js";

/** Options of `attestJwtClientAuth`. */
export interface AttestJwtClientAuthOptions {
  /** The issuer identifier of this server: the only audience that a proof of possession may have. */
  readonly audience: string | readonly string[];
  /** The trusted client attesters, with their keys. */
  readonly trustedIssuers: readonly TrustedIssuer[];
  /**
   * Whether the attester with this `issuer` may vouch for this client. Required with more than one attester: otherwise each could
   * authenticate the clients of the others. Default: the only attester may vouch for every client.
   */
  readonly mayAttest?: (issuer: string, client: Pick<RegisteredClient, "clientId" | "metadata">) => boolean;
  /** Remembers used proofs of possession; shared by all processes that answer for one token endpoint. */
  readonly replay: ReplayStore;
  /** Fetches the keys of attesters with a `jwksUri`. */
  readonly guardedFetch?: GuardedFetch;
  /** Algorithms of proofs of possession. Default RS256, PS256, ES256, EdDSA and Ed25519. */
  readonly algorithms?: readonly string[];
  /** The maximum age of a proof of possession, in seconds. Default 300. */
  readonly maxAgeSeconds?: number;
  /** How far clocks may differ, in seconds. Default 60, at most 300. */
  readonly clockToleranceSeconds?: number;
  /**
   * Whether you issued this challenge and it is still valid. With this option, each proof must have a `challenge`. If it rejects,
   * the answer is 503. Default: no challenge is required, and only `jti` prevents the replay of a proof.
   */
  readonly isGoodChallenge?: (challenge: string) => Awaitable<boolean>;
}

/**
 * The method `attest_jwt_client_auth`. A trusted attester has signed that this instance of the client is genuine. The instance
 * proves possession of the key in the attestation. The `sub` of the attestation is the `client_id` of the registered client. Pass
 * both headers of the request to `authenticateClient`.
 *
 * Follows draft-ietf-oauth-attestation-based-client-auth-10. An attestation without `iss` is matched by its `kid`. MACs and
 * the combined mode with DPoP (`attest_jwt_client_auth_dpop`) are not supported.
 *
 * @example
 * ```ts
 * import { attestJwtClientAuth } from "@oauth-dcr/core/client-attestation";
 * import { memoryReplayStore } from "@oauth-dcr/core/memory";
 *
 * const method = attestJwtClientAuth({
 *   audience: "https://as.example",
 *   trustedIssuers: [
 *     {
 *       issuer: "https://attester.example",
 *       keys: { jwks: { keys: [{ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }] } },
 *     },
 *   ],
 *   replay: memoryReplayStore(),
 * });
 * ```
 * @throws MisuseError for an invalid option
 * @see OAuth 2.0 Attestation-Based Client Authentication (draft 10) section 7 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-attestation-based-client-auth-10
 */
export function attestJwtClientAuth(options: AttestJwtClientAuthOptions): ClientAuthenticationMethod {
  requireKnownOptions("attestJwtClientAuth", options, [
    "audience",
    "trustedIssuers",
    "mayAttest",
    "replay",
    "guardedFetch",
    "algorithms",
    "maxAgeSeconds",
    "clockToleranceSeconds",
    "isGoodChallenge",
  ] satisfies (keyof AttestJwtClientAuthOptions)[]);
  const { maxAgeSeconds = 300, isGoodChallenge } = options;
  requirePositiveInteger(maxAgeSeconds, "ERR_OPTION", "maxAgeSeconds");
  const attesters = trustedSigners(options.trustedIssuers, options.guardedFetch);
  const { mayAttest = attesters.size === 1 ? () => true : undefined } = options;
  requireThat(
    typeof mayAttest === "function",
    "ERR_OPTION",
    "mayAttest: must be a function, and be given with more than one attester: which clients may each attest?",
  );
  requireThat(
    isGoodChallenge === undefined || typeof isGoodChallenge === "function",
    "ERR_OPTION",
    "isGoodChallenge: must be a function",
  );
  const replay = checkReplayStore(options.replay);
  const clockToleranceSeconds = checkClockTolerance(options.clockToleranceSeconds);
  const algorithms = checkAlgorithms(options.algorithms);
  const proofRules = {
    audience: checkAudience(options.audience),
    algorithms,
    maxAgeSeconds,
    clockToleranceSeconds,
    isGoodChallenge,
  };

  return Object.freeze<ClientAuthenticationMethod>({
    name: "attest_jwt_client_auth",
    serverMetadata: {
      client_attestation_signing_alg_values_supported: [
        ...new Set([...attesters.values()].flatMap((signer) => signer.algorithms)),
      ],
      client_attestation_pop_signing_alg_values_supported: algorithms,
    },
    identify: ({ clientAttestation }) => attestedClientId(clientAttestation),
    async verify({ clientAttestation, clientAttestationPop }, client, nowSeconds) {
      if (!clientAttestation || !clientAttestationPop) return err({ reason: "attestation_missing" });
      const attested = await verifyClientAttestation(
        clientAttestation,
        client.clientId,
        [...attesters].flatMap(([issuer, signer]) => (mayAttest(issuer, client) ? [{ issuer, signer }] : [])),
        { clockToleranceSeconds },
        nowSeconds,
      );
      if (!attested.ok) return attested;
      const { key, thumbprint } = attested.value;
      const proved = await verifyProofOfPossession(
        clientAttestationPop,
        client.clientId,
        key,
        proofRules,
        nowSeconds,
      );
      if (!proved.ok) return proved;
      // For each instance of its own: one client may be installed on a million devices.
      const iss = JSON.stringify([client.clientId, thumbprint]);
      const { jti, lastInstant } = proved.value;
      const spent = await spendOnce(replay, "client_attestation_pop", { iss, jti }, lastInstant);
      return spent.ok ? ok(undefined) : spent;
    },
  });
}

const MAX_LENGTH = 16_384;

/** The client that an attestation is about, by its own word. */
function attestedClientId(attestation: string | null | undefined): string | undefined {
  if (!attestation || attestation.length > MAX_LENGTH) return undefined;
  const subject = payloadOf(attestation)?.["sub"];
  return typeof subject === "string" ? subject : undefined;
}
