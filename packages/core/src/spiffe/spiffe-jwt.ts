import type { ClientAuthenticationMethod } from "../client-authentication/client-authentication-method.js";
import { SIGNATURE_ALGORITHMS } from "../json-web-token/algorithm.js";
import { audiencesOf, type SignedClaims } from "../json-web-token/claims.js";
import { checkAudience, checkClockTolerance } from "../json-web-token/verifier-options.js";
import { verifySignedClaims } from "../json-web-token/verify-json-web-token.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger } from "../lib/misuse.js";
import { err, ok } from "../lib/result.js";
import { trustDomainOf } from "./spiffe-id.js";
import { isWorkloadOf, spiffeMetadataRules } from "./spiffe-metadata.js";
import { checkTrustDomains, type SpiffeTrustDomains } from "./trust-domains.js";

/** Options of `spiffeJwt`. */
export interface SpiffeJwtOptions {
  /** The result of `spiffeTrustDomains`. */
  readonly trustDomains: SpiffeTrustDomains;
  /** The issuer identifier of this server: the only audience that a JWT-SVID may have. */
  readonly audience: string | readonly string[];
  /** How far in the future `exp` may be, in seconds. Default 3,600. A stolen JWT-SVID works for at most this time. */
  readonly maxLifetimeSeconds?: number;
  /** How far clocks may differ, in seconds. Default 60, at most 300. */
  readonly clockToleranceSeconds?: number;
}

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe";
const TYPES = ["jwt", "jose", undefined];
/** Those of the JWT-SVID specification, section 2.1. */
const ALGORITHMS = [...SIGNATURE_ALGORITHMS.keys()].filter((algorithm) => /^[REP]S/.test(algorithm));

/**
 * The method `spiffe_jwt`: a workload authenticates with its JWT-SVID as `client_assertion`. Its SPIFFE ID must match the
 * `spiffe_id` that the client registered, which may end with `/*`. A request without `client_id` is for the client whose
 * `client_id` is the SPIFFE ID. The `spiffe_id` of that client must match too, because an identifier proves nothing.
 *
 * Follows draft-ietf-oauth-spiffe-client-auth-02. A JWT-SVID may be used more than once until it expires: SPIFFE agents give out
 * the same one for several requests, and most have no `jti`.
 *
 * @example
 * ```ts
 * import { spiffeJwt, type SpiffeTrustDomains } from "@oauth-dcr/core/spiffe";
 *
 * declare const trustDomains: SpiffeTrustDomains;
 *
 * const method = spiffeJwt({ trustDomains, audience: "https://as.example" });
 * ```
 * @throws MisuseError for an invalid option
 * @see OAuth SPIFFE Client Authentication (draft 02) section 3.1 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-spiffe-client-auth-02#section-3.1
 */
export function spiffeJwt(options: SpiffeJwtOptions): ClientAuthenticationMethod {
  requireKnownOptions("spiffeJwt", options, [
    "trustDomains",
    "audience",
    "maxLifetimeSeconds",
    "clockToleranceSeconds",
  ] satisfies (keyof SpiffeJwtOptions)[]);
  const { maxLifetimeSeconds = 3600 } = options;
  requirePositiveInteger(maxLifetimeSeconds, "ERR_OPTION", "maxLifetimeSeconds");
  const trustDomains = checkTrustDomains(options.trustDomains);
  const audience = checkAudience(options.audience);
  const clockToleranceSeconds = checkClockTolerance(options.clockToleranceSeconds);

  return Object.freeze<ClientAuthenticationMethod>({
    name: "spiffe_jwt",
    assertionType: ASSERTION_TYPE,
    ...spiffeMetadataRules(trustDomains),
    async verify({ parameters }, client, nowSeconds) {
      const verified = await verifySignedClaims(
        parameters.getAll("client_assertion")[0] ?? "",
        hasSubject,
        ({ sub }) => {
          const bundle = trustDomains.get(trustDomainOf(sub) ?? "");
          return bundle && { keys: bundle.jwtKeys, algorithms: ALGORITHMS };
        },
        { types: TYPES, audience, clockToleranceSeconds },
        nowSeconds,
      );
      if (!verified.ok) return verified;
      const { sub, exp } = verified.value;
      const audiences = audiencesOf(verified.value);
      if (exp === undefined || audiences.length === 0) return err({ reason: "claim_missing" });
      // Another server that is named beside us could use it here.
      if (audiences.length > 1) return err({ reason: "audience" });
      if (exp > nowSeconds + maxLifetimeSeconds + clockToleranceSeconds) return err({ reason: "lifetime" });
      return isWorkloadOf(client, sub) ? ok(undefined) : err({ reason: "spiffe_id" });
    },
  });
}

type ClaimsOfSubject = SignedClaims & { readonly sub: string };

function hasSubject(claims: SignedClaims): claims is ClaimsOfSubject {
  return claims.sub !== undefined;
}
