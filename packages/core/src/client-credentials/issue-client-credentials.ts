import type { AssessedClientMetadata } from "../client-metadata/client-metadata.js";
import { randomIdentifier, randomSecret, type RandomBytes } from "../crypto/random-token.js";
import { tokenHash } from "../crypto/token-hash.js";

/** What a new client is given. The secret is shown once, in the answer; the store gets its hash. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly secret?: { readonly value: string; readonly hash: string; readonly expiresAt: number };
}

/** The methods of RFC 7591 section 2 in which a client shows a secret that we can keep as a hash. */
const SECRET_METHODS: ReadonlySet<string> = new Set(["client_secret_basic", "client_secret_post"]);

/**
 * Makes a client's identifier and, only for a client that will use it, a secret that does not expire.
 *
 * @see RFC 7591 section 3.2.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 */
export function issueClientCredentials(
  metadata: AssessedClientMetadata,
  randomBytes: RandomBytes,
): ClientCredentials {
  const clientId = randomIdentifier(randomBytes);
  if (!SECRET_METHODS.has(metadata.token_endpoint_auth_method)) return { clientId };
  const value = randomSecret(randomBytes);
  return { clientId, secret: { value, hash: tokenHash(value), expiresAt: 0 } };
}
