import { usesClientSecret } from "../client-metadata/authentication-method.js";
import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { equalInConstantTime, tokenHash } from "../crypto/token-hash.js";
import { randomSecret, type RandomBytes } from "../crypto/random-token.js";
import type { RegisteredClient } from "../store/records.js";

/** How long client secrets live. */
export interface ClientSecretRules {
  /** From issue to expiry; 0 for secrets that do not expire. */
  readonly ttlSeconds: number;
  /** How long the secret before is still taken after a new one was issued. */
  readonly graceSeconds: number;
}

/** What of a record is about secrets. */
export type ClientSecretRecord = Pick<
  RegisteredClient,
  "clientSecretHash" | "clientSecretExpiresAt" | "previousClientSecret"
>;

/** A secret to be shown once, and what is kept of it. */
export interface IssuedClientSecret {
  readonly value: string;
  readonly record: ClientSecretRecord;
}

/** Whether a client will use a secret; one that will not gets none. */
export function needsClientSecret({ token_endpoint_auth_method }: ClientMetadata): boolean {
  return usesClientSecret(token_endpoint_auth_method ?? "");
}

/**
 * Makes a secret of 256 random bits. The one that `before` holds, if any, stays good for the grace time, but never
 * beyond its own expiry.
 *
 * @see RFC 7591 section 3.2.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 */
export function issueClientSecret(
  { ttlSeconds, graceSeconds }: ClientSecretRules,
  randomBytes: RandomBytes,
  nowSeconds: number,
  before: ClientSecretRecord = {},
): IssuedClientSecret {
  const value = randomSecret(randomBytes);
  const { clientSecretHash, clientSecretExpiresAt = 0 } = before;
  const graceEnd = nowSeconds + graceSeconds;
  const expiresAt = clientSecretExpiresAt === 0 ? graceEnd : Math.min(clientSecretExpiresAt, graceEnd);
  return {
    value,
    record: {
      clientSecretHash: tokenHash(value),
      clientSecretExpiresAt: ttlSeconds === 0 ? 0 : nowSeconds + ttlSeconds,
      ...(clientSecretHash !== undefined &&
        expiresAt > nowSeconds && { previousClientSecret: { hash: clientSecretHash, expiresAt } }),
    },
  };
}

/** Whether the secret has run out, or will before it could be replaced at leisure; never in the first half of its life. */
export function isClientSecretRunningOut(
  { clientSecretExpiresAt = 0 }: ClientSecretRecord,
  { ttlSeconds, graceSeconds }: ClientSecretRules,
  nowSeconds: number,
): boolean {
  const margin = Math.min(graceSeconds, ttlSeconds / 2);
  return clientSecretExpiresAt !== 0 && clientSecretExpiresAt <= nowSeconds + margin;
}

/** Ours have 43 characters. What is longer than any secret is not hashed: its sender would choose how long that takes. */
const MAX_SECRET_LENGTH = 512;

/** What a presented secret is to a client. Takes the same steps whatever it has. */
export function clientSecretStanding(
  secret: string,
  { clientSecretHash, clientSecretExpiresAt = 0, previousClientSecret }: ClientSecretRecord,
  nowSeconds: number,
): "good" | "expired" | "wrong" {
  if (secret.length > MAX_SECRET_LENGTH) return "wrong";
  const hash = tokenHash(secret);
  const isCurrent = equalInConstantTime(hash, clientSecretHash ?? "");
  const isPrevious = equalInConstantTime(hash, previousClientSecret?.hash ?? "");
  if (isCurrent)
    return clientSecretExpiresAt === 0 || clientSecretExpiresAt > nowSeconds ? "good" : "expired";
  if (isPrevious) return (previousClientSecret?.expiresAt ?? 0) > nowSeconds ? "good" : "expired";
  return "wrong";
}
