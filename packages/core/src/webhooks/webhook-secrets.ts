import { decodeBase64 } from "@oslojs/encoding";
import { requireThat } from "../lib/misuse.js";

const PREFIX = "whsec_";
/** In bytes, as Standard Webhooks has them. */
const SHORTEST = 24;
const LONGEST = 64;
const MOST_SECRETS = 10;

/**
 * Reads secrets in the form of Standard Webhooks. The messages never hold the secret.
 *
 * @param caller its name, for the messages
 * @throws MisuseError for none, for more than 10, and for one of another form
 */
export function readSecrets(caller: string, secrets: readonly string[]): readonly Uint8Array[] {
  requireThat(
    Array.isArray(secrets) && secrets.length > 0 && secrets.length <= MOST_SECRETS,
    "ERR_OPTION",
    `${caller}: secrets: give from 1 to ${MOST_SECRETS} of them`,
  );
  return secrets.map((secret) => {
    const key = bytesOf(secret);
    requireThat(
      key !== undefined && key.length >= SHORTEST && key.length <= LONGEST,
      "ERR_OPTION",
      `${caller}: secrets: each must be ${PREFIX} and ${SHORTEST} to ${LONGEST} random bytes in base64`,
    );
    return key;
  });
}

function bytesOf(secret: unknown): Uint8Array | undefined {
  if (typeof secret !== "string" || !secret.startsWith(PREFIX)) return undefined;
  try {
    return decodeBase64(secret.slice(PREFIX.length));
  } catch {
    return undefined;
  }
}
