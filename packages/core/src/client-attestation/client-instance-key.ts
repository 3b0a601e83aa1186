import { calculateJwkThumbprint, type JWK } from "jose";
import type { TokenRequest } from "../client-authentication/presented-credentials.js";
import { payloadOf } from "../json-web-token/payload.js";
import { isJsonObject } from "../lib/json.js";

/**
 * Returns the thumbprint (SHA-256, base64url) of the key of a client instance. Bind a refresh token to it when you issue one. When
 * the client refreshes, compare: it must use the same key. The function reads the attestation and verifies nothing. So call it only
 * for a request that `authenticateClient` has authenticated with `attest_jwt_client_auth`. Rejects for a request without such an
 * attestation.
 *
 * @example
 * ```ts
 * import type { ClientRegistration, TokenRequest } from "@oauth-dcr/core";
 * import { clientInstanceKeyThumbprint } from "@oauth-dcr/core/client-attestation";
 *
 * declare const registration: ClientRegistration;
 *
 * async function keyOfInstance(request: TokenRequest): Promise<string | undefined> {
 *   const client = await registration.authenticateClient(request);
 *   return client.ok ? clientInstanceKeyThumbprint(request) : undefined;
 * }
 * ```
 * @see OAuth 2.0 Attestation-Based Client Authentication (draft 10), Refresh token binding https://datatracker.ietf.org/doc/html/draft-ietf-oauth-attestation-based-client-auth-10
 * @see RFC 7638 section 3 https://www.rfc-editor.org/rfc/rfc7638#section-3
 */
export async function clientInstanceKeyThumbprint({
  clientAttestation,
}: Pick<TokenRequest, "clientAttestation">): Promise<string> {
  const cnf = payloadOf(clientAttestation ?? "")?.["cnf"];
  const key = isJsonObject(cnf) ? cnf["jwk"] : undefined;
  return calculateJwkThumbprint(key as JWK);
}
