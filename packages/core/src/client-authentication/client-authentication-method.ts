import type { MethodMetadataRules } from "../client-metadata/method-members.js";
import type { JsonWebTokenRefusal } from "../json-web-token/json-web-token-problem.js";
import type { JsonObject } from "../lib/json.js";
import type { Result } from "../lib/result.js";
import type { RegisteredClient } from "../store/records.js";
import type { ClientAssertionProblem } from "./client-assertion-verifier.js";
import type { MethodPresentation, TokenRequest } from "./presented-credentials.js";

/**
 * Why the credentials of such a method do not authenticate the client; for the operator. What ends in `_unavailable` may be
 * answered 503, and all else is `invalid_client`.
 */
export type ClientAuthenticationProblem =
  | ClientAssertionProblem
  /** The request has no client certificate, or one that cannot be read. */
  | "certificate_missing"
  | "certificate_malformed"
  /** The certificate is not for the authentication of a TLS client. */
  | "certificate_usage"
  /** No certificate that the operator trusts stands behind it. */
  | "untrusted_certificate"
  /** The SPIFFE ID, or its trust domain, is not one that this server takes. */
  | "spiffe_id"
  /** The request has no client attestation, or no proof of possession. */
  | "attestation_missing"
  /** The attestation names no public key that could verify the proof of possession. */
  | "confirmation_key"
  /** The proof of possession was made too long ago. */
  | "stale"
  /** The proof of possession has no challenge, or one that is not good (any more). */
  | "challenge"
  | "challenge_unavailable";

/**
 * A method of client authentication that a server can add: `tlsClientAuth`, `selfSignedTlsClientAuth`, `spiffeJwt`, `spiffeX509`
 * and `attestJwtClientAuth` make one. Its other members are for this library.
 */
export interface ClientAuthenticationMethod extends MethodMetadataRules, MethodPresentation {
  /** What the discovery document says of it. */
  readonly serverMetadata?: JsonObject;
  /** Verifies what a request presents for one client, at an instant (seconds since the epoch). */
  verify(
    request: TokenRequest,
    client: Pick<RegisteredClient, "clientId" | "metadata" | "status">,
    nowSeconds: number,
  ): Promise<Result<void, JsonWebTokenRefusal<ClientAuthenticationProblem>>>;
}
