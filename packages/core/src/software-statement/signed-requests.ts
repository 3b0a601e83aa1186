import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { checkAlgorithms, SIGNATURE_ALGORITHMS } from "../json-web-token/algorithm.js";
import { withoutRegisteredClaims } from "../json-web-token/claims.js";
import { clientSigners } from "../json-web-token/client-signers.js";
import { payloadOf } from "../json-web-token/payload.js";
import { checkReplayStore, spendOnce, type ReplayStore } from "../json-web-token/replay-store.js";
import { verifyJsonWebToken } from "../json-web-token/verify-json-web-token.js";
import { isJsonObject, type JsonObject } from "../lib/json.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { err, ok, type Result } from "../lib/result.js";
import type {
  SignedRequestProblem,
  SignedRequestReason,
  SoftwareStatementVerifier,
} from "./software-statement.js";

/** What signed requests need. */
export interface SignedRequestOptions {
  /**
   * The claim of the statement that has the URL of the JWK Set of the software, such as `software_jwks_uri`. A `jwks` in the
   * statement goes before it. Default `jwks_uri`.
   */
  readonly jwksUriClaim?: string;
  /** The algorithms that a body may be signed with. Default: all signature algorithms, which are asymmetric. */
  readonly algorithms?: readonly string[];
  /** Remembers used requests; shared by all processes that answer for one registration endpoint. */
  readonly replay: ReplayStore;
}

interface SignedRequestConfig {
  readonly verify: SoftwareStatementVerifier["verify"];
  readonly audience: readonly string[];
  readonly guardedFetch: GuardedFetch | undefined;
  readonly clockToleranceSeconds: number;
}

const TYPES = [undefined, "jwt", "jose"];
/** How far away `exp` may be. */
const MAX_LIFETIME_SECONDS = 3_600;

/**
 * Reads bodies that are signed by the software that they register. The statement in a body, which somebody trusted has signed,
 * names the keys; so whoever copied a statement registers nothing by it.
 *
 * @throws MisuseError for options that make no sense
 */
export function signedRequestReader(
  options: SignedRequestOptions,
  config: SignedRequestConfig,
): NonNullable<SoftwareStatementVerifier["readSignedRequest"]> {
  requireKnownOptions("signedRequests", options, [
    "jwksUriClaim",
    "algorithms",
    "replay",
  ] satisfies (keyof SignedRequestOptions)[]);
  const { jwksUriClaim = "jwks_uri" } = options;
  requireThat(
    typeof jwksUriClaim === "string" && /^[a-z][a-z0-9_]*$/.test(jwksUriClaim),
    "ERR_OPTION",
    "signedRequests.jwksUriClaim: must be the name of a claim, such as software_jwks_uri",
  );
  const algorithms = checkAlgorithms(options.algorithms ?? [...SIGNATURE_ALGORITHMS.keys()]);
  const replay = checkReplayStore(options.replay);
  const signerOf = clientSigners(config.guardedFetch);
  const { audience, clockToleranceSeconds } = config;

  return async (request, nowSeconds) => {
    const statement = payloadOf(request)?.["software_statement"];
    if (typeof statement !== "string") return refused("statement_missing");
    const stated = await config.verify(statement, nowSeconds);
    if (!stated.ok) return stated;
    const { claims } = stated.value;
    const keys = signerOf(keyMembers(claims, jwksUriClaim), algorithms, false);
    const verified = await verifyJsonWebToken(
      request,
      {
        signerOf: (issuer) => (issuer === claims["software_id"] ? keys : undefined),
        types: TYPES,
        audience,
        clockToleranceSeconds,
        // It was bounded as it was read.
        maxLength: Infinity,
      },
      nowSeconds,
    );
    if (!verified.ok) {
      const { reason, cause } = verified.error;
      return reason === "keys_unavailable" ? err({ error: "unavailable", reason, cause }) : refused(reason);
    }
    const { iss, aud, jti, exp } = verified.value;
    if (aud === undefined || exp === undefined || jti === undefined) return refused("claim_missing");
    if (exp > nowSeconds + MAX_LIFETIME_SECONDS + clockToleranceSeconds) return refused("lifetime");
    const spent = await spendOnce(replay, "signed_request", { iss, jti }, exp + clockToleranceSeconds);
    if (spent.ok) return ok(withoutRegisteredClaims(verified.value));
    const { reason, cause } = spent.error;
    return reason === "replayed" ? refused(reason) : err({ error: "unavailable", reason, cause });
  };
}

/** The keys that a statement names, as a client would name its own. */
function keyMembers(claims: JsonObject, jwksUriClaim: string): ClientMetadata {
  const { jwks, [jwksUriClaim]: uri } = claims;
  return { ...(isJsonObject(jwks) && { jwks }), ...(typeof uri === "string" && { jwks_uri: uri }) };
}

/** What the client reads of each reason. Signature and key are told apart in the operator's log alone. */
const SAYS: Readonly<Record<SignedRequestReason, string>> = {
  malformed: "must be a JWS in compact serialization whose claims have iss, each of its registered type",
  type: "has a typ other than jwt and jose",
  algorithm: "is signed with an algorithm that this server does not accept",
  untrusted_issuer: "must have the software_id of its software_statement as iss",
  unknown_key: "has a signature that cannot be verified by the keys of its software_statement",
  signature: "has a signature that cannot be verified by the keys of its software_statement",
  expired: "has expired",
  not_yet_valid: "is not valid yet",
  issued_in_future: "was issued in the future",
  audience: "is not meant for this server",
  claim_missing: "must have aud, exp and jti",
  statement_missing: "must be a JWT with a software_statement",
  lifetime: "must expire within an hour",
  replayed: "was used already",
};

function refused(reason: SignedRequestReason): Result<never, SignedRequestProblem> {
  return err({ error: "invalid_client_metadata", reason, says: SAYS[reason] });
}
