import { requireKnownOptions } from "../lib/known-options.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { SIGNATURE_ALGORITHMS } from "../json-web-token/algorithm.js";
import { checkAudience, checkClockTolerance } from "../json-web-token/verifier-options.js";
import { audiencesOf } from "../json-web-token/claims.js";
import { clientSigners } from "../json-web-token/client-signers.js";
import { type ReplayStore, checkReplayStore, spendOnce } from "../json-web-token/replay-store.js";
import { verifyJsonWebToken } from "../json-web-token/verify-json-web-token.js";
import { requirePositiveInteger } from "../lib/misuse.js";
import { err } from "../lib/result.js";
import type { ClientAssertionVerifier } from "./client-assertion-verifier.js";

/** Options of `privateKeyJwt`. */
export interface PrivateKeyJwtOptions {
  /** The issuer identifier of this server, and the URL of its token endpoint for clients that still use that. */
  readonly audience: string | readonly string[];
  /** Remembers used assertions; shared by all processes that answer for one token endpoint. */
  readonly replay: ReplayStore;
  /** Fetches the keys of clients with a `jwks_uri`. Without it such a client cannot authenticate. */
  readonly guardedFetch?: GuardedFetch;
  /** How far away `exp` may be. Default 300. */
  readonly maxLifetimeSeconds?: number;
  /** Default 60, at most 300. */
  readonly clockToleranceSeconds?: number;
}

/** The typ of RFC 7523bis, that of Client ID Metadata Documents, and what clients sent before there was one. */
const TYPES = ["client-authentication+jwt", "oauth-client-auth+jwt", "jwt", undefined];

/**
 * Client authentication by `private_key_jwt`, signed with an algorithm of the published
 * `token_endpoint_auth_signing_alg_values_supported`, or with the one that the client bound itself to.
 *
 * @example
 * ```ts
 * import { privateKeyJwt } from "@oauth-dcr/core/jose";
 * import { memoryReplayStore } from "@oauth-dcr/core/memory";
 *
 * const clientAssertions = privateKeyJwt({ audience: "https://as.example", replay: memoryReplayStore() });
 * ```
 * @throws MisuseError for options that make no sense
 * @see RFC 7523 section 3 https://www.rfc-editor.org/rfc/rfc7523#section-3
 * @see RFC 9700 section 2.5 https://www.rfc-editor.org/rfc/rfc9700#section-2.5
 */
export function privateKeyJwt(options: PrivateKeyJwtOptions): ClientAssertionVerifier {
  requireKnownOptions("privateKeyJwt", options, [
    "audience",
    "replay",
    "guardedFetch",
    "maxLifetimeSeconds",
    "clockToleranceSeconds",
  ] satisfies (keyof PrivateKeyJwtOptions)[]);
  const { maxLifetimeSeconds = 300 } = options;
  requirePositiveInteger(maxLifetimeSeconds, "ERR_OPTION", "maxLifetimeSeconds");
  const audience = checkAudience(options.audience);
  const replay = checkReplayStore(options.replay);
  const clockToleranceSeconds = checkClockTolerance(options.clockToleranceSeconds);
  const signerOf = clientSigners(options.guardedFetch);

  return Object.freeze<ClientAssertionVerifier>({
    algorithms: [...SIGNATURE_ALGORITHMS.keys()],
    async verify(assertion, { clientId, metadata, status }, admitted, nowSeconds) {
      // Keys may be registered for other ends, such as request objects.
      if (metadata.token_endpoint_auth_method !== "private_key_jwt") return err({ reason: "auth_method" });
      const verified = await verifyJsonWebToken(
        assertion,
        {
          signerOf: (issuer) =>
            issuer === clientId ? signerOf(metadata, admitted, status === "active") : undefined,
          types: TYPES,
          audience,
          clockToleranceSeconds,
        },
        nowSeconds,
      );
      if (!verified.ok) return verified;
      const { iss, sub, jti, exp } = verified.value;
      if (sub !== clientId) return err({ reason: "subject" });
      const audiences = audiencesOf(verified.value);
      if (audiences.length === 0 || exp === undefined || jti === undefined) {
        return err({ reason: "claim_missing" });
      }
      // Another server that is named beside us could use the assertion here.
      if (!audiences.every((name) => audience.includes(name))) return err({ reason: "audience" });
      const lastInstant = exp + clockToleranceSeconds;
      if (exp > nowSeconds + maxLifetimeSeconds + clockToleranceSeconds) return err({ reason: "lifetime" });
      return spendOnce(replay, "client_assertion", { iss, jti }, lastInstant);
    },
  });
}
