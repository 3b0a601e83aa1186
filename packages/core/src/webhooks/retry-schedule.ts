/** The first wait, in seconds. */
const FIRST_SECONDS = 5;
const FACTOR = 4;
/** Six hours. */
const LONGEST_SECONDS = 21_600;

/** With the waits between them, the last attempt comes 16 to 32 hours after the first. */
export const MOST_ATTEMPTS = 12;

/**
 * How long to wait before the next attempt, in seconds: 5, 20, 80 and so on up to six hours, less up to half of it, so that
 * messages that failed together do not come again together.
 *
 * @param attempts how many were made, from 1
 * @param random at least 0 and less than 1
 * @returns `undefined` when no further attempt is made
 * @example
 * ```ts
 * import { webhookRetrySeconds } from "@oauth-dcr/core/webhooks";
 *
 * webhookRetrySeconds(1, 0); // 5
 * webhookRetrySeconds(12, 0); // undefined: the message is dead
 * ```
 */
export function webhookRetrySeconds(attempts: number, random: number): number | undefined {
  if (attempts >= MOST_ATTEMPTS) return undefined;
  const seconds = Math.min(FIRST_SECONDS * FACTOR ** (attempts - 1), LONGEST_SECONDS);
  return seconds * (1 - random / 2);
}
