import { randomIdentifier, type RandomBytes } from "../crypto/random-token.js";
import type { Failure } from "../failure.js";
import { ok, type Result } from "../lib/result.js";
import type { RegisteredClient } from "../store/records.js";
import {
  issueClientSecret,
  needsClientSecret,
  type ClientSecretRules,
  type IssuedClientSecret,
} from "./client-secret.js";

/** A new client before it has a name. */
export type UnidentifiedClient = Omit<RegisteredClient, "clientId">;

/** What a new client is known by, and the secret that it will show if it will use one. */
interface ClientIdentity {
  readonly clientId: string;
  readonly secret?: IssuedClientSecret;
}

export type IdentifyClient = (
  client: UnidentifiedClient,
  randomBytes: RandomBytes,
) => Result<ClientIdentity, Failure>;

/**
 * A random identifier, and a random secret.
 * @see RFC 7591 section 3.2.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 */
export function randomIdentity(rules: ClientSecretRules): IdentifyClient {
  return ({ metadata, clientIdIssuedAt }, randomBytes) =>
    ok({
      clientId: randomIdentifier(randomBytes),
      ...(needsClientSecret(metadata) && { secret: issueClientSecret(rules, randomBytes, clientIdIssuedAt) }),
    });
}
